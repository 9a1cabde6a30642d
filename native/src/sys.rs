//! The window: everything TypeScript may ask of the machine. Numbers, texts and arrays of them in
//! and out: no classes, no callbacks, no promises. `src/linux/syscalls.ts` has the same list, and a
//! test compares the two.

use crate::call::Call;
use crate::{clock, files, identity, process, signals, spawn, wait};
use rquickjs_sys::{self as qjs, JSContext, JSValue};
use std::ffi::{CStr, c_int};

type Native = fn(&Call) -> JSValue;

#[rustfmt::skip]
const TABLE: &[(&CStr, Native)] = &[
    (c"argv", identity::argv),
    (c"becomeSubreaper", identity::become_subreaper),
    (c"children", files::children),
    (c"commandName", files::command_name),
    (c"dieBy", signals::die_by),
    (c"env", identity::env),
    (c"groupOf", identity::group_of),
    (c"isIgnored", signals::is_ignored),
    (c"kill", process::kill),
    (c"leadGroup", identity::lead_group),
    (c"nextSignal", signals::next),
    (c"now", clock::now),
    (c"offer", files::offer),
    (c"openSignals", signals::open),
    (c"pid", identity::pid),
    (c"pidfdKill", process::pidfd_kill),
    (c"reapStranger", process::reap_stranger),
    (c"secure", identity::secure),
    (c"sessionOf", identity::session_of),
    (c"spawn", spawn::spawn),
    (c"wait", wait::wait),
    (c"waitChild", process::wait_child),
    (c"write", files::write),
];

/// Longest list of parameters in the table; the engine fills up what a caller leaves out.
const PARAMETERS: c_int = 5;

/// Defines the window as the global `__sys`.
pub fn install(ctx: *mut JSContext) {
    // SAFETY: a fresh context; every value made here is handed over to the object it is set on.
    unsafe {
        let sys = qjs::JS_NewObject(ctx);
        for (index, (name, _)) in TABLE.iter().enumerate() {
            let function = qjs::JS_NewCFunction2(
                ctx,
                Some(std::mem::transmute::<WithMagic, Plain>(enter)),
                name.as_ptr(),
                PARAMETERS,
                qjs::JSCFunctionEnum_JS_CFUNC_generic_magic,
                index as c_int,
            );
            qjs::JS_SetPropertyStr(ctx, sys, name.as_ptr(), function);
        }
        let global = qjs::JS_GetGlobalObject(ctx);
        qjs::JS_SetPropertyStr(ctx, global, c"__sys".as_ptr(), sys);
        qjs::JS_FreeValue(ctx, global);
    }
}

type Plain = unsafe extern "C" fn(*mut JSContext, JSValue, c_int, *mut JSValue) -> JSValue;
type WithMagic =
    unsafe extern "C" fn(*mut JSContext, JSValue, c_int, *mut JSValue, c_int) -> JSValue;

/// Every call arrives here; `index` is the function's place in the table.
unsafe extern "C" fn enter(
    ctx: *mut JSContext,
    _this: JSValue,
    count: c_int,
    args: *mut JSValue,
    index: c_int,
) -> JSValue {
    // SAFETY: the engine passes at least `PARAMETERS` values, which live through the call.
    let args = unsafe { std::slice::from_raw_parts(args.cast_const(), count as usize) };
    TABLE[index as usize].1(&Call { ctx, args })
}
