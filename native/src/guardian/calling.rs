//! The guardian calls a supervisor that may be stopped: it continues it, until it has looked at the
//! page.

use crate::guardian::link::Link;
use crate::guardian::parent::Parent;
use crate::kernel::{clock, signals};
use crate::tuning::{CONTINUE_AGAIN, HELD_LIMIT};
use std::sync::atomic::Ordering::{Acquire, Relaxed, SeqCst};
use std::sync::atomic::fence;

/// From now on it is called: it did nothing, although it was time, or is to hear of a sweep.
pub fn begin(parent: &Parent, link: &Link) {
    link.is_awaited.store(true, SeqCst);
    parent.tell(libc::SIGCHLD);
}

/// Whether the supervisor may be stopped, with nobody but us to continue it.
fn is_calling(link: &Link) -> bool {
    // It says that it stops, and looks at the page then; we the other way round.
    fence(SeqCst);
    link.is_awaited.load(Relaxed) || (link.is_mirroring.load(Acquire) && !link.is_stopped())
}

/// Continues it where that is due; gives the time after which it is due again. A continuation can come
/// just before the stop that it is meant for, and be lost.
pub fn again(parent: &Parent, link: &Link) -> Option<f64> {
    is_calling(link).then(|| {
        parent.go_on();
        CONTINUE_AGAIN
    })
}

/// All is said, but perhaps the supervisor is held: by a debugger, or by somebody who stops it again
/// and again. Its caller does not wait for that.
pub fn linger(parent: &Parent, link: &Link) {
    let mut held_since = None;
    while is_calling(link) && parent.is_there() {
        parent.go_on();
        signals::await_any(Some(CONTINUE_AGAIN));
        let now = clock::microseconds();
        held_since = parent.is_stopped().then(|| held_since.unwrap_or(now));
        if held_since.is_some_and(|since| now - since >= HELD_LIMIT) {
            parent.kill();
        }
    }
}
