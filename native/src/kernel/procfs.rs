//! Files of /proc, and directories of it that stand for processes.

use crate::kernel::errno::errno;
use crate::kernel::{pidfd, signals};
use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

/// Why a look at a process showed nothing, with errno. Only `Gone` says something about the
/// process; any other failure is a trouble of this process's own, or a protection of the other one.
#[derive(Clone, Copy)]
pub enum Unseen {
    Gone,
    Hidden(i32),
    Unknown(i32),
}

impl Unseen {
    pub fn of(errno: i32) -> Unseen {
        match errno {
            libc::ENOENT | libc::ESRCH => Unseen::Gone,
            libc::EACCES | libc::EPERM => Unseen::Hidden(errno),
            _ => Unseen::Unknown(errno),
        }
    }

    pub fn why(failure: &io::Error) -> Unseen {
        Unseen::of(failure.raw_os_error().unwrap_or(libc::ENOMEM))
    }

    /// 0 where the process is gone: then nothing was missed.
    pub fn missed(self) -> i32 {
        match self {
            Unseen::Gone => 0,
            Unseen::Hidden(errno) | Unseen::Unknown(errno) => errno,
        }
    }
}

pub fn path_of(path: &str) -> Result<CString, Unseen> {
    CString::new(path).map_err(|_| Unseen::of(libc::EINVAL))
}

pub fn open_in(directory: RawFd, name: &CStr) -> Result<OwnedFd, Unseen> {
    let flags = libc::O_RDONLY | libc::O_CLOEXEC;
    // SAFETY: a path; a new descriptor comes back, and is given to its owner.
    unsafe {
        match libc::openat(directory, name.as_ptr(), flags) {
            fd @ 0.. => Ok(OwnedFd::from_raw_fd(fd)),
            _ => Err(Unseen::of(errno())),
        }
    }
}

/// The directory of a process: a descriptor that stands for the process that has the number now.
pub fn open_directory(pid: i32) -> Result<OwnedFd, Unseen> {
    let path = path_of(&format!("/proc/{pid}"))?;
    let flags = libc::O_RDONLY | libc::O_DIRECTORY | libc::O_CLOEXEC;
    // SAFETY: a path; a new descriptor comes back, and is given to its owner.
    unsafe {
        match libc::open(path.as_ptr(), flags) {
            fd @ 0.. => Ok(OwnedFd::from_raw_fd(fd)),
            _ => Err(Unseen::of(errno())),
        }
    }
}

/// Sends a signal to the process that a directory stands for: pidfd_send_signal(2) takes such a
/// descriptor, too.
pub fn send(directory: &OwnedFd, pid: i32, signal: i32) -> bool {
    let sent = pidfd::send(directory.as_raw_fd(), signal);
    // A sandbox refuses that: then by its number, which is its own as long as it exists.
    let is_there = || sent != -i64::from(libc::ESRCH) && is_there(directory);
    sent == 0 || (is_there() && signals::send(pid, signal) == 0)
}

/// Whether the process exists; asked without another descriptor.
fn is_there(directory: &OwnedFd) -> bool {
    // SAFETY: a descriptor of ours and a constant name.
    unsafe { libc::faccessat(directory.as_raw_fd(), c"stat".as_ptr(), libc::F_OK, 0) == 0 }
}
