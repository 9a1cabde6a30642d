//! The engine's memory, from the arena.

use crate::engine::heap;
use rquickjs_sys::{self as qjs, JSMallocFunctions};
use std::alloc::Layout;
use std::ffi::c_void;
use std::ptr;

/// The functions by which the engine allocates and frees.
pub const FUNCTIONS: JSMallocFunctions = JSMallocFunctions {
    js_calloc: Some(calloc),
    js_malloc: Some(malloc),
    js_free: Some(free),
    js_realloc: Some(realloc),
    js_malloc_usable_size: Some(usable_size),
};

/// The engine does not say how much it frees, so each piece has its size in front.
const PREFIX: usize = size_of::<usize>();

fn layout(size: usize) -> Layout {
    // SAFETY: the alignment is a power of two; sizes come from the engine and are far below the
    // end.
    unsafe { Layout::from_size_align_unchecked(size + PREFIX, PREFIX) }
}

unsafe extern "C" fn malloc(_: *mut c_void, size: qjs::size_t) -> *mut c_void {
    // SAFETY: the layout is never empty; the prefix lies inside it.
    unsafe {
        let at = heap::allocate(layout(size as usize));
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
            heap::release(at.cast::<u8>().sub(PREFIX), layout(size));
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
        let moved = heap::resize(at.cast::<u8>().sub(PREFIX), before, after);
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
