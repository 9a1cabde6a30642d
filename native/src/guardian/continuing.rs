//! How the guardian calls a supervisor that may be stopped: it continues the supervisor until that
//! has looked at the page.

use crate::guardian::link::Link;
use crate::guardian::parent::Parent;
use crate::kernel::{clock, signals};
use crate::tuning::{CONTINUE_AGAIN, HELD_LIMIT};
use std::sync::atomic::Ordering::{Acquire, Relaxed, SeqCst};
use std::sync::atomic::fence;

/// Calls the supervisor from now on: it did nothing although it was time, or has to hear of a
/// sweep.
pub fn begin(parent: &Parent, link: &Link) {
    link.is_awaited.store(true, SeqCst);
    parent.tell(libc::SIGCHLD);
}

/// Whether the supervisor may be stopped with no process but the guardian to continue it.
fn is_calling(link: &Link) -> bool {
    // The supervisor says that it stops before it looks at the page; the guardian writes to the
    // page before it looks here. So one of the two sees the other.
    fence(SeqCst);
    link.is_awaited.load(Relaxed) || (link.is_mirroring.load(Acquire) && !link.is_stopped())
}

/// Continues the supervisor where that is due, and answers the time after which it is due again.
/// One continuation is not enough: it may come just before the stop that it is meant for, and be
/// lost.
pub fn again(parent: &Parent, link: &Link) -> Option<f64> {
    is_calling(link).then(|| {
        parent.go_on();
        CONTINUE_AGAIN
    })
}

/// Waits at the guardian's end for a supervisor that is held by a debugger, or that another process
/// stops again and again. A supervisor that stays held is killed: the process that started it does
/// not wait any longer.
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
