//! The host program: a window through which TypeScript sees the kernel, and the engine that runs
//! TypeScript. It holds mechanism only; TypeScript decides what is done, when, and what is said
//! about it.
#![no_main]

mod engine;
mod guardian;
mod kernel;
mod output;
mod relay;
#[cfg(all(target_arch = "x86_64", feature = "direct-start"))]
mod start;
mod supervisor;
mod tree;
mod tuning;
mod window;

use crate::engine::failure::{self, Host};
use crate::engine::heap::{self, Image};
use crate::engine::quit::quit;
use crate::engine::{freeze, runtime};
use crate::guardian::watch;
use crate::kernel::{identity, stack};
use crate::supervisor::takeover;
use crate::window::table;
use std::ffi::{c_char, c_int};

/// The C library calls this directly: no runtime of Rust's changes signals or descriptors before.
///
/// # Safety
/// To be called by the C library alone, once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn main(_argc: c_int, argv: *const *const c_char) -> c_int {
    // SAFETY: the C library's vector of arguments stays valid for the life of the process.
    unsafe { identity::remember(argv) };
    stack::run(begin)
}

/// What the engine cannot do by itself when it fails.
static HOST: Host = Host {
    is_copy: watch::is_copy,
    leave: crate::supervisor::failure::leave,
};

/// On the engine's own stack: thaw, or load and perhaps freeze; then hand over to TypeScript.
extern "C" fn begin() -> ! {
    let image = heap::open();
    if let Image::Lost = image {
        quit("this program has lost its section .curfew: build or install it again");
    }
    failure::serve(&HOST);
    runtime::report_panics();
    if let Image::Cold = image {
        freeze::or_load(table::install);
    }
    let code = runtime::run_main();
    freeze::end_trial();
    takeover::let_go_of_helpers();
    // SAFETY: ends the process.
    unsafe { libc::_exit(code) }
}
