//! Processes as the kernel's own files show them. Nothing is believed of a /proc that is not ours.

use crate::process;
use std::cell::UnsafeCell;
use std::ffi::CString;
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

struct Buffer(UnsafeCell<[u8; 1 << 14]>);

// SAFETY: single-threaded; one reader at a time.
unsafe impl Sync for Buffer {}

static BUFFER: Buffer = Buffer(UnsafeCell::new([0; 1 << 14]));

/// Whether /proc shows our own PID namespace.
pub fn is_own() -> bool {
    let own = std::fs::read_link("/proc/self");
    own.is_ok_and(|link| link.to_str() == Some(&std::process::id().to_string()))
}

/// Calls `visit` for each of our children, dead ones that were not reaped included. False where the
/// kernel does not tell. Allocates nothing: it is called when a fork bomb goes off.
pub fn each_child(mut visit: impl FnMut(i32)) -> bool {
    // SAFETY: a constant path; a new descriptor comes back.
    let fd = unsafe {
        let flags = libc::O_RDONLY | libc::O_CLOEXEC;
        libc::open(c"/proc/thread-self/children".as_ptr(), flags)
    };
    if fd < 0 {
        return false;
    }
    // SAFETY: one reader at a time, see above; the visitor never comes back here.
    let buffer = unsafe { &mut *BUFFER.0.get() };
    let mut number = 0;
    loop {
        // SAFETY: pointer and length of the buffer.
        let count = unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len()) };
        if count <= 0 {
            break;
        }
        for &byte in &buffer[..count as usize] {
            if byte.is_ascii_digit() {
                number = number * 10 + i32::from(byte - b'0');
            } else if number != 0 {
                visit(std::mem::take(&mut number));
            }
        }
    }
    // SAFETY: ours.
    unsafe { libc::close(fd) };
    if number != 0 {
        visit(number);
    }
    true
}

/// A process by its directory in /proc. The descriptor stands for the process that has the number
/// now; when that is gone, it stands for nobody.
pub struct Entry {
    pid: i32,
    directory: OwnedFd,
    stat: String,
}

impl Entry {
    /// `None` where the process is gone.
    pub fn open(pid: i32) -> Option<Entry> {
        let path = CString::new(format!("/proc/{pid}")).ok()?;
        let flags = libc::O_RDONLY | libc::O_DIRECTORY | libc::O_CLOEXEC;
        // SAFETY: a path; a new descriptor comes back.
        let fd = unsafe { libc::open(path.as_ptr(), flags) };
        if fd < 0 {
            return None;
        }
        // SAFETY: the kernel has just given it to us.
        let directory = unsafe { OwnedFd::from_raw_fd(fd) };
        let stat = read_in(&directory, "stat")?;
        Some(Entry {
            pid,
            directory,
            stat,
        })
    }

    /// A field of its `stat`, counted from the one behind the name (proc_pid_stat(5)).
    fn field(&self, at: usize) -> Option<u64> {
        // The name may hold anything, parentheses too.
        let (_, rest) = self.stat.rsplit_once(')')?;
        rest.split_whitespace().nth(at)?.parse().ok()
    }

    /// When it was started: with its number, its identity.
    pub fn start_time(&self) -> Option<u64> {
        self.field(19)
    }

    pub fn parent(&self) -> Option<i32> {
        self.field(1).map(|parent| parent as i32)
    }

    /// Its children, all threads' together.
    pub fn children(&self) -> Vec<i32> {
        if self.field(17) != Some(1) {
            return children_of(self.pid);
        }
        // Without a look at its threads: there is but one.
        let list = read_in(&self.directory, &format!("task/{}/children", self.pid));
        numbers(&list.unwrap_or_default())
    }

    /// A signal with what came with it.
    pub fn queue(&self, signal: i32, info: &process::Info) {
        process::queue_by_descriptor(self.directory.as_raw_fd(), signal, info, 0);
    }

    /// A signal to this very process: pidfd_send_signal(2) takes such a directory, too.
    pub fn send(&self, signal: i32) -> bool {
        let sent = process::send_by_descriptor(self.directory.as_raw_fd(), signal);
        // Refused by a sandbox: then by its number, which is its own while it is there.
        let is_there =
            || sent != -i64::from(libc::ESRCH) && read_in(&self.directory, "stat").is_some();
        sent == 0 || (is_there() && process::send(self.pid, signal) == 0)
    }
}

/// The letter of a process in /proc/PID/stat, as the kernel shows its first thread.
pub fn state_of(pid: i32) -> Option<u8> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name may hold anything, parentheses too.
    let (_, rest) = stat.rsplit_once(')')?;
    rest.trim_start().bytes().next()
}

/// A file below a directory, as text.
fn read_in(directory: &OwnedFd, name: &str) -> Option<String> {
    let name = CString::new(name).ok()?;
    let flags = libc::O_RDONLY | libc::O_CLOEXEC;
    // SAFETY: a path; a new descriptor comes back, and is given to its owner.
    let mut file = unsafe {
        let fd = libc::openat(directory.as_raw_fd(), name.as_ptr(), flags);
        if fd < 0 {
            return None;
        }
        File::from_raw_fd(fd)
    };
    // Without asking for a size, which these files do not have.
    let (mut text, mut part) = (Vec::new(), [0u8; 4096]);
    loop {
        match file.read(&mut part) {
            Ok(0) => return Some(String::from_utf8_lossy(&text).into_owned()),
            Ok(count) => text.extend_from_slice(&part[..count]),
            Err(_) => return None,
        }
    }
}

fn numbers(list: &str) -> Vec<i32> {
    let words = list.split_whitespace().map(str::parse::<i32>);
    words.filter_map(Result::ok).collect()
}

/// The children of another process, all threads' together; none where it is gone.
pub fn children_of(pid: i32) -> Vec<i32> {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{pid}/task")) else {
        return Vec::new();
    };
    let lists = threads
        .filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("children")).ok());
    lists.flat_map(|list| numbers(&list)).collect()
}
