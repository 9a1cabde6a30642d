//! What a process reads from and writes to: its pipes, and its sockets that are pairs. The kernel
//! itself says whether the last writer of one has exited (poll(2)), so no other process has to be
//! searched.

use crate::kernel::{clock, pidfd};
use crate::window::call::{Call, answer};
use rquickjs_sys::JSValue;
use std::ffi::CString;
use std::fs;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

const READS: u32 = 1;
const WRITES: u32 = 2;
const ENDED: u32 = 4;

/// `channels(pid, time)`: three numbers for each channel: the device and the number of its file,
/// and what the process does with it: 1 it reads, 2 it writes, 4 all writers have exited. Of pairs
/// of sockets only those whose other end has exited. Minus errno.
pub fn channels(call: &Call) -> JSValue {
    let pid = call.int(0);
    let until = clock::until(clock::microseconds() + call.number(1));
    let entries = match fs::read_dir(format!("/proc/{pid}/fd")) {
        Ok(entries) => entries,
        Err(failure) => {
            let errno = failure.raw_os_error().unwrap_or(libc::ENOMEM);
            return answer(-i64::from(errno));
        }
    };
    let process = Process::open(pid);
    let mut found = Vec::new();
    for entry in entries.flatten() {
        if until.is_over() {
            return answer(-i64::from(libc::ETIME));
        }
        let name = entry.file_name();
        if let Some(fd) = name.to_str().and_then(|name| name.parse().ok())
            && let Some(channel) = process.channel(fd)
        {
            found.extend(channel);
        }
    }
    call.answer_numbers(&found)
}

struct Process {
    pid: i32,
    /// A descriptor that stands for the process; `None` where the kernel has no such thing.
    pidfd: Option<OwnedFd>,
}

impl Process {
    fn open(pid: i32) -> Process {
        let pidfd = match pidfd::open(pid) {
            // SAFETY: the kernel has just given it to us.
            fd @ 0.. => Some(unsafe { OwnedFd::from_raw_fd(fd as RawFd) }),
            _ => None,
        };
        Process { pid, pidfd }
    }

    /// What one of the process's descriptors is, as `channels` tells it.
    fn channel(&self, fd: RawFd) -> Option<[i64; 3]> {
        let path = CString::new(format!("/proc/{}/fd/{fd}", self.pid)).ok()?;
        let file = state_of(&path, 0)?;
        let does = match file.st_mode & libc::S_IFMT {
            libc::S_IFIFO => self.pipe(fd, &path)?,
            libc::S_IFSOCK if self.is_ended_pair(fd) => READS | ENDED,
            _ => return None,
        };
        Some([file.st_dev as i64, file.st_ino as i64, i64::from(does)])
    }

    /// A pipe. The rights of the link in /proc say for what the file was opened: proc_pid_fd(5).
    fn pipe(&self, fd: RawFd, path: &CString) -> Option<u32> {
        let link = state_of(path, libc::AT_SYMLINK_NOFOLLOW)?;
        let may = |right: u32, does: u32| if link.st_mode & right != 0 { does } else { 0 };
        let does = may(libc::S_IRUSR, READS) | may(libc::S_IWUSR, WRITES);
        let has_ended = does == READS
            && match self.copy(fd).or_else(|| open_again(path)) {
                Some(copy) => is_hung_up(&copy, libc::POLLHUP),
                None => false,
            };
        Some(if has_ended { does | ENDED } else { does })
    }

    /// Whether a descriptor is a pair of sockets whose other end was closed, or writes no more. A
    /// socket that was connected to an address belongs to a client or a server, for which that
    /// means nothing of the kind. Standard output and error are not read from.
    fn is_ended_pair(&self, fd: RawFd) -> bool {
        if fd == libc::STDOUT_FILENO || fd == libc::STDERR_FILENO {
            return false;
        }
        self.copy(fd).is_some_and(|copy| {
            is_pair(&copy) && is_hung_up(&copy, libc::POLLHUP | libc::POLLRDHUP)
        })
    }

    /// The very same open file as a descriptor of this process: pidfd_getfd(2).
    fn copy(&self, fd: RawFd) -> Option<OwnedFd> {
        pidfd::copy(self.pidfd.as_ref()?, fd).ok()
    }
}

/// Opens the reading end of a pipe once more, where the same open file is not to be had. Not for a
/// named pipe: after that the kernel would no longer say whether its writers have exited.
fn open_again(path: &CString) -> Option<OwnedFd> {
    let target = fs::read_link(path.to_str().ok()?).ok()?;
    if !target.to_str()?.starts_with("pipe:") {
        return None;
    }
    let flags = libc::O_RDONLY | libc::O_NONBLOCK | libc::O_CLOEXEC | libc::O_NOCTTY;
    // SAFETY: a path; a new descriptor comes back.
    let fd = unsafe { libc::open(path.as_ptr(), flags) };
    // SAFETY: the kernel has just given it to us.
    (fd >= 0).then(|| unsafe { OwnedFd::from_raw_fd(fd) })
}

fn state_of(path: &CString, flags: i32) -> Option<libc::stat> {
    // SAFETY: all zeroes is a valid record, and the kernel fills it in.
    unsafe {
        let mut state: libc::stat = std::mem::zeroed();
        let result = libc::fstatat(libc::AT_FDCWD, path.as_ptr(), &mut state, flags);
        (result == 0).then_some(state)
    }
}

fn is_hung_up(file: &OwnedFd, events: i16) -> bool {
    let mut entry = libc::pollfd {
        fd: file.as_raw_fd(),
        events: libc::POLLRDHUP,
        revents: 0,
    };
    let no_time = clock::timespec(0.0);
    // SAFETY: one entry of ours; does not wait.
    unsafe { libc::ppoll(&mut entry, 1, &no_time, std::ptr::null()) };
    entry.revents & events != 0
}

type Name = unsafe extern "C" fn(i32, *mut libc::sockaddr, *mut libc::socklen_t) -> i32;

/// Whether a socket is one of a pair: a stream of the Unix kind whose ends have no names, because
/// no process has connected to another.
fn is_pair(socket: &OwnedFd) -> bool {
    let is_nameless = |name: Name| {
        // SAFETY: all zeroes is a valid address; its length goes with it.
        unsafe {
            let mut address: libc::sockaddr_un = std::mem::zeroed();
            let mut length = size_of::<libc::sockaddr_un>() as libc::socklen_t;
            let result = name(socket.as_raw_fd(), (&raw mut address).cast(), &mut length);
            result == 0
                && i32::from(address.sun_family) == libc::AF_UNIX
                && length as usize <= size_of::<libc::sa_family_t>()
        }
    };
    is_nameless(libc::getsockname) && is_nameless(libc::getpeername)
}
