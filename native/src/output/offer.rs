//! Writes that no reader and no other writer can block, whatever the descriptor stands for and
//! whichever processes share it.

use crate::kernel::errno::or_errno;
use crate::kernel::{clock, descriptors, wait};
use crate::output::scribe;
use crate::tuning::{LAST_LINE, WRITE_AGAIN};
use std::ffi::CStr;
use std::io::Write;

/// The result of a write that was in progress; EINPROGRESS if it still is at the deadline.
pub fn offered(fd: i32, deadline: f64) -> Written {
    match scribe::of(fd) {
        Some(scribe) => scribe.result(deadline).unwrap_or(IN_PROGRESS),
        None => (0, 0),
    }
}

/// Says a last line, in three pieces. Needs no memory.
pub fn say(fd: i32, parts: [&[u8]; 3]) {
    let mut line = [0; 4096];
    let mut size = 0;
    for part in parts {
        let room = &mut line[size..];
        let taken = part.len().min(room.len());
        room[..taken].copy_from_slice(&part[..taken]);
        size += taken;
    }
    write(fd, &line[..size], clock::microseconds(), LAST_LINE, 0);
}

/// How many bytes were taken, and errno; 0 where all were.
pub type Written = (usize, i32);
/// A scribe is writing.
const IN_PROGRESS: Written = (0, libc::EINPROGRESS);

/// Writes as much of a text as is taken until a deadline. EAGAIN: no process read in time. A write
/// that has begun may go on for `moment` microseconds, because half a line helps no reader. A file
/// that takes longer is written by a scribe, which has the text from then on: EINPROGRESS, and
/// `offered` tells the result. `flags` (scribe.rs): a file is emptied before, or closed after the
/// write.
pub fn write(fd: i32, bytes: &[u8], deadline: f64, moment: f64, flags: u32) -> Written {
    let in_time = |way, fd| while_there_is_room(way, fd, bytes, deadline, moment);
    let way = Way::to(fd);
    if matches!(way, Way::Plain | Way::Socket | Way::Pipe) {
        let result = in_time(way, fd);
        if way == Way::Plain || result.0 > 0 || !UNKNOWN.contains(&result.1) {
            return result;
        }
    }
    let own = if way == Way::Scribe {
        None
    } else {
        reopen(fd, libc::O_WRONLY)
    };
    let Some(own) = own else {
        return by_scribe(fd, bytes, deadline, moment, flags);
    };
    let result = in_time(Way::Plain, own);
    descriptors::close(own);
    result
}

/// How to write without being blocked.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// It never blocks: a device that is memory, or a descriptor that was opened so.
    Plain,
    /// Each call says that it is not to wait. Where a sandbox refuses that, a file.
    Socket,
    /// The same, where the kernel knows how (Linux 6.4); else a terminal.
    Pipe,
    /// A terminal: it is opened again, so that it does not block. The flags of the given descriptor
    /// are shared with other processes.
    Terminal,
    /// A file may block for as long as it likes, and so may anything that cannot be opened again.
    Scribe,
}

/// What kernels and sandboxes say that know no write without waiting.
const UNKNOWN: [i32; 5] = [
    libc::EOPNOTSUPP,
    libc::ENOSYS,
    libc::EINVAL,
    libc::ESPIPE,
    libc::EPERM,
];

impl Way {
    fn to(fd: i32) -> Way {
        // Without such a descriptor the write itself says so.
        let Some((kind, device)) = descriptors::kind_of(fd) else {
            return Way::Plain;
        };
        match kind {
            libc::S_IFSOCK => Way::Socket,
            libc::S_IFIFO => Way::Pipe,
            libc::S_IFCHR if device.0 == MEMORY => Way::Plain,
            // Opening it would make another terminal.
            libc::S_IFCHR if device == TERMINAL_MAKER => Way::Scribe,
            libc::S_IFCHR => Way::Terminal,
            _ => Way::Scribe,
        }
    }

    fn write(self, fd: i32, bytes: &[u8]) -> i64 {
        let (at, size) = (bytes.as_ptr().cast(), bytes.len());
        match self {
            Way::Pipe => {
                let part = libc::iovec {
                    iov_base: bytes.as_ptr().cast_mut().cast(),
                    iov_len: size,
                };
                // SAFETY: one piece of memory that is only read.
                or_errno(unsafe { libc::pwritev2(fd, &part, 1, -1, libc::RWF_NOWAIT) } as i64)
            }
            Way::Socket => {
                let flags = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
                // SAFETY: pointer and length of one slice.
                or_errno(unsafe { libc::send(fd, at, size, flags) } as i64)
            }
            // SAFETY: as above.
            _ => or_errno(unsafe { libc::write(fd, at, size) } as i64),
        }
    }
}

/// Numbers of devices (Documentation/admin-guide/devices.txt): /dev/null and its like; /dev/ptmx.
const MEMORY: u32 = 1;
const TERMINAL_MAKER: (u32, u32) = (5, 2);

/// The same pipe or terminal, opened anew so that it does not block: no other process's flags
/// change.
pub fn reopen(fd: i32, access: i32) -> Option<i32> {
    let mut path = [0u8; 32];
    write!(&mut path[..31], "/proc/self/fd/{fd}").ok()?;
    let path = CStr::from_bytes_until_nul(&path).ok()?;
    let flags = access | libc::O_NONBLOCK | libc::O_NOCTTY | libc::O_CLOEXEC;
    // SAFETY: a path; a new descriptor comes back.
    let opened = descriptors::above_stdio(or_errno(i64::from(unsafe {
        libc::open(path.as_ptr(), flags)
    })));
    let own = i32::try_from(opened).ok().filter(|&own| own >= 0)?;
    // A /proc of another PID namespace may show another file under this name.
    if descriptors::is_same(fd, own) {
        return Some(own);
    }
    descriptors::close(own);
    None
}

fn while_there_is_room(way: Way, fd: i32, bytes: &[u8], deadline: f64, moment: f64) -> Written {
    let mut rest = bytes;
    let mut until = deadline;
    let mut has_room = false;
    while !rest.is_empty() {
        let failure = match way.write(fd, rest) {
            0 => libc::EIO,
            written @ 1.. => {
                if rest.len() == bytes.len() {
                    until = until.max(clock::microseconds() + moment);
                }
                rest = &rest[written as usize..];
                has_room = false;
                continue;
            }
            failure => -failure as i32,
        };
        if failure == libc::EINTR {
            continue;
        }
        // poll(2) saw room, and nothing was taken: another process is writing at this moment.
        let is_held = has_room && clock::microseconds() >= until;
        if has_room && !is_held {
            clock::rest(WRITE_AGAIN);
        }
        has_room = failure == libc::EAGAIN && !is_held && wait::until_writable(fd, until);
        if !has_room {
            return (bytes.len() - rest.len(), failure);
        }
    }
    (bytes.len(), 0)
}

fn by_scribe(fd: i32, bytes: &[u8], deadline: f64, moment: f64, flags: u32) -> Written {
    // A scribe is still at the write before this one.
    if scribe::of(fd).is_some_and(|scribe| scribe.result(deadline).is_none()) {
        return (0, libc::EAGAIN);
    }
    match scribe::begin(fd, bytes, flags) {
        Some(Ok(scribe)) => {
            let until = deadline.max(clock::microseconds() + moment);
            scribe.result(until).unwrap_or(IN_PROGRESS)
        }
        // No process can be made: this one writes, and may be blocked.
        Some(Err(scribe)) => scribe.write_here(),
        None => (0, libc::EAGAIN),
    }
}
