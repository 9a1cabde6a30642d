//! Processes as the kernel's own files show them. Nothing is believed of a /proc that is not ours.

use crate::call::errno;
use crate::process;
use std::cell::UnsafeCell;
use std::ffi::CString;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

struct Buffer(UnsafeCell<[u8; 1 << 14]>);

// SAFETY: single-threaded; one reader at a time.
unsafe impl Sync for Buffer {}

static BUFFER: Buffer = Buffer(UnsafeCell::new([0; 1 << 14]));

/// Why a look at a process showed nothing. Only `Gone` is news about the process; what else fails
/// is our own trouble, or a wall around it. With errno.
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

    fn why(failure: &io::Error) -> Unseen {
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

/// Whether /proc shows our own PID namespace. A link is read without a descriptor.
pub fn is_own() -> bool {
    let own = std::process::id().to_string();
    match std::fs::read_link("/proc/self") {
        Ok(link) => link.to_str() == Some(&own),
        Err(failure) if failure.kind() == io::ErrorKind::NotFound => false,
        // A filter refuses the call; the file behind the link says the same.
        Err(_) => std::fs::read_to_string("/proc/self/stat")
            .is_ok_and(|stat| stat.split(' ').next() == Some(&own)),
    }
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
    let is_whole = loop {
        // SAFETY: pointer and length of the buffer.
        let count = unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len()) };
        if count <= 0 {
            break count == 0;
        }
        for &byte in &buffer[..count as usize] {
            if byte.is_ascii_digit() {
                number = number * 10 + i32::from(byte - b'0');
            } else if number != 0 {
                visit(std::mem::take(&mut number));
            }
        }
    };
    // SAFETY: ours.
    unsafe { libc::close(fd) };
    if number != 0 {
        visit(number);
    }
    is_whole
}

/// A process by its directory in /proc. The descriptor stands for the process that has the number
/// now; when that is gone, it stands for nobody.
pub struct Entry {
    pid: i32,
    directory: OwnedFd,
    stat: String,
}

impl Entry {
    pub fn open(pid: i32) -> Result<Entry, Unseen> {
        let path = path_of(&format!("/proc/{pid}"))?;
        let flags = libc::O_RDONLY | libc::O_DIRECTORY | libc::O_CLOEXEC;
        // SAFETY: a path; a new descriptor comes back.
        let fd = unsafe { libc::open(path.as_ptr(), flags) };
        if fd < 0 {
            return Err(Unseen::of(errno()));
        }
        // SAFETY: the kernel has just given it to us.
        let directory = unsafe { OwnedFd::from_raw_fd(fd) };
        let stat = read_in(&directory, "stat")?;
        Ok(Entry {
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
    pub fn children(&self) -> Result<Vec<i32>, Unseen> {
        if self.field(17) != Some(1) {
            return children_of(self.pid);
        }
        // Without a look at its threads: there is but one.
        let list = read_in(&self.directory, &format!("task/{}/children", self.pid));
        list.map(|list| numbers(&list))
    }

    /// A signal with what came with it.
    pub fn queue(&self, signal: i32, info: &process::Info) {
        process::queue_by_descriptor(self.directory.as_raw_fd(), signal, info, 0);
    }

    /// A signal to this very process: pidfd_send_signal(2) takes such a directory, too.
    pub fn send(&self, signal: i32) -> bool {
        let sent = process::send_by_descriptor(self.directory.as_raw_fd(), signal);
        // Refused by a sandbox: then by its number, which is its own while it is there.
        let is_there = || sent != -i64::from(libc::ESRCH) && self.is_there();
        sent == 0 || (is_there() && process::send(self.pid, signal) == 0)
    }

    /// Asked without another descriptor.
    fn is_there(&self) -> bool {
        // SAFETY: a descriptor of ours and a constant name.
        unsafe { libc::faccessat(self.directory.as_raw_fd(), c"stat".as_ptr(), libc::F_OK, 0) == 0 }
    }
}

fn path_of(path: &str) -> Result<CString, Unseen> {
    CString::new(path).map_err(|_| Unseen::of(libc::EINVAL))
}

/// The letter of a process in /proc/PID/stat, as the kernel shows its first thread.
pub fn state_of(pid: i32) -> Option<u8> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name may hold anything, parentheses too.
    let (_, rest) = stat.rsplit_once(')')?;
    rest.trim_start().bytes().next()
}

/// A file below a directory, as text.
fn read_in(directory: &OwnedFd, name: &str) -> Result<String, Unseen> {
    let name = path_of(name)?;
    let flags = libc::O_RDONLY | libc::O_CLOEXEC;
    // SAFETY: a path; a new descriptor comes back, and is given to its owner.
    let mut file = unsafe {
        let fd = libc::openat(directory.as_raw_fd(), name.as_ptr(), flags);
        if fd < 0 {
            return Err(Unseen::of(errno()));
        }
        File::from_raw_fd(fd)
    };
    // Without asking for a size, which these files do not have.
    let (mut text, mut part) = (Vec::new(), [0u8; 4096]);
    loop {
        match file.read(&mut part) {
            Ok(0) => return Ok(String::from_utf8_lossy(&text).into_owned()),
            Ok(count) => text.extend_from_slice(&part[..count]),
            Err(failure) => return Err(Unseen::why(&failure)),
        }
    }
}

fn numbers(list: &str) -> Vec<i32> {
    let words = list.split_whitespace().map(str::parse::<i32>);
    words.filter_map(Result::ok).collect()
}

/// The children of another process, all threads' together. The list of threads is closed before the
/// first of them is looked at: one descriptor is enough.
pub fn children_of(pid: i32) -> Result<Vec<i32>, Unseen> {
    let mut threads = Vec::new();
    let entries = std::fs::read_dir(format!("/proc/{pid}/task"));
    for entry in entries.map_err(|failure| Unseen::why(&failure))? {
        match entry {
            Ok(thread) => threads.push(thread.path().join("children")),
            Err(failure) => gone(Unseen::why(&failure))?,
        }
    }
    let mut children = Vec::new();
    for path in threads {
        match std::fs::read_to_string(path) {
            Ok(list) => children.extend(numbers(&list)),
            // A thread that has ended meanwhile: its children are another's.
            Err(failure) => gone(Unseen::why(&failure))?,
        }
    }
    Ok(children)
}

/// Nothing to be worried about.
fn gone(unseen: Unseen) -> Result<(), Unseen> {
    match unseen {
        Unseen::Gone => Ok(()),
        other => Err(other),
    }
}
