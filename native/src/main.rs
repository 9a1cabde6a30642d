//! The host program: a window through which TypeScript sees the kernel, and the engine it runs on.
//! It holds mechanism only; what is done, when, and what is said about it is TypeScript's.
#![no_main]

mod adoption;
mod birth;
mod call;
mod calling;
mod cgroup;
mod channels;
mod clock;
mod clone;
mod command;
mod course;
mod engine;
mod entries;
mod files;
mod folders;
mod freeze;
mod group;
mod guardian;
mod heap;
mod identity;
mod inotify;
mod layout;
mod limit;
mod link;
mod members;
mod memory;
mod namespace;
mod nested;
mod news;
mod numbers;
mod offer;
mod parent;
mod probe;
mod proc;
mod process;
mod processor;
mod raw;
mod run;
mod rungs;
mod scribe;
mod signals;
mod sockets;
mod spawn;
mod stack;
#[cfg(all(target_arch = "x86_64", feature = "direct-start"))]
mod start;
mod supervisor;
mod sweep;
mod sys;
mod takeover;
mod terminal;
mod text;
mod trigonometry;
mod unix;
mod wait;
mod waking;
mod world;

use std::ffi::{c_char, c_int};

/// The C library calls this directly: no runtime of Rust's touches signals or descriptors before us.
///
/// # Safety
/// To be called by the C library alone, once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn main(_argc: c_int, argv: *const *const c_char) -> c_int {
    // SAFETY: the C library's vector of arguments stays valid for the life of the process.
    unsafe { identity::remember(argv) };
    stack::run(begin)
}

/// On the engine's own stack: thaw, or load and perhaps freeze; then hand over to TypeScript.
extern "C" fn begin() -> ! {
    let image = heap::open();
    if let heap::Image::Lost = image {
        freeze::quit("this program's frozen segment is gone: it must not be stripped");
    }
    engine::report_panics();
    if let heap::Image::Cold = image {
        freeze::or_load();
    }
    engine::run_main()
}
