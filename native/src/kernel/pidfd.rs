//! Signals to a process by a descriptor that stands for it, and copies of what it has open:
//! pidfd_open(2), pidfd_send_signal(2), pidfd_getfd(2).

use crate::kernel::errno::or_errno;
use crate::kernel::{descriptors, signals};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;

/// `pidfd_open(pid, 0)`, or minus errno.
pub fn open(pid: i32) -> i64 {
    // SAFETY: two integers; a new descriptor comes back, closed on exec.
    or_errno(unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) })
}

/// The very same open file that a process has, as a descriptor of this process, closed on exec.
/// `Err` is errno.
pub fn copy(pidfd: &OwnedFd, fd: RawFd) -> Result<OwnedFd, i32> {
    // SAFETY: three integers; a new descriptor comes back.
    let copy = or_errno(unsafe { libc::syscall(libc::SYS_pidfd_getfd, pidfd.as_raw_fd(), fd, 0) });
    if copy < 0 {
        return Err(-copy as i32);
    }
    // SAFETY: the kernel has just given it to us.
    Ok(unsafe { OwnedFd::from_raw_fd(copy as RawFd) })
}

/// `pidfd_send_signal(pidfd, signal, NULL, 0)`
pub fn send(pidfd: i32, signal: i32) -> i64 {
    let no_info = ptr::null::<libc::c_void>();
    // SAFETY: two integers, no information of ours, no flags.
    let result = unsafe { libc::syscall(libc::SYS_pidfd_send_signal, pidfd, signal, no_info, 0) };
    or_errno(result)
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

/// A queued signal from its parts: si_code, sender, the sender's user, and the halves of the value.
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

/// `pidfd_send_signal` with a siginfo of this process's own, which the kernel takes if its si_code
/// is below 0.
pub fn queue(pidfd: i32, signal: i32, info: &Info, flags: u32) -> i64 {
    let info = ptr::from_ref(info);
    // SAFETY: integers, and a structure of the kernel's own shape that lives through the call.
    let result = unsafe { libc::syscall(libc::SYS_pidfd_send_signal, pidfd, signal, info, flags) };
    or_errno(result)
}

/// Sends a signal to a process if its number still means the same process (`is_it`) once a
/// descriptor stands for it. 0, or minus errno.
pub fn send_to(pid: i32, signal: i32, is_it: impl Fn() -> bool) -> i64 {
    send_and_close(pid, open(pid), signal, is_it)
}

/// The same with what `open` answered, a descriptor or minus errno. Closes the descriptor.
pub fn send_and_close(pid: i32, pidfd: i64, signal: i32, is_it: impl Fn() -> bool) -> i64 {
    let gone = -i64::from(libc::ESRCH);
    if pidfd < 0 {
        // An old kernel or a sandbox refuses descriptors. The number is used then: it was looked at
        // a moment ago.
        return if pidfd != gone && is_it() {
            signals::send(pid, signal)
        } else {
            gone
        };
    }
    let sent = if is_it() {
        send(pidfd as i32, signal)
    } else {
        gone
    };
    descriptors::close(pidfd as i32);
    sent
}
