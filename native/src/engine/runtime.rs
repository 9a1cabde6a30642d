//! QuickJS-NG: it is made and loaded once, before freezing; afterwards it is only called.

use crate::engine::failure::{self, leave};
use crate::engine::{heap, memory, text};
use rquickjs_sys::{self as qjs, JSContext, JSRuntime, JSValue};
use std::ffi::CStr;
use std::ptr;

/// Less than the stack that it runs on, so that a runaway recursion becomes an exception.
const SCRIPT_STACK: usize = 192 << 10;
/// Collecting cycles is never needed for a run; it begins only in a life whose memory keeps
/// growing.
const COLLECT_FROM: usize = 32 << 20;

/// More shapes than a run makes.
const ROOM_FOR_SHAPES: usize = 128;

/// What a thawed program starts from. Lies in the arena.
struct Root {
    ctx: *mut JSContext,
    main: JSValue,
    /// The bytecode of what few runs need. Empty: the bundle has no such part.
    on_demand: Vec<u8>,
    /// The line that says a failure of curfew's own, up to the reason; and the exit code for it.
    last_words: Vec<u8>,
    /// The whole line for the case that memory has run out: no text can be made then.
    no_memory: Vec<u8>,
    failure_code: i32,
}

/// Makes the engine, has `install` put the window into it, and runs the bundle's top level, which
/// only defines. The bundle leaves a global `curfew` with `main`, `lastWords`, `noMemory` and
/// `failureCode`. Behind a zero byte it may have a second script, which stays bytecode: for what
/// few runs need, objects in the heap would be several times larger. A zero byte follows the
/// bundle in memory, as the engine requires.
pub fn load(bundle: &[u8], install: fn(*mut JSContext)) {
    let mut scripts = scripts_in(heap::start_over(compile(bundle)));
    let (first, on_demand) = (scripts.next(), scripts.next());
    let ctx = new_context();
    install(ctx);
    // SAFETY: a live context.
    unsafe {
        if qjs::JS_IsException(execute(ctx, first.unwrap_or_default())) {
            fail(ctx, b"", 1)
        }
        let root = root_of(ctx, on_demand.unwrap_or_default());
        let root = Box::into_raw(Box::new(root));
        if !qjs::JS_IsFunction(ctx, (*root).main) {
            leave(b"", b"the bundle has no main", 1)
        }
        make_room_for_shapes(ctx);
        qjs::JS_RunGC(qjs::JS_GetRuntime(ctx));
        heap::set_root(root);
    }
}

/// Runs the second script of the bundle: its top level only defines. An exception, or nothing.
pub fn load_on_demand(ctx: *mut JSContext) -> JSValue {
    execute(ctx, &root().on_demand)
}

/// Runs a script of which there is bytecode.
fn execute(ctx: *mut JSContext, bytecode: &[u8]) -> JSValue {
    // SAFETY: a live context and bytecode of this very engine; reading takes over no memory, and
    // the call takes over what was read.
    unsafe {
        let flags = qjs::JS_READ_OBJ_BYTECODE as i32;
        let script = qjs::JS_ReadObject(ctx, bytecode.as_ptr(), bytecode.len() as _, flags);
        match qjs::JS_IsException(script) {
            true => script,
            false => qjs::JS_EvalFunction(ctx, script),
        }
    }
}

/// Has the engine's table of shapes grow now if it would grow in a run: then a run would write to
/// every shape there is.
///
/// # Safety
///
/// The context is alive.
unsafe fn make_room_for_shapes(ctx: *mut JSContext) {
    // SAFETY: a live context. Each object has a shape of its own, because each has another
    // prototype, which it keeps alive.
    unsafe {
        let objects = [(); ROOM_FOR_SHAPES].map(|()| {
            let prototype = qjs::JS_NewObject(ctx);
            let object = qjs::JS_NewObjectProto(ctx, prototype);
            qjs::JS_FreeValue(ctx, prototype);
            object
        });
        for object in objects {
            qjs::JS_FreeValue(ctx, object);
        }
    }
}

/// Compiles in an engine of its own, which is thrown away: what compiling leaves behind would
/// spread the loaded objects over twice the pages. `scripts_in` takes the result apart.
fn compile(bundle: &[u8]) -> &'static [u8] {
    let ctx = new_context();
    // SAFETY: a live context.
    unsafe {
        qjs::JS_AddIntrinsicEval(ctx);
        qjs::JS_AddIntrinsicRegExpCompiler(ctx);
    }
    let mut compiled = Vec::new();
    for script in bundle.split(|&byte| byte == 0) {
        let bytecode = bytecode_of(ctx, script);
        compiled.extend_from_slice(&bytecode.len().to_ne_bytes());
        compiled.extend_from_slice(bytecode);
    }
    compiled.leak()
}

