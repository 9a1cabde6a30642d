//! How the program leaves when the engine cannot go on. Other folders know what else has to be
//! ended then; they are told by a `Host`, so that the engine does not depend on them.

use std::sync::OnceLock;

/// What the engine cannot do by itself.
pub struct Host {
    /// Whether this process is a copy of curfew. Only some have the engine's memory.
    pub is_copy: fn() -> bool,
    /// Ends the command if there is one, says a line of three parts, and leaves. Allocates nothing.
    pub leave: fn([&[u8]; 3], i32) -> !,
}

#[unsafe(link_section = ".data.near")]
static HOST: OnceLock<&Host> = OnceLock::new();

/// Sets the host. To be called once, before the engine is used.
pub fn serve(host: &'static Host) {
    let _ = HOST.set(host);
}

pub fn is_copy() -> bool {
    HOST.get().is_some_and(|host| (host.is_copy)())
}

/// Leaves with one line: the words that TypeScript left for the case, and the first line of the
/// reason.
pub fn leave(last_words: &[u8], reason: &[u8], code: i32) -> ! {
    let end = reason.iter().position(|&byte| byte == b'\n');
    let reason = &reason[..end.unwrap_or(reason.len())];
    match HOST.get() {
        Some(host) => (host.leave)([last_words, reason, b"\n"], code),
        // SAFETY: ends the process.
        None => unsafe { libc::_exit(code) },
    }
}
