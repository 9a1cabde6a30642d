//! Rust's own allocations, from the arena.

use crate::engine::{heap, runtime};
use std::alloc::{GlobalAlloc, Layout};

struct Arena;

#[global_allocator]
static ARENA: Arena = Arena;

/// Leaves where there is no memory: Rust's own allocations are few and small, and nothing can go on
/// without them. (The standard library would abort, with a core dump.)
fn or_leave(at: *mut u8) -> *mut u8 {
    if at.is_null() {
        runtime::leave_without_memory()
    }
    at
}

// SAFETY: the program is single-threaded, and children that share our memory never allocate.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is the same.
        or_leave(unsafe { heap::allocate(layout) })
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is the same.
        unsafe { heap::release(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's promise is the same.
        or_leave(unsafe { heap::resize(at, layout, size) })
    }
}
