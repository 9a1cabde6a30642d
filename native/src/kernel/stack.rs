//! Stacks at fixed addresses. The engine runs on one, so that no stack address of one process is
//! frozen for another, and a small `RLIMIT_STACK` that was meant for the command does not starve
//! the engine.

use std::arch::asm;
use std::cell::UnsafeCell;
use std::ops::Range;

const SIZE: usize = 256 << 10;

#[repr(C, align(4096))]
struct Stack<const N: usize>(UnsafeCell<[u8; N]>);

// SAFETY: single-threaded; each stack has one user at a time.
unsafe impl<const N: usize> Sync for Stack<N> {}

static ENGINE: Stack<SIZE> = Stack(UnsafeCell::new([0; SIZE]));
static CHILD: Stack<{ 64 << 10 }> = Stack(UnsafeCell::new([0; 64 << 10]));

/// The addresses of the engine's stack: besides the arena the only ones that a frozen engine may
/// remember.
fn engine_range() -> Range<usize> {
    let first = ENGINE.0.get().addr();
    first..first + SIZE
}

/// A stack for a child that shares this process's memory until it executes its program.
pub fn child() -> &'static mut [u8] {
    // SAFETY: one child at a time: no second one is made before the first has executed or exited.
    unsafe { &mut *CHILD.0.get() }
}

/// A scribe's stack is small: it is few calls deep, and every signal is blocked.
const SCRIBE: usize = 8 << 10;

/// A stack for one of a few scribes (output/scribe.rs). It is a part of the child's stack: only the
/// guardian has such a child, and the guardian has a copy of this memory.
pub fn scribe(place: usize) -> &'static mut [u8] {
    &mut child()[place * SCRIBE..][..SCRIBE]
}

/// Continues in `body` on the engine's stack.
pub fn run(body: extern "C" fn() -> !) -> ! {
    let top = engine_range().end;
    // SAFETY: `top` is the aligned end of memory that no other code uses; `body` never returns, so
    // nothing of the old stack is needed again.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        asm!("mov rsp, {top}", "xor ebp, ebp", "call {body}", "ud2",
             top = in(reg) top, body = in(reg) body, options(noreturn));
        #[cfg(target_arch = "aarch64")]
        asm!("mov sp, {top}", "mov x29, xzr", "blr {body}", "brk #1",
             top = in(reg) top, body = in(reg) body, options(noreturn));
    }
}
