//! Processes that exist: their groups, and how the children of this process exit.

use crate::kernel::clock::Until;
use crate::kernel::errno::errno;
use crate::kernel::{descriptors, pidfd, proc, wait};

/// Also children that exit without a signal, or with another one than SIGCHLD.
const ANY_END: i32 = libc::WEXITED | libc::WNOHANG | libc::__WALL;

/// Whether a child has exited with all its threads; it is not reaped. A process that is no child of
/// this one (any more) counts as exited. Any other error says nothing about the process.
pub fn has_ended(pid: i32) -> bool {
    if pid <= 0 {
        return true;
    }
    match waitid(libc::P_PID, pid, ANY_END | libc::WNOWAIT) {
        Ok(info) => pid_of(&info) != 0,
        Err(errno) => errno == libc::ECHILD,
    }
}

/// Whether a process has exited with all its threads, whichever process is to reap it.
pub fn is_over(pid: i32) -> bool {
    match pidfd::open(pid) {
        pidfd @ 0.. => {
            let is_over = wait::is_readable(pidfd as i32);
            descriptors::close(pidfd as i32);
            is_over
        }
        errno => errno == -i64::from(libc::ESRCH) || proc::is_zombie(pid),
    }
}

/// Whether a number is that of a child of this process, running or exited: of any other the kernel
/// says ECHILD.
pub fn is_child(pid: i32) -> bool {
    waitid(libc::P_PID, pid, ANY_END | libc::WNOWAIT).is_ok()
}

/// Reaps a child, if it has exited.
pub fn reap(pid: i32) -> Option<libc::siginfo_t> {
    if pid <= 0 {
        return None;
    }
    let info = waitid(libc::P_PID, pid, ANY_END).ok()?;
    (pid_of(&info) != 0).then_some(info)
}

/// A child that has exited and is not the given one; 0 where there is none.
pub fn ended_but(except: i32) -> i32 {
    match waitid(libc::P_ALL, 0, ANY_END | libc::WNOWAIT) {
        Ok(info) if pid_of(&info) != except => pid_of(&info),
        _ => 0,
    }
}

/// Reaps one child that has exited and is none of the given ones. Answers its number, or 0 where
/// there is none.
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

/// Reaps all children that have exited but the given ones, as long as there is time. True if there
/// may be more.
pub fn reap_all(except: &[i32], until: &Until, mut note: impl FnMut(i32)) -> bool {
    while let pid @ 1.. = reap_one(except) {
        note(pid);
        if until.is_over() {
            return true;
        }
    }
    false
}

/// Whether the kernel says ECHILD: no descendant is left, unless one joined another PID namespace.
pub fn has_no_children() -> bool {
    waitid(libc::P_ALL, 0, ANY_END | libc::WNOWAIT).is_err_and(|errno| errno == libc::ECHILD)
}

/// `waitid`; blocks only where the options do not say WNOHANG.
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

/// The process that an answer of waitid(2) is about; 0: none.
pub fn pid_of(info: &libc::siginfo_t) -> i32 {
    // SAFETY: the kernel filled in the members for a child, or left them zero.
    unsafe { info.si_pid() }
}

/// The process group of a process (getpgid(2)), or -1.
pub fn group_of(pid: i32) -> i32 {
    // SAFETY: one integer.
    unsafe { libc::getpgid(pid) }
}

/// The session of a process (getsid(2)), or -1.
pub fn session_of(pid: i32) -> i32 {
    // SAFETY: one integer.
    unsafe { libc::getsid(pid) }
}
