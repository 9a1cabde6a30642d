//! The guardian, as the supervisor sees it: whether it lives, what it is asked to do, and its end.

use crate::guardian::link::{self, Link};
use crate::kernel::{clock, descriptors, pidfd, process, signals, wait};
use crate::supervisor::run::{self, Run};
use crate::tuning::{GUARDIAN_END_LIMIT, SUPERVISOR_POLL};
use std::sync::atomic::Ordering::{Relaxed, Release};

/// What stands in the place of the guardian's descriptor.
const NOT_OPENED: i32 = -1;
const REFUSED: i32 = -2;

pub fn remember(guardian: i32, line: i32) {
    let run = run::current();
    run.guardian.store(guardian, Relaxed);
    run.line.store(line, Relaxed);
}

/// The current run's guardian until it was reaped; 0: none.
pub fn pid() -> i32 {
    run::current().guardian.load(Relaxed)
}

/// Whether a process is the guardian of one of our runs.
pub fn is_one(pid: i32) -> bool {
    pid > 0 && run::all().any(|run| run.guardian.load(Relaxed) == pid)
}

/// Whether the guardian has sent a signal in our place to a process that was found below `root`, by when
/// that one was started.
pub fn has_told(root: i32, signal: i32, start: Option<u64>) -> bool {
    let link = run::link().filter(|_| root == pid());
    link.zip(start)
        .is_some_and(|(link, start)| link.has_told(signal, start))
}

/// Whether there is a guardian that may have died, or been stopped, since the last look. Before we
/// first wait it is not looked at: that wait comes back at once if it has died, and the kernel tells
/// us if it was stopped, by a SIGCHLD that may have been read before that wait. One that has said all
/// owes us nothing.
pub fn is_due(link: &Link) -> bool {
    let is_told = pidfd() != NOT_OPENED || signals::was_child_heard();
    pid() > 0 && is_told && !link.has_left.is_set()
}

/// What stands for the guardian: a descriptor, `NOT_OPENED` or `REFUSED`.
pub fn pidfd() -> i32 {
    run::current().pidfd.load(Relaxed)
}

/// The descriptor that stands for the guardian; -1: none, or it has been dealt with. Opened when we
/// first wait: then the guardian is at work, and we have the time.
pub fn open_pidfd() -> i32 {
    if pidfd() < 0 && pid() > 0 {
        let opened = descriptors::above_stdio(pidfd::open(pid())) as i32;
        run::current().pidfd.store(opened.max(REFUSED), Relaxed);
    }
    pidfd().max(NOT_OPENED)
}

/// Gives orders, and says how long a sweep may take.
pub fn order(orders: u32, patience: i64) {
    if let Some(link) = run::link() {
        link.patience.store(patience, Relaxed);
        run::current()
            .is_sweeping
            .fetch_or(orders & link::SWEEP != 0, Relaxed);
        link.orders.fetch_or(orders, Release);
        wake();
    }
}

/// Has the guardian send a signal to those below it that are not in a process group (0: none), where
/// only the guardian can find them.
pub fn send_to_rest(signal: i32, group: i32) {
    if let Some(link) = run::link().filter(|_| (1..=64).contains(&signal)) {
        link.rest_group.store(group, Relaxed);
        link.rest.fetch_or(1 << (signal - 1), Release);
        wake();
    }
}

pub fn has_died(pid: i32, pidfd: i32) -> bool {
    match pidfd {
        0.. => wait::is_readable(pidfd),
        _ => process::has_ended(pid) || process::is_over(pid),
    }
}

/// A guardian that somebody stopped tells nothing, and does nothing.
pub fn wake_up(guardian: i32) {
    let stops = libc::WSTOPPED | libc::WNOHANG;
    let stopped = process::waitid(libc::P_PID, guardian, stops);
    if stopped.is_ok_and(|info| process::pid_of(&info) != 0) {
        signals::send(guardian, libc::SIGCONT);
    }
}

pub fn wake() {
    if pid() > 0 {
        signals::send(pid(), libc::SIGCHLD);
    }
}

/// The signal that the guardian died of, while it is not reaped; 0: none, or not known.
pub fn death() -> i32 {
    let end = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
    let info = process::waitid(libc::P_PID, pid(), end);
    let died = info.ok().filter(|info| info.si_code == libc::CLD_KILLED);
    // SAFETY: the kernel filled in the members for a child.
    died.map_or(0, |info| unsafe { info.si_status() })
}

/// Waits for the guardian's end. What it had to say is said; it shall not outlive us.
pub fn reap() {
    let (pid, pidfd) = (
        run::current().guardian.swap(0, Relaxed),
        run::current().pidfd.load(Relaxed),
    );
    if pid <= 0 {
        return;
    }
    // Most have ended by now, or are about to.
    if process::reap(pid).is_none() {
        signals::send(pid, libc::SIGKILL);
        await_end(pid, pidfd, GUARDIAN_END_LIMIT);
    }
    run::close(&run::current().pidfd);
}

/// Reaps the guardian when it has ended, if that comes within a time.
fn await_end(pid: i32, pidfd: i32, time: f64) {
    if pidfd < 0 {
        let _ = process::waitid(libc::P_PID, pid, libc::WEXITED);
    } else if wait::is_readable_within(pidfd, time) {
        process::reap(pid);
    }
}

/// Waits until a guardian has said all, or has died; continues it if it is stopped.
fn await_leave(run: &Run, link: &Link, time: f64) {
    let pid = run.guardian.load(Relaxed);
    let limit = clock::microseconds() + time;
    let is_at_work = || !link.has_left.is_set() && !has_died(pid, run.pidfd.load(Relaxed));
    while is_at_work() && clock::microseconds() < limit {
        wake_up(pid);
        clock::rest(SUPERVISOR_POLL);
    }
}

/// Last resort after a failure of our own: each guardian sweeps, and we wait for it.
pub fn sweep_all() {
    for run in run::all() {
        let pid = run.guardian.load(Relaxed);
        if let Some(link) = run.link().filter(|_| pid > 0) {
            let patience = link.will.sweep_limit.load(Relaxed);
            link.patience.store(patience, Relaxed);
            link.orders.fetch_or(link::SWEEP, Release);
            signals::send(pid, libc::SIGCHLD);
            await_leave(run, link, patience as f64 + GUARDIAN_END_LIMIT);
            signals::send(pid, libc::SIGKILL);
            await_end(pid, run.pidfd.load(Relaxed), GUARDIAN_END_LIMIT);
        }
    }
}
