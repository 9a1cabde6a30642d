//! How the program leaves when the engine cannot go on: the parts above the engine know what else is to
//! be ended then.

use std::sync::OnceLock;

/// What those parts do.
pub struct Host {
    /// Whether this process is a guardian, which has the engine's memory no more.
    pub is_guardian: fn() -> bool,
    /// Ends the command if there is one, says a line of three parts, and leaves. Allocates nothing.
    pub leave: fn([&[u8]; 3], i32) -> !,
}

static HOST: OnceLock<&Host> = OnceLock::new();

/// To be called once, before the engine is used.
pub fn serve(host: &'static Host) {
    let _ = HOST.set(host);
}

pub fn is_guardian() -> bool {
    HOST.get().is_some_and(|host| (host.is_guardian)())
}

/// Leaves with a line: the words for the case, and the first line of the reason.
pub fn leave(last_words: &[u8], reason: &[u8], code: i32) -> ! {
    let end = reason.iter().position(|&byte| byte == b'\n');
    let reason = &reason[..end.unwrap_or(reason.len())];
    match HOST.get() {
        Some(host) => (host.leave)([last_words, reason, b"\n"], code),
        // SAFETY: ends the process.
        None => unsafe { libc::_exit(code) },
    }
}
