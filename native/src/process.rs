//! Processes that exist: signals to them, and their ends.

use crate::call::{Call, answer, errno, kernel};
use crate::spawn;
use rquickjs_sys::{JS_UNDEFINED, JSValue};
use std::ptr;

/// `kill(pid, signal)`; a negative pid is a group.
pub fn kill(call: &Call) -> JSValue {
    // SAFETY: two integers.
    answer(kernel(i64::from(unsafe {
        libc::kill(call.int(0), call.int(1))
    })))
}

/// `pidfd_send_signal(pidfd, signal, NULL, 0)`
pub fn pidfd_kill(call: &Call) -> JSValue {
    let (pidfd, signal) = (call.int(0), call.int(1));
    let no_info = ptr::null::<libc::c_void>();
    // SAFETY: two integers, no information of ours, no flags.
    let result = unsafe { libc::syscall(libc::SYS_pidfd_send_signal, pidfd, signal, no_info, 0) };
    answer(kernel(result))
}

/// `waitid` on our child (by pidfd; by pid where there is none or the kernel knows no such wait),
/// without blocking: si_code and si_status; undefined when there is no news.
pub fn wait_child(call: &Call) -> JSValue {
    let (pidfd, pid) = (call.int(0), call.int(1));
    let news = libc::WEXITED | libc::WSTOPPED | libc::WCONTINUED | libc::WNOHANG;
    let by_pidfd = (pidfd >= 0).then(|| waitid(libc::P_PIDFD, pidfd, news));
    let info = match by_pidfd {
        Some(Ok(info)) => info,
        Some(Err(libc::ECHILD)) => return JS_UNDEFINED,
        _ => match waitid(libc::P_PID, pid, news) {
            Ok(info) => info,
            Err(_) => return JS_UNDEFINED,
        },
    };
    // SAFETY: the kernel filled in the members for a child.
    let (who, status) = unsafe { (info.si_pid(), info.si_status()) };
    if who == 0 {
        return JS_UNDEFINED;
    }
    if matches!(
        info.si_code,
        libc::CLD_EXITED | libc::CLD_KILLED | libc::CLD_DUMPED
    ) {
        spawn::forget_child();
    }
    call.answer_numbers(&[i64::from(info.si_code), i64::from(status)])
}

/// Reaps one ended child that is not the given one; answers its pid, or 0 when there is none.
pub fn reap_stranger(call: &Call) -> JSValue {
    let peek = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT | libc::__WALL;
    let Ok(info) = waitid(libc::P_ALL, 0, peek) else {
        return answer(0);
    };
    // SAFETY: the kernel filled in the members for a child, or left them zero.
    let pid = unsafe { info.si_pid() };
    if pid == 0 || pid == call.int(0) {
        return answer(0);
    }
    let _ = waitid(
        libc::P_PID,
        pid,
        libc::WEXITED | libc::WNOHANG | libc::__WALL,
    );
    answer(i64::from(pid))
}

fn waitid(kind: libc::idtype_t, id: i32, options: i32) -> Result<libc::siginfo_t, i32> {
    // SAFETY: all zeroes is a valid record, and the kernel fills it in.
    unsafe {
        let mut info: libc::siginfo_t = std::mem::zeroed();
        match libc::waitid(kind, id as libc::id_t, &mut info, options) {
            0 => Ok(info),
            _ => Err(errno()),
        }
    }
}

/// Last resort after a failure of our own: the command is ended and reaped, so nobody is abandoned.
pub fn end_child(pid: i32) {
    if pid > 0 {
        // SAFETY: our own unreaped child; its number cannot have passed to another process.
        unsafe {
            libc::kill(pid, libc::SIGKILL);
            while libc::waitpid(pid, ptr::null_mut(), 0) < 0 && errno() == libc::EINTR {}
        }
    }
}
