//! The guardian, as the supervisor sees it: whether it lives, what it is asked to do, and how it
//! exits.

use crate::guardian::link::{self, Link};
use crate::kernel::{clock, descriptors, pidfd, process, signals, wait};
use crate::supervisor::run::{self, Run};
use crate::tuning::{GUARDIAN_END_LIMIT, SUPERVISOR_POLL};
use std::sync::atomic::Ordering::{Relaxed, Release};

/// Values that stand in the place of the guardian's descriptor.
const NOT_OPENED: i32 = -1;
const REFUSED: i32 = -2;

pub fn remember(guardian: i32, line: i32) {
    let run = run::current();
    run.guardian.store(guardian, Relaxed);
    run.line.store(line, Relaxed);
}

/// The number of the current run's guardian until it is reaped; 0: none.
pub fn pid() -> i32 {
    run::current().guardian.load(Relaxed)
}

/// Whether a process is the guardian of one of the runs.
pub fn is_one(pid: i32) -> bool {
    pid > 0 && run::all().any(|run| run.guardian.load(Relaxed) == pid)
}

/// Whether the guardian has sent a signal, in the supervisor's place, to a process below `root`;
/// the process is known by the time when it was started.
pub fn has_signaled(root: i32, signal: i32, start: Option<u64>) -> bool {
    let link = run::link().filter(|_| root == pid());
    link.zip(start)
        .is_some_and(|(link, start)| link.has_signaled(signal, start))
}

/// Whether the guardian may have died, or been stopped, since the last look. Before the supervisor
/// first waits it need not look: that first wait comes back at once if the guardian has died, and
/// the kernel sends SIGCHLD if it was stopped. A SIGCHLD that was read before that wait counts. A
/// guardian that has said everything is not looked at.
pub fn is_due(link: &Link) -> bool {
    let is_told = pidfd() != NOT_OPENED || signals::was_child_heard();
    pid() > 0 && is_told && !link.has_left.is_set()
}

/// What stands for the guardian: a descriptor, `NOT_OPENED` or `REFUSED`.
pub fn pidfd() -> i32 {
    run::current().pidfd.load(Relaxed)
}

/// The descriptor that stands for the guardian; -1: none, or it is done with. It is opened when the
/// supervisor first waits: then there is time, and the guardian is at work.
pub fn open_pidfd() -> i32 {
    if pidfd() < 0 && pid() > 0 {
        let opened = descriptors::above_stdio(pidfd::open(pid())) as i32;
        run::current().pidfd.store(opened.max(REFUSED), Relaxed);
    }
    pidfd().max(NOT_OPENED)
}

/// Gives orders to the guardian, and says how long a sweep may take.
pub fn order(orders: u32, sweep_limit: i64) {
    if let Some(link) = run::link() {
        link.sweep_limit.store(sweep_limit, Relaxed);
        run::current()
            .is_sweeping
            .fetch_or(orders & link::SWEEP != 0, Relaxed);
        link.orders.fetch_or(orders, Release);
        wake();
    }
}

/// Has the guardian send a signal to its descendants that are not in a process group (0: none),
/// where only the guardian can find them.
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

/// Continues a guardian that was stopped: otherwise it says nothing and does nothing.
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

/// Waits until the guardian exits, and reaps it. It has said everything, and must not outlive the
/// supervisor.
pub fn reap() {
    let (pid, pidfd) = (
        run::current().guardian.swap(0, Relaxed),
        run::current().pidfd.load(Relaxed),
    );
    if pid <= 0 {
        return;
    }
    // Most guardians have exited by now, or are about to.
    if process::reap(pid).is_none() {
        signals::send(pid, libc::SIGKILL);
        await_end(pid, pidfd, GUARDIAN_END_LIMIT);
    }
    run::close(&run::current().pidfd);
}

/// Reaps the guardian if it exits within a time.
fn await_end(pid: i32, pidfd: i32, time: f64) {
    if pidfd < 0 {
        let _ = process::waitid(libc::P_PID, pid, libc::WEXITED);
    } else if wait::is_readable_within(pidfd, time) {
        process::reap(pid);
    }
}

/// Waits until a guardian has said everything, or has died; continues it if it is stopped.
fn await_leave(run: &Run, link: &Link, time: f64) {
    let pid = run.guardian.load(Relaxed);
    let limit = clock::microseconds() + time;
    let is_at_work = || !link.has_left.is_set() && !has_died(pid, run.pidfd.load(Relaxed));
    while is_at_work() && clock::microseconds() < limit {
        wake_up(pid);
        clock::rest(SUPERVISOR_POLL);
    }
}

/// The last resort after a failure of curfew's own: has each guardian sweep, and waits for it.
pub fn sweep_all() {
    for run in run::all() {
        let pid = run.guardian.load(Relaxed);
        if let Some(link) = run.link().filter(|_| pid > 0) {
            let sweep_limit = link.will.sweep_limit.load(Relaxed);
            link.sweep_limit.store(sweep_limit, Relaxed);
            link.orders.fetch_or(link::SWEEP, Release);
            signals::send(pid, libc::SIGCHLD);
            await_leave(run, link, sweep_limit as f64 + GUARDIAN_END_LIMIT);
            signals::send(pid, libc::SIGKILL);
            await_end(pid, run.pidfd.load(Relaxed), GUARDIAN_END_LIMIT);
        }
    }
}
