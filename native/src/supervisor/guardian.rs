//! The supervisor's side of the link: what it asks its guardian, and what it learns from it.

use crate::guardian::link::{self, Link};
use crate::guardian::watch;
use crate::kernel::{clock, process, processor, signals, wait};
use crate::supervisor::news;
use crate::supervisor::run::{self, Run};
use crate::window::call::{Call, answer};
use rquickjs_sys::{JS_UNDEFINED, JSValue};
use std::sync::atomic::Ordering::{Relaxed, Release, SeqCst};
use std::sync::atomic::fence;

/// In microseconds: a guardian starts the command after a few hundred; only one that was stopped at
/// this very moment takes more than the limit, and then it is to pass the signal on when it goes on.
const START_SOON: f64 = 1e3;
const START_LIMIT: f64 = 2e6;
const START_LOOK: f64 = 100.0;
/// Its end takes less by far; but somebody who traces it may keep it from us.
const FAREWELL: f64 = 1e6;

/// How long we rest between two looks at a guardian that nothing tells us of, in microseconds.
const LOOK_AGAIN: f64 = 1e3;

/// What stands in the place of the guardian's descriptor.
const NOT_OPENED: i32 = -1;
const REFUSED: i32 = -2;

/// PIDFD_SIGNAL_PROCESS_GROUP (Linux 6.9).
const PROCESS_GROUP: u32 = 1 << 2;

pub fn remember(guardian: i32, line: i32) {
    let run = run::here();
    run.guardian.store(guardian, Relaxed);
    run.line.store(line, Relaxed);
}

/// What the guardian tells next, if anything. Its death is looked at first: what it had said before
/// it died is said.
pub fn guardian_news(call: &Call) -> JSValue {
    let Some(link) = link::get() else {
        return JS_UNDEFINED;
    };
    // Before the look: what is written after it asks again.
    if link.is_awaited.load(Relaxed) {
        link.is_awaited.store(false, SeqCst);
    }
    news::listen(run::here().line.load(Relaxed));
    let pidfd = run::here().pidfd.load(Relaxed);
    // Before we first wait it is not looked at: that wait comes back at once if it has died, and the
    // kernel tells us if it was stopped, by a SIGCHLD that may have been read before that wait. One
    // that has said all owes us nothing.
    let is_told = pidfd != NOT_OPENED || signals::was_child_heard();
    let is_due = guardian() > 0 && is_told && !link.has_left.is_set();
    let has_died = is_due && has_died(guardian(), pidfd);
    if is_due && !has_died {
        wake_up(guardian());
    }
    match news::next(link, has_died) {
        Some(row) => call.answer_numbers(&row),
        None => JS_UNDEFINED,
    }
}

pub fn has_died(pid: i32, pidfd: i32) -> bool {
    match pidfd {
        0.. => wait::is_readable(pidfd),
        _ => process::has_ended(pid) || process::is_over(pid),
    }
}

/// A guardian that somebody stopped tells nothing, and does nothing.
fn wake_up(guardian: i32) {
    let stops = libc::WSTOPPED | libc::WNOHANG;
    let stopped = process::waitid(libc::P_PID, guardian, stops);
    if stopped.is_ok_and(|info| process::pid_of(&info) != 0) {
        process::send(guardian, libc::SIGCONT);
    }
}

pub fn guardian() -> i32 {
    run::here().guardian.load(Relaxed)
}

/// `isGuardian(pid)`: of any of our runs.
pub fn is_guardian(call: &Call) -> JSValue {
    let pid = call.int(0);
    let is_one = |run: &run::Run| pid > 0 && run.guardian.load(Relaxed) == pid;
    answer(i64::from(run::all().any(is_one)))
}

pub fn guardian_pid(_: &Call) -> JSValue {
    answer(i64::from(guardian()))
}

/// The descriptor that a guardian tells us by who cannot signal us; -1: none.
pub fn guardian_line(_: &Call) -> JSValue {
    answer(i64::from(run::here().line.load(Relaxed)))
}

/// The descriptor that stands for the guardian; -1: none, or it has been dealt with. Opened when we
/// first wait: then the guardian is at work, and we have the time.
pub fn guardian_pidfd(_: &Call) -> JSValue {
    if run::here().pidfd.load(Relaxed) < 0 && guardian() > 0 {
        let pidfd = signals::above_stdio(process::open(guardian())) as i32;
        run::here().pidfd.store(pidfd.max(REFUSED), Relaxed);
    }
    answer(i64::from(run::here().pidfd.load(Relaxed).max(NOT_OPENED)))
}

