//! How a start ends that cannot go on.

use crate::kernel::descriptors;

/// The exit code of such a start.
const FAILED: i32 = 125;

/// Says the reason and leaves; with an empty reason, leaves with 0. TypeScript is not loaded yet,
/// so there are no better words.
pub fn quit(reason: &str) -> ! {
    if !reason.is_empty() {
        descriptors::write_all(2, reason.as_bytes());
        descriptors::write_all(2, b"\n");
    }
    // SAFETY: ends the process.
    unsafe { libc::_exit(if reason.is_empty() { 0 } else { FAILED }) }
}
