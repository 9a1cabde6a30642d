//! QuickJS-NG: made and loaded once before freezing, only called afterwards.

use crate::{files, freeze, heap, process, spawn, sys, text};
use rquickjs_sys::{self as qjs, JSContext, JSRuntime, JSValue};
use std::alloc::Layout;
use std::ffi::c_void;
use std::ptr;

/// Below the stack we gave it, so that a runaway recursion is an exception.
const SCRIPT_STACK: usize = 768 << 10;
/// Collecting cycles is never needed for a run; it starts only in a life that keeps growing.
const COLLECT_FROM: usize = 32 << 20;

/// What a thawed program starts from. Lies in the arena.
struct Root {
    ctx: *mut JSContext,
    main: JSValue,
    /// The line for a failure of our own, up to the reason; the exit code that goes with it.
    last_words: Vec<u8>,
    failure_code: i32,
}

/// Makes the engine, installs the window and runs the bundle's top level, which only defines. The
/// bundle leaves a global `curfew` with `main`, `lastWords` and `failureCode`. A zero byte follows
/// it in memory, as the engine wants.
pub fn load(bundle: &[u8]) {
    let bytecode = heap::start_over(compile(bundle));
    let ctx = new_context();
    sys::install(ctx);
    // SAFETY: a live context and bytecode of this very engine; reading takes over no memory.
    unsafe {
        let flags = qjs::JS_READ_OBJ_BYTECODE as i32;
        let program = qjs::JS_ReadObject(ctx, bytecode.as_ptr(), bytecode.len() as _, flags);
        let result = qjs::JS_EvalFunction(ctx, program);
        if qjs::JS_IsException(result) {
            fail(ctx, b"", 1)
        }
        let root = Box::into_raw(Box::new(root_of(ctx)));
        qjs::JS_RunGC(qjs::JS_GetRuntime(ctx));
        heap::set_root(root);
    }
}

/// Compiles in an engine of its own, which is thrown away: its traces would spread what stays over
/// twice the pages. Source text and line numbers are left out.
fn compile(bundle: &[u8]) -> &'static [u8] {
    let ctx = new_context();
    // SAFETY: a live context; the source is ended by a zero that is not counted, as asked for. What
    // is written belongs to the arena until it starts over.
    unsafe {
        let kind = (qjs::JS_EVAL_TYPE_GLOBAL | qjs::JS_EVAL_FLAG_COMPILE_ONLY) as i32;
        let source = bundle.as_ptr().cast();
        let program = qjs::JS_Eval(ctx, source, bundle.len() as _, c"curfew".as_ptr(), kind);
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

/// What the bundle left for us.
fn root_of(ctx: *mut JSContext) -> Root {
    // SAFETY: a live context; the values found are kept for good.
    unsafe {
        let global = qjs::JS_GetGlobalObject(ctx);
        let bundle = qjs::JS_GetPropertyStr(ctx, global, c"curfew".as_ptr());
        let main = qjs::JS_GetPropertyStr(ctx, bundle, c"main".as_ptr());
        let last_words = qjs::JS_GetPropertyStr(ctx, bundle, c"lastWords".as_ptr());
        let code = qjs::JS_GetPropertyStr(ctx, bundle, c"failureCode".as_ptr());
        Root {
            ctx,
            main,
            last_words: text::from_script(ctx, last_words).unwrap_or_default(),
            failure_code: qjs::JS_VALUE_GET_INT(code),
        }
    }
}

/// Calls TypeScript's `main`; its number is our exit code.
pub fn run_main() -> ! {
    let root = root();
    // SAFETY: the root was made by `load`; its values are alive for good.
    unsafe {
        let code = qjs::JS_Call(root.ctx, root.main, qjs::JS_UNDEFINED, 0, ptr::null_mut());
        if qjs::JS_IsException(code) {
            fail(root.ctx, &root.last_words, root.failure_code);
        }
        freeze::end_trial();
        libc::_exit(qjs::JS_VALUE_GET_INT(code))
    }
}

fn root() -> &'static Root {
    // SAFETY: set by `load`, in this process or before freezing; never changed again.
    unsafe { &*heap::root::<Root>() }
}

/// A panic in native code ends as any failure of ours does: no dump, nobody abandoned.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|_| {
        let root = heap::root::<Root>();
        // SAFETY: null before anything was loaded, else as in `root`.
        match unsafe { root.as_ref() } {
            Some(root) => give_up(&root.last_words, b"", root.failure_code),
            None => give_up(b"", b"", 1),
        }
    }));
}