pub fn guardian_order(call: &Call) -> JSValue {
    if let Some(link) = link::get() {
        link.patience.store(call.number(1) as i64, Relaxed);
        let orders = call.int(0) as u32;
        run::here()
            .is_sweeping
            .fetch_or(orders & link::SWEEP != 0, Relaxed);
        link.orders.fetch_or(orders, Release);
        wake();
    }
    JS_UNDEFINED
}

pub fn wake() {
    if guardian() > 0 {
        process::send(guardian(), libc::SIGCHLD);
    }
}

/// Signal, delay, patience, the instants of signal and sweep (0: never), hold, settle, and its limit.
pub fn guardian_will(call: &Call) -> JSValue {
    let numbers = call.numbers(0);
    let number = |at: usize| numbers.get(at).copied().unwrap_or(0.0) as i64;
    let link = match link::get() {
        Some(link) => link,
        None => match link::open() {
            Ok(link) => link,
            Err(errno) => return answer(-i64::from(errno)),
        },
    };
    link.will.signal.store(number(0) as i32, Relaxed);
    link.will.delay.store(number(1), Relaxed);
    link.will.patience.store(number(2), Relaxed);
    link.will.hold.store(number(5) != 0, Relaxed);
    link.will.settle.store(number(6), Relaxed);
    link.will.settle_limit.store(number(7), Relaxed);
    // Whoever sees an instant sees what is to be done then.
    link.will.signal_at.store(number(3), Release);
    link.will.sweep_at.store(number(4), Release);
    // So that it looks at its clock anew.
    wake();
    answer(0)
}

/// `guardianTold(told)`: who has had the will's signal; see `Will`.
pub fn guardian_told(call: &Call) -> JSValue {
    if let Some(link) = link::get() {
        link.will.told.store(call.int(0), Release);
    }
    JS_UNDEFINED
}

/// The command's number while it has one in our PID namespace.
pub fn command_pid(_: &Call) -> JSValue {
    answer(i64::from(command().unwrap_or(0)))
}

/// The same for native code.
pub fn command() -> Option<i32> {
    let link = link::get()?;
    let pid = link.command.load(Relaxed);
    let is_ours = pid > 0 && !link.is_reaped.is_set() && run::here().line.load(Relaxed) < 0;
    is_ours.then_some(pid)
}

/// Signals the command: by a descriptor, which was opened before the guardian reaped it; through
/// the guardian where only that one knows its number.
pub fn command_kill(call: &Call) -> JSValue {
    let signal = call.int(0);
    let Some(link) = link::get() else {
        return answer(-i64::from(libc::ESRCH));
    };
    let is_to_start = link.command.load(Relaxed) == 0 && link.failed_stage.load(Relaxed) == 0;
    if run::here().line.load(Relaxed) >= 0 || is_to_start {
        if (1..=64).contains(&signal) {
            link.signals.fetch_or(1 << (signal - 1), Relaxed);
            wake();
        }
        return answer(0);
    }
    let Some((pid, pidfd)) = command_by_descriptor() else {
        return answer(-i64::from(libc::ESRCH));
    };
    let sent = process::send_by_descriptor(pidfd, signal);
    if sent == 0 || sent == -i64::from(libc::ESRCH) || command().is_none() {
        return answer(sent);
    }
    // Descriptors are refused; the guardian has not reaped it, so the number is still its own.
    answer(process::send(pid, signal))
}

/// The command's number, and a descriptor that stands for it, or minus errno where there is none.
fn command_by_descriptor() -> Option<(i32, i32)> {
    let pid = command()?;
    let run = run::here();
    if run.command.load(Relaxed) < 0 {
        run.command.store(process::open(pid) as i32, Relaxed);
    }
    command().map(|pid| (pid, run.command.load(Relaxed)))
}

/// `commandQueue(signal, queued, group)`: a queued signal to the command, or to the process group that
/// it leads, with what came with it. 0, or minus errno: EINVAL where the kernel knows no groups here.
pub fn command_queue(call: &Call) -> JSValue {
    let Some((_, pidfd)) = command_by_descriptor() else {
        return answer(-i64::from(libc::ESRCH));
    };
    let info = process::queued(call.int(0), &call.numbers(1));
    let flags = if call.int(2) != 0 { PROCESS_GROUP } else { 0 };
    answer(process::queue_by_descriptor(
        pidfd,
        call.int(0),
        &info,
        flags,
    ))
}

