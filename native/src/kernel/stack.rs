//! A stack of our own, at a fixed address: no stack address of one process is frozen for another,
//! and a small `RLIMIT_STACK` that was meant for the command does not starve the engine.

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

/// The addresses of the engine's stack: the only fixed ones outside the arena that a frozen engine
/// may remember.
fn engine_range() -> Range<usize> {
    let first = ENGINE.0.get().addr();
    first..first + SIZE
}

/// Memory for a child that shares ours until it executes its program.
pub fn child() -> &'static mut [u8] {
    // SAFETY: one child at a time: we are suspended while it uses this.
    unsafe { &mut *CHILD.0.get() }
}

/// Few calls deep, and every signal is blocked.
const SCRIBE: usize = 8 << 10;

/// Memory for one of a few processes that write for us (scribe.rs). It is the child's: only the guardian
/// has a child like that, and the guardian has a copy.
pub fn scribe(place: usize) -> &'static mut [u8] {
    &mut child()[place * SCRIBE..][..SCRIBE]
}

/// Goes on in `body` on the engine's stack.
pub fn run(body: extern "C" fn() -> !) -> ! {
    let top = engine_range().end;
    // SAFETY: `top` is the aligned end of memory nobody else uses; `body` never returns, so nothing
    // of the old stack is needed again.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        asm!("mov rsp, {top}", "xor ebp, ebp", "call {body}", "ud2",
             top = in(reg) top, body = in(reg) body, options(noreturn));
        #[cfg(target_arch = "aarch64")]
        asm!("mov sp, {top}", "mov x29, xzr", "blr {body}", "brk #1",
             top = in(reg) top, body = in(reg) body, options(noreturn));
    }
}
