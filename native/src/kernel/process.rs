//! Processes that exist: signals to them, and their ends.

use crate::kernel::clock::Until;
use crate::kernel::{proc, wait};
use crate::supervisor::run;
use crate::window::call::{Call, answer, errno, kernel};
use rquickjs_sys::JSValue;
use std::ptr;
use std::sync::atomic::Ordering::Relaxed;

/// `kill(pid, signal)`; a negative pid is a group. 0, or minus errno.
pub fn send(pid: i32, signal: i32) -> i64 {
    // SAFETY: two integers.
    kernel(i64::from(unsafe { libc::kill(pid, signal) }))
}

pub fn kill(call: &Call) -> JSValue {
    answer(send(call.int(0), call.int(1)))
}

/// `pidfd_open(pid, 0)`, or minus errno.
pub fn open(pid: i32) -> i64 {
    // SAFETY: two integers; a new descriptor comes back, closed on exec.
    kernel(unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) })
}

pub fn open_process(call: &Call) -> JSValue {
    answer(crate::kernel::signals::above_stdio(open(call.int(0))))
}

/// `pidfd_send_signal(pidfd, signal, NULL, 0)`
pub fn send_by_descriptor(pidfd: i32, signal: i32) -> i64 {
    let no_info = ptr::null::<libc::c_void>();
    // SAFETY: two integers, no information of ours, no flags.
    let result = unsafe { libc::syscall(libc::SYS_pidfd_send_signal, pidfd, signal, no_info, 0) };
    kernel(result)
}

pub fn pidfd_kill(call: &Call) -> JSValue {
    answer(send_by_descriptor(call.int(0), call.int(1)))
}

/// The kernel's `siginfo_t` of a queued signal, as x86-64 and arm64 have it.
#[repr(C)]
pub struct Info {
    signal: i32,
    errno: i32,
    code: i32,
    _pad: i32,
    pid: i32,
    uid: u32,
    value: u64,
    _rest: [u64; 12],
}

/// From its parts: si_code, sender, its user, and the halves of the value.
pub fn queued(signal: i32, parts: &[f64]) -> Info {
    let part = |at: usize| parts.get(at).copied().unwrap_or(0.0);
    Info {
        signal,
        errno: 0,
        code: part(0) as i32,
        _pad: 0,
        pid: part(1) as i32,
        uid: part(2) as u32,
        value: part(3) as u64 | (part(4) as u64) << 32,
        _rest: [0; 12],
    }
}

/// `pidfd_send_signal` with information of ours, which the kernel takes if its code is below 0.
pub fn queue_by_descriptor(pidfd: i32, signal: i32, info: &Info, flags: u32) -> i64 {
    let info = ptr::from_ref(info);
    // SAFETY: integers, and a structure of the kernel's own shape that lives through the call.
    let result = unsafe { libc::syscall(libc::SYS_pidfd_send_signal, pidfd, signal, info, flags) };
    kernel(result)
}

/// A signal by a descriptor, if the number still means the process once the descriptor is there.
pub fn send_to(pid: i32, signal: i32, is_it: impl Fn() -> bool) -> i64 {
    send_and_close(pid, open(pid), signal, is_it)
}

/// The same by what `open` answered, which is closed. 0, or minus errno.
pub fn send_and_close(pid: i32, pidfd: i64, signal: i32, is_it: impl Fn() -> bool) -> i64 {
    let gone = -i64::from(libc::ESRCH);
    if pidfd < 0 {
        // Refused, by an old kernel or a sandbox: the number was looked at a moment ago.
        return if pidfd != gone && is_it() {
            send(pid, signal)
        } else {
            gone
        };
    }
    let sent = if is_it() {
        send_by_descriptor(pidfd as i32, signal)
    } else {
        gone
    };
    // SAFETY: ours.
    unsafe { libc::close(pidfd as i32) };
    sent
}

/// Also what ended without a signal, or with another one than SIGCHLD.
const ANY_END: i32 = libc::WEXITED | libc::WNOHANG | libc::__WALL;

/// Whether a child has ended, all its threads with it; it stays unreaped. What is no child of ours
/// (any more) has ended, too; another error says nothing of it.
pub fn has_ended(pid: i32) -> bool {
    if pid <= 0 {
        return true;
    }
    match waitid(libc::P_PID, pid, ANY_END | libc::WNOWAIT) {
        Ok(info) => pid_of(&info) != 0,
        Err(errno) => errno == libc::ECHILD,
    }
}

/// Whether a process has ended with all its threads, whoever is to reap it: a descriptor tells.
pub fn is_over(pid: i32) -> bool {
    match open(pid) {
        pidfd @ 0.. => {
            let is_over = wait::is_readable(pidfd as i32);
            // SAFETY: ours.
            unsafe { libc::close(pidfd as i32) };
            is_over
        }
        errno => errno == -i64::from(libc::ESRCH) || proc::is_zombie(pid),
    }
}