/// The command's number, as soon as there is one: the guardian may not have come to it yet, a matter
/// of microseconds.
pub fn await_command(call: &Call) -> JSValue {
    if let Some(link) = link::get() {
        await_start(link);
    }
    command_pid(call)
}

fn await_start(link: &Link) {
    let begin = clock::microseconds();
    let waited = || clock::microseconds() - begin;
    let is_open = || link.command.load(Relaxed) == 0 && link.failed_stage.load(Relaxed) == 0;
    while is_open() && !process::has_ended(guardian()) && waited() < START_LIMIT {
        // On a busy machine the guardian needs the processor more than we do.
        if waited() < START_SOON {
            processor::make_way();
        } else {
            wake_up(guardian());
            clock::rest(START_LOOK);
        }
    }
}

/// `guardianKill(signal, group)`: to those below the guardian that are not in a process group (0:
/// none), where only the guardian can find them.
pub fn guardian_kill(call: &Call) -> JSValue {
    let signal = call.int(0);
    if let Some(link) = link::get().filter(|_| (1..=64).contains(&signal)) {
        link.rest_group.store(call.int(1), Relaxed);
        link.rest.fetch_or(1 << (signal - 1), Release);
        wake();
    }
    JS_UNDEFINED
}

/// Stops us by `stop`, because the command is stopped: who ends that then continues us. Not where it
/// has gone on, or ended, in the meantime. False where it was not tried.
pub fn mirror(stop: impl FnOnce()) -> bool {
    let Some(link) = link::get() else {
        stop();
        return true;
    };
    link.is_mirroring.store(true, Release);
    // The guardian writes first and looks at the flag then, and we the other way round.
    fence(SeqCst);
    let is_meant = link.is_stopped();
    if is_meant {
        stop();
    }
    link.is_mirroring.store(false, Release);
    is_meant
}

/// The signal that the guardian died of, while it is not reaped; 0: none, or not known.
pub fn guardian_death() -> i32 {
    let end = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
    let info = process::waitid(libc::P_PID, guardian(), end);
    let died = info.ok().filter(|info| info.si_code == libc::CLD_KILLED);
    // SAFETY: the kernel filled in the members for a child.
    died.map_or(0, |info| unsafe { info.si_status() })
}

/// Waits for the guardian's end. What it had to say is said; it shall not outlive us.
pub fn farewell() {
    let (pid, pidfd) = (
        run::here().guardian.swap(0, Relaxed),
        run::here().pidfd.load(Relaxed),
    );
    if pid <= 0 {
        return;
    }
    // Most have ended by now, or are about to.
    if process::reap(pid).is_none() {
        process::send(pid, libc::SIGKILL);
        await_end(pid, pidfd, FAREWELL);
    }
    run::close(&run::here().pidfd);
}

/// Reaps the guardian when it has ended, if that comes within a time.
fn await_end(pid: i32, pidfd: i32, time: f64) {
    if pidfd < 0 {
        let _ = process::waitid(libc::P_PID, pid, libc::WEXITED);
    } else if wait::is_readable_within(pidfd, time) {
        process::reap(pid);
    }
}

/// `farewell()`
pub fn say_farewell(_: &Call) -> JSValue {
    farewell();
    JS_UNDEFINED
}

/// Waits until a guardian has said all, or has died; continues it if it is stopped.
fn await_leave(run: &Run, link: &Link, time: f64) {
    let pid = run.guardian.load(Relaxed);
    let limit = clock::microseconds() + time;
    let is_at_work = || !link.has_left.is_set() && !has_died(pid, run.pidfd.load(Relaxed));
    while is_at_work() && clock::microseconds() < limit {
        wake_up(pid);
        clock::rest(LOOK_AGAIN);
    }
}

/// Last resort after a failure of our own: each guardian sweeps, and we wait for it.
pub fn give_up() {
    for run in run::all() {
        let pid = run.guardian.load(Relaxed);
        if let Some(link) = link::of(run).filter(|_| pid > 0 && !watch::is_here()) {
            let patience = link.will.patience.load(Relaxed);
            link.patience.store(patience, Relaxed);
            link.orders.fetch_or(link::SWEEP, Release);
            process::send(pid, libc::SIGCHLD);
            await_leave(run, link, patience as f64 + FAREWELL);
            process::send(pid, libc::SIGKILL);
            await_end(pid, run.pidfd.load(Relaxed), FAREWELL);
        }
    }
}