/// An exception nobody caught: its message in one line.
fn fail(ctx: *mut JSContext, last_words: &[u8], code: i32) -> ! {
    // SAFETY: a live context; the exception is ours now.
    let reason = unsafe { text::from_script(ctx, qjs::JS_GetException(ctx)) };
    give_up(last_words, &reason.unwrap_or_default(), code)
}

/// Ends the command if there is one, says one line, and leaves.
fn give_up(last_words: &[u8], reason: &[u8], code: i32) -> ! {
    process::end_child(spawn::child());
    let reason = reason
        .split(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    files::write_all(2, &[last_words, reason, b"\n"].concat());
    // SAFETY: ends the process.
    unsafe { libc::_exit(code) }
}

/// A runtime on our allocator, with the parts of the language that our TypeScript uses.
fn new_context() -> *mut JSContext {
    let functions = qjs::JSMallocFunctions {
        js_calloc: Some(calloc),
        js_malloc: Some(malloc),
        js_free: Some(free),
        js_realloc: Some(realloc),
        js_malloc_usable_size: Some(usable_size),
    };
    // SAFETY: the engine copies the functions; a fresh runtime and context, used by one thread.
    unsafe {
        let rt: *mut JSRuntime = qjs::JS_NewRuntime2(&functions, ptr::null_mut());
        qjs::JS_SetMaxStackSize(rt, SCRIPT_STACK as _);
        qjs::JS_SetGCThreshold(rt, COLLECT_FROM as _);
        let ctx = qjs::JS_NewContextRaw(rt);
        qjs::JS_AddIntrinsicBaseObjects(ctx);
        qjs::JS_AddIntrinsicEval(ctx);
        qjs::JS_AddIntrinsicJSON(ctx);
        qjs::JS_AddIntrinsicMapSet(ctx);
        qjs::JS_AddIntrinsicRegExpCompiler(ctx);
        qjs::JS_AddIntrinsicRegExp(ctx);
        ctx
    }
}

/// The engine frees without saying how much, so each piece carries its size in front.
const PREFIX: usize = size_of::<usize>();

fn layout(size: usize) -> Layout {
    // SAFETY: the alignment is a power of two; sizes come from the engine and are far below the end.
    unsafe { Layout::from_size_align_unchecked(size + PREFIX, PREFIX) }
}

unsafe extern "C" fn malloc(_: *mut c_void, size: qjs::size_t) -> *mut c_void {
    // SAFETY: the layout is never empty; the prefix lies inside it.
    unsafe {
        let at = std::alloc::alloc(layout(size as usize));
        if at.is_null() {
            return ptr::null_mut();
        }
        at.cast::<usize>().write(size as usize);
        at.add(PREFIX).cast()
    }
}

unsafe extern "C" fn calloc(_: *mut c_void, count: qjs::size_t, size: qjs::size_t) -> *mut c_void {
    let Some(total) = (count as usize).checked_mul(size as usize) else {
        return ptr::null_mut();
    };
    // SAFETY: as malloc; the new piece has `total` bytes.
    unsafe {
        let at = malloc(ptr::null_mut(), total as _);
        if !at.is_null() {
            at.cast::<u8>().write_bytes(0, total);
        }
        at
    }
}

unsafe extern "C" fn free(_: *mut c_void, at: *mut c_void) {
    if !at.is_null() {
        // SAFETY: from `malloc`, which wrote the prefix.
        unsafe {
            let size = usable_size(at) as usize;
            std::alloc::dealloc(at.cast::<u8>().sub(PREFIX), layout(size));
        }
    }
}

unsafe extern "C" fn realloc(
    opaque: *mut c_void,
    at: *mut c_void,
    size: qjs::size_t,
) -> *mut c_void {
    // SAFETY: from `malloc`, which wrote the prefix; null is a new piece, zero frees.
    unsafe {
        if at.is_null() {
            return malloc(opaque, size);
        }
        if size == 0 {
            free(opaque, at);
            return ptr::null_mut();
        }
        let before = layout(usable_size(at) as usize);
        let after = layout(size as usize).size();
        let moved = std::alloc::realloc(at.cast::<u8>().sub(PREFIX), before, after);
        if moved.is_null() {
            return ptr::null_mut();
        }
        moved.cast::<usize>().write(size as usize);
        moved.add(PREFIX).cast()
    }
}

unsafe extern "C" fn usable_size(at: *const c_void) -> qjs::size_t {
    if at.is_null() {
        return 0;
    }
    // SAFETY: from `malloc`, which wrote the prefix.
    unsafe { at.cast::<u8>().sub(PREFIX).cast::<usize>().read() as _ }
}
