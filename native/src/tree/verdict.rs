//! The result of a sweep.

use crate::kernel::proc;

/// Why a process survived, as TypeScript numbers it (src/linux/run/guardian-news.ts).
pub const NOT_PERMITTED: i32 = 0;
pub const UNKILLABLE: i32 = 1;
pub const STILL_FORKING: i32 = 2;
pub const DYING: i32 = 3;

/// Why a process is left that has had SIGKILL. One that waits for a processor dies as soon as it
/// gets one; but if new processes came until the end (`is_new`), it may be one of those.
pub fn why(pid: i32, is_new: bool) -> i32 {
    match proc::state_of(pid) {
        Some(b'R') if !is_new => DYING,
        Some(b'D') => UNKILLABLE,
        _ if is_new => STILL_FORKING,
        _ => UNKILLABLE,
    }
}

#[derive(Default)]
pub struct Verdict {
    pub is_gone: bool,
    /// A process is left that cannot be named.
    pub is_nameless: bool,
    pub main_end: Option<libc::siginfo_t>,
    pub survivors: Vec<(i32, i32)>,
}

impl Verdict {
    /// Nothing is seen any more, and nothing proves that nothing is left.
    pub fn is_unproven(&self) -> bool {
        !self.is_gone && !self.is_nameless && self.survivors.is_empty()
    }
}
