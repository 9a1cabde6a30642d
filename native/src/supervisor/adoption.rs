//! The command of a PID 1 whose guardian was lost. It has become a child of PID 1 and goes on: the
//! kernel kills everything that it started when PID 1 exits.

use crate::guardian::link::Link;
use crate::kernel::{clock, identity, process, signals};
use crate::supervisor::run::{self, Run};
use crate::supervisor::{command, guardian, reader};
use crate::tuning::REAP_SLICE;
use std::sync::atomic::Ordering::Relaxed;

/// Takes the command over from a guardian that has died. False where that is not possible: there is
/// no command, its exit was lost with the guardian, or the tree was to be swept anyway.
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

/// Writes to the page what the guardian would write.
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
    // waitid(2) shows one exited child at a time: the command hid those that exited after it.
    // Readers first, so that their numbers are forgotten.
    let _ = reader::living().count();
    let guardians: Vec<i32> = run::other_guardians().collect();
    let until = clock::until(clock::microseconds() + REAP_SLICE);
    if process::reap_all(&guardians, &until, |_| {}) {
        // The others are reaped as any other children.
        signals::send(identity::own_pid(), libc::SIGCHLD);
    }
    link.note_usage();
    if process::has_no_children() {
        link.is_gone.set();
    }
    link.write_end(&info);
    link.has_ended.set();
}
