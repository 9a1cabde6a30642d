//! The end of this process after a failure of our own.

use crate::guardian::watch;
use crate::output::{offer, scribe};
use crate::supervisor::guardian;

/// Ends the command if there is one, says one line, and leaves. Allocates nothing.
pub fn leave(line: [&[u8]; 3], code: i32) -> ! {
    // The command of a guardian goes with it, and the supervisor learns of both.
    if !watch::is_here() {
        guardian::sweep_all();
        offer::say(2, line);
        scribe::let_go();
    }
    // SAFETY: ends the process.
    unsafe { libc::_exit(code) }
}