/// Whether a number is that of a child of ours, dead or alive: the kernel says ECHILD of a stranger's.
pub fn is_child(pid: i32) -> bool {
    waitid(libc::P_PID, pid, ANY_END | libc::WNOWAIT).is_ok()
}

/// A process (0: we) takes turns before all others, as far as we may: whoever forks without a pause, in
/// sessions of their own, leaves it next to nothing. Gives its niceness, where somebody had not settled
/// that already.
pub fn hurry(pid: i32) -> Option<i32> {
    let real_time = libc::sched_param { sched_priority: 1 };
    let policy = libc::SCHED_RR | libc::SCHED_RESET_ON_FORK;
    // SAFETY: integers, and a structure of ours that lives through the call.
    unsafe {
        if libc::sched_getscheduler(pid) != libc::SCHED_OTHER {
            return None;
        }
        let before = libc::getpriority(libc::PRIO_PROCESS, pid as libc::id_t);
        if libc::sched_setscheduler(pid, policy, &real_time) != 0 {
            libc::setpriority(libc::PRIO_PROCESS, pid as libc::id_t, -20);
        }
        Some(before)
    }
}

/// We take turns with the others, as before `hurry`.
pub fn take_time(nice: i32) {
    let usual = libc::sched_param { sched_priority: 0 };
    // SAFETY: integers, and a structure of ours that lives through the call.
    unsafe {
        libc::sched_setscheduler(0, libc::SCHED_OTHER, &usual);
        libc::setpriority(libc::PRIO_PROCESS, 0, nice);
    }
}

/// Reaps a child that has ended.
pub fn reap(pid: i32) -> Option<libc::siginfo_t> {
    if pid <= 0 {
        return None;
    }
    let info = waitid(libc::P_PID, pid, ANY_END).ok()?;
    (pid_of(&info) != 0).then_some(info)
}

/// An ended child that is not the given one; 0 when there is none.
fn ended_but(except: i32) -> i32 {
    match waitid(libc::P_ALL, 0, ANY_END | libc::WNOWAIT) {
        Ok(info) if pid_of(&info) != except => pid_of(&info),
        _ => 0,
    }
}

/// Reaps one ended child that is none of the given ones; its number, 0 when there is none.
pub fn reap_one(except: &[i32]) -> i32 {
    if except.iter().all(|&pid| pid <= 0) {
        return waitid(libc::P_ALL, 0, ANY_END).map_or(0, |info| pid_of(&info));
    }
    let pid = ended_but(0);
    let is_meant = pid != 0 && !except.contains(&pid);
    if is_meant && reap(pid).is_some() {
        pid
    } else {
        0
    }
}

/// Reaps those that have ended but the given ones, as long as there is time; true if there is more.
pub fn reap_all(except: &[i32], until: &Until, mut note: impl FnMut(i32)) -> bool {
    while let pid @ 1.. = reap_one(except) {
        note(pid);
        if until.is_over() {
            return true;
        }
    }
    false
}

/// ECHILD: nobody below us is left, unless it joined another PID namespace.
pub fn has_no_children() -> bool {
    waitid(libc::P_ALL, 0, ANY_END | libc::WNOWAIT).is_err_and(|errno| errno == libc::ECHILD)
}

pub fn has_children(_: &Call) -> JSValue {
    answer(i64::from(!has_no_children()))
}

/// Reaps one ended child that is neither a guardian nor a command that a guardian has left to us;
/// answers its pid, or 0 when there is none.
pub fn reap_stranger(_: &Call) -> JSValue {
    let pid = ended_but(0);
    let is_guardian = |run: &run::Run| run.guardian.load(Relaxed) == pid;
    // Those have a run that asks for their end.
    if pid == 0 || run::all().any(|run| is_guardian(run) || run.adopted() == Some(pid)) {
        return answer(0);
    }
    reap(pid);
    answer(i64::from(pid))
}

/// `waitid`, on news of any kind, without blocking unless asked for.
pub fn waitid(kind: libc::idtype_t, id: i32, options: i32) -> Result<libc::siginfo_t, i32> {
    // SAFETY: all zeroes is a valid record, and the kernel fills it in.
    unsafe {
        let mut info: libc::siginfo_t = std::mem::zeroed();
        match libc::waitid(kind, id as libc::id_t, &mut info, options) {
            0 => Ok(info),
            _ => Err(errno()),
        }
    }
}

/// Whom a waitid tells of; 0: nobody.
pub fn pid_of(info: &libc::siginfo_t) -> i32 {
    // SAFETY: the kernel filled in the members for a child, or left them zero.
    unsafe { info.si_pid() }
}
