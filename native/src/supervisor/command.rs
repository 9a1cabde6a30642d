//! The command, as the supervisor sees it: its number, and signals to it.

use crate::kernel::{clock, pidfd, proc, process, processor, signals};
use crate::supervisor::{guardian, run};
use crate::tuning::{START_LIMIT, START_POLL, START_YIELD};
use std::sync::atomic::Ordering::{Relaxed, Release, SeqCst};
use std::sync::atomic::fence;

/// PIDFD_SIGNAL_PROCESS_GROUP (Linux 6.9).
const PROCESS_GROUP: u32 = 1 << 2;

/// The command's number while it has one in our PID namespace.
pub fn pid() -> Option<i32> {
    let link = run::link()?;
    let pid = link.command.load(Relaxed);
    let is_ours = pid > 0 && !link.is_reaped.is_set() && run::current().line.load(Relaxed) < 0;
    is_ours.then_some(pid)
}

/// Signals the command by a descriptor that was opened before the guardian reaped it. Where only
/// the guardian knows the command's number, the guardian sends the signal. 0, or minus errno.
pub fn kill(signal: i32) -> i64 {
    let Some(link) = run::link() else {
        return -i64::from(libc::ESRCH);
    };
    let is_to_start = link.command.load(Relaxed) == 0 && link.failed_stage.load(Relaxed) == 0;
    if run::current().line.load(Relaxed) >= 0 || is_to_start {
        if (1..=64).contains(&signal) {
            link.signals.fetch_or(1 << (signal - 1), Relaxed);
            guardian::wake();
        }
        return 0;
    }
    let Some((number, descriptor)) = by_descriptor() else {
        return -i64::from(libc::ESRCH);
    };
    let sent = pidfd::send(descriptor, signal);
    if sent == 0 || sent == -i64::from(libc::ESRCH) || pid().is_none() {
        return sent;
    }
    // A sandbox refuses descriptors. The guardian has not reaped the command, so its number is
    // still its own.
    signals::send(number, signal)
}

/// The command's number, and a descriptor that stands for it, or minus errno where there is none.
fn by_descriptor() -> Option<(i32, i32)> {
    let number = pid()?;
    let run = run::current();
    if run.command.load(Relaxed) < 0 {
        run.command.store(pidfd::open(number) as i32, Relaxed);
    }
    pid().map(|pid| (pid, run.command.load(Relaxed)))
}

/// Queues a signal to the command, or to the process group that it leads. 0, or minus errno: EINVAL
/// where the kernel cannot do that for a group.
pub fn queue(signal: i32, info: &pidfd::Info, to_group: bool) -> i64 {
    let Some((_, descriptor)) = by_descriptor() else {
        return -i64::from(libc::ESRCH);
    };
    let flags = if to_group { PROCESS_GROUP } else { 0 };
    pidfd::queue(descriptor, signal, info, flags)
}

/// Waits until the command has a number or cannot be started. The guardian needs a few hundred
/// microseconds for that.
pub fn await_start() {
    let Some(link) = run::link() else { return };
    let begin = clock::microseconds();
    let waited = || clock::microseconds() - begin;
    let is_open = || link.command.load(Relaxed) == 0 && link.failed_stage.load(Relaxed) == 0;
    while is_open() && !process::has_ended(guardian::pid()) && waited() < START_LIMIT {
        // On a busy machine the guardian needs the processor more than this process does.
        if waited() < START_YIELD {
            processor::yield_now();
        } else {
            guardian::wake_up(guardian::pid());
            clock::rest(START_POLL);
        }
    }
}

/// Stops this process by `stop`, because the command is stopped; when the command goes on, the
/// guardian continues this process. Not if the command has gone on, or exited, in the meantime.
/// False where that was so.
pub fn mirror(stop: &dyn Fn()) -> bool {
    let Some(link) = run::link() else {
        stop();
        return true;
    };
    link.is_mirroring.store(true, Release);
    // The guardian writes the command's state before it looks at the flag, and this process does
    // the reverse: so one of the two sees the other.
    fence(SeqCst);
    // One signal can stop or continue both: then the guardian may not have heard that the command
    // goes on, and a shell that has just continued the job would see it stop again.
    let is_meant = link.is_stopped() && pid().is_none_or(proc::may_be_stopped);
    if is_meant {
        stop();
    }
    link.is_mirroring.store(false, Release);
    is_meant
}
