//! The command of process 1 whose guardian was lost: it has become our child. It goes on, for the kernel
//! ends all that it started when we end.

use crate::guardian::link::Link;
use crate::kernel::{clock, identity, process, signals};
use crate::supervisor::run::{self, Run};
use crate::supervisor::{command, guardian};
use crate::tuning::REAP_SLICE;
use std::sync::atomic::Ordering::Relaxed;

/// Takes the command over from a guardian that has died, if that can be: false where there is none,
/// or its end was lost with the guardian, or where it was to end anyway.
pub fn begin(link: &Link) -> bool {
    let run = run::current();
    let is_ours = identity::own_pid() == 1 && run.line.load(Relaxed) < 0;
    let is_to_end = run.is_sweeping.load(Relaxed);
    if !is_ours || is_to_end || command::pid().is_none() {
        return false;
    }
    guardian::reap();
    run.is_ours.store(true, Relaxed);
    run.is_adopted.store(true, Relaxed);
    look(run, link);
    true
}

/// What the guardian would write to the page.
pub fn look(run: &Run, link: &Link) {
    let Some(pid) = run.adopted() else { return };
    let stops = libc::WSTOPPED | libc::WCONTINUED | libc::WNOHANG;
    while let Ok(info) = process::waitid(libc::P_PID, pid, stops)
        && process::pid_of(&info) != 0
    {
        link.note_stop(&info);
    }
    if !process::has_ended(pid) {
        return;
    }
    link.is_reaped.set();
    let Some(info) = process::reap(pid) else {
        return;
    };
    // It hid those that have ended after it.
    let guardians: Vec<i32> = run::other_guardians().collect();
    let until = clock::until(clock::microseconds() + REAP_SLICE);
    if process::reap_all(&guardians, &until, |_| {}) {
        // The rest as any other children.
        signals::send(identity::own_pid(), libc::SIGCHLD);
    }
    link.note_usage();
    if process::has_no_children() {
        link.is_gone.set();
    }
    link.note_end(&info);
}
