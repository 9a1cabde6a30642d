//! Processes by their numbers: signals to them, and children that are not the tree's.

use crate::kernel::{clock, descriptors, pidfd, process, signals};
use crate::output::scribe;
use crate::supervisor::reader;
use crate::supervisor::run::{self, Run};
use crate::tree::waking;
use crate::window::call::{Call, answer};
use rquickjs_sys::JSValue;
use std::sync::atomic::Ordering::Relaxed;

/// `kill(pid, signal)`; a negative pid is a group.
pub fn kill(call: &Call) -> JSValue {
    answer(signals::send(call.int(0), call.int(1)))
}

/// `openProcess(pid)`: a descriptor that stands for it, or minus errno.
pub fn open_process(call: &Call) -> JSValue {
    answer(descriptors::above_stdio(pidfd::open(call.int(0))))
}

/// `pidfdKill(pidfd, signal)`
pub fn pidfd_kill(call: &Call) -> JSValue {
    answer(pidfd::send(call.int(0), call.int(1)))
}

/// `hasChildren()`
pub fn has_children(_: &Call) -> JSValue {
    answer(i64::from(!process::has_no_children()))
}

/// `isHelper(pid)`: whether a child is a scribe or a reader, which may have exited.
pub fn is_helper(call: &Call) -> JSValue {
    let pid = call.int(0);
    answer((reader::is_one(pid) || scribe::living().any(|one| one == pid)).into())
}

/// Reaps one child that has exited and is neither a guardian nor a command that a guardian has left
/// to this process; answers its number, or 0 when there is none.
pub fn reap_stranger(_: &Call) -> JSValue {
    let mut pid = process::ended_but(0);
    while reader::is_one(pid) {
        // It is reaped by this.
        let _ = reader::living().count();
        pid = process::ended_but(0);
    }
    let is_guardian = |run: &Run| run.guardian.load(Relaxed) == pid;
    // Guardians and commands have a run that asks for their end.
    if pid == 0 || run::all().any(|run| is_guardian(run) || run.adopted() == Some(pid)) {
        return answer(0);
    }
    process::reap(pid);
    answer(i64::from(pid))
}

/// `wakeGroup(root, except, group, time)`: how many got SIGCONT, or minus errno where a process
/// could not be looked at.
pub fn wake_group(call: &Call) -> JSValue {
    let until = clock::until(clock::microseconds() + call.number(3));
    let (count, missed) = waking::wake_members(call.int(0), &call.ints(1), call.int(2), &until);
    answer(if missed == 0 {
        i64::from(count)
    } else {
        -i64::from(missed)
    })
}