/// The scripts that `compile` has put one behind the other, each behind its length.
fn scripts_in(mut compiled: &'static [u8]) -> impl Iterator<Item = &'static [u8]> {
    std::iter::from_fn(move || {
        let (length, rest) = compiled.split_first_chunk()?;
        let (script, rest) = rest.split_at_checked(usize::from_ne_bytes(*length))?;
        compiled = rest;
        Some(script)
    })
}

/// Source text and line numbers are left out.
fn bytecode_of(ctx: *mut JSContext, script: &[u8]) -> &'static [u8] {
    // SAFETY: a live context; the source is ended by a zero that is not counted, as asked for. What
    // is written belongs to the arena until it starts over.
    unsafe {
        let kind = (qjs::JS_EVAL_TYPE_GLOBAL | qjs::JS_EVAL_FLAG_COMPILE_ONLY) as i32;
        let source = script.as_ptr().cast();
        let program = qjs::JS_Eval(ctx, source, script.len() as _, c"curfew".as_ptr(), kind);
        if qjs::JS_IsException(program) {
            fail(ctx, b"", 1)
        }
        let strip = qjs::JS_WRITE_OBJ_STRIP_SOURCE | qjs::JS_WRITE_OBJ_STRIP_DEBUG;
        let flags = (qjs::JS_WRITE_OBJ_BYTECODE | strip) as i32;
        let mut length = 0;
        let bytecode = qjs::JS_WriteObject(ctx, &mut length, program, flags);
        if bytecode.is_null() {
            fail(ctx, b"", 1)
        }
        std::slice::from_raw_parts(bytecode, length as usize)
    }
}

/// Reads what the bundle left in its global.
fn root_of(ctx: *mut JSContext, on_demand: &[u8]) -> Root {
    // SAFETY: a live context; the values found are kept for good.
    unsafe {
        let global = qjs::JS_GetGlobalObject(ctx);
        let bundle = qjs::JS_GetPropertyStr(ctx, global, c"curfew".as_ptr());
        let main = qjs::JS_GetPropertyStr(ctx, bundle, c"main".as_ptr());
        let text_of = |name: &CStr| {
            let value = qjs::JS_GetPropertyStr(ctx, bundle, name.as_ptr());
            text::from_script(ctx, value).unwrap_or_default()
        };
        let code = qjs::JS_GetPropertyStr(ctx, bundle, c"failureCode".as_ptr());
        Root {
            ctx,
            main,
            on_demand: on_demand.to_vec(),
            last_words: text_of(c"lastWords"),
            no_memory: text_of(c"noMemory"),
            failure_code: qjs::JS_VALUE_GET_INT(code),
        }
    }
}

/// Calls TypeScript's `main`, and answers the exit code.
pub fn run_main() -> i32 {
    let root = root();
    // SAFETY: the root was made by `load`; its values are alive for good.
    unsafe {
        let code = qjs::JS_Call(root.ctx, root.main, qjs::JS_UNDEFINED, 0, ptr::null_mut());
        if qjs::JS_IsException(code) {
            fail(root.ctx, &root.last_words, root.failure_code);
        }
        qjs::JS_VALUE_GET_INT(code)
    }
}

fn root() -> &'static Root {
    // SAFETY: set by `load`, in this process or before freezing; never changed again.
    unsafe { &*heap::root::<Root>() }
}

/// Makes a panic in native code end as any other failure of curfew's own does: without a core dump,
/// and with the command ended.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|_| leave_with_last_words(b"")));
}

/// Leaves after an exception that was not caught, with its message in one line. If memory has run
/// out, the exception says little (the engine throws null where it cannot make an error), and its
/// text is not asked for.
fn fail(ctx: *mut JSContext, last_words: &[u8], code: i32) -> ! {
    if heap::has_run_out() {
        leave_without_memory()
    }
    // SAFETY: a live context; the exception is ours now.
    let reason = unsafe { text::from_script(ctx, qjs::JS_GetException(ctx)) };
    match reason {
        Some(reason) => leave(last_words, &reason, code),
        None => leave_without_memory(),
    }
}

/// Leaves because there is no memory. TypeScript made the line before the freezing; a start that
/// fails before has the C library's text.
pub fn leave_without_memory() -> ! {
    // SAFETY: a constant text of the C library's.
    let reason = unsafe { CStr::from_ptr(libc::strerror(libc::ENOMEM)) };
    match last_root() {
        Some(root) => leave(&root.no_memory, b"", root.failure_code),
        None => leave(b"", reason.to_bytes(), 1),
    }
}

/// Leaves with the line that TypeScript made for a failure; a start that fails before has no such
/// line.
pub fn leave_with_last_words(reason: &[u8]) -> ! {
    match last_root() {
        Some(root) => leave(&root.last_words, reason, root.failure_code),
        None => leave(b"", reason, 1),
    }
}

/// What was loaded, if anything was. `None` in a copy of curfew: a guardian has no frozen pages.
fn last_root() -> Option<&'static Root> {
    if failure::is_copy() {
        return None;
    }
    // SAFETY: null before anything was loaded, else as in `root`.
    unsafe { heap::root::<Root>().as_ref() }
}

/// Makes a runtime on our allocator, with the parts of the language that our TypeScript uses.
fn new_context() -> *mut JSContext {
    // SAFETY: the engine copies the functions; a fresh runtime and context, used by one thread.
    unsafe {
        let rt: *mut JSRuntime = qjs::JS_NewRuntime2(&memory::FUNCTIONS, ptr::null_mut());
        if rt.is_null() {
            leave_without_memory()
        }
        qjs::JS_SetMaxStackSize(rt, SCRIPT_STACK as _);
        qjs::JS_SetGCThreshold(rt, COLLECT_FROM as _);
        let ctx = qjs::JS_NewContextRaw(rt);
        if ctx.is_null() {
            leave_without_memory()
        }
        qjs::JS_AddIntrinsicBaseObjects(ctx);
        qjs::JS_AddIntrinsicJSON(ctx);
        qjs::JS_AddIntrinsicMapSet(ctx);
        qjs::JS_AddIntrinsicRegExp(ctx);
        ctx
    }
}
