//! The end of a start that cannot go on.

use crate::kernel::descriptors;

/// What a start that cannot go on ends with.
const FAILED: i32 = 125;

/// Ends a start that cannot go on; there is nobody yet who would know better words.
pub fn quit(reason: &str) -> ! {
    if !reason.is_empty() {
        descriptors::write_all(2, reason.as_bytes());
        descriptors::write_all(2, b"\n");
    }
    // SAFETY: ends the process.
    unsafe { libc::_exit(if reason.is_empty() { 0 } else { FAILED }) }
}
