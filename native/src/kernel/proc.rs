//! Processes as the kernel's own files show them. Nothing is believed of a /proc that is not ours.

use crate::kernel::clock::Until;
use crate::kernel::errno::errno;
use crate::kernel::namespace::Namespace;
use crate::kernel::{pidfd, signals};
use std::cell::UnsafeCell;
use std::ffi::{CStr, CString};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

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
/// kernel does not tell of all. Allocates nothing: it is called when a fork bomb goes off.
pub fn each_child(until: &Until, visit: impl FnMut(i32)) -> bool {
    let Ok(list) = open_in(libc::AT_FDCWD, c"/proc/thread-self/children") else {
        return false;
    };
    // SAFETY: one reader at a time, see above; the visitor never comes back here.
    let buffer = unsafe { &mut *BUFFER.0.get() };
    each_number(&list, buffer, until, visit).is_ok()
}

/// The numbers in a file, as far as there is time to read it.
fn each_number(
    list: &OwnedFd,
    buffer: &mut [u8],
    until: &Until,
    mut visit: impl FnMut(i32),
) -> Result<(), Unseen> {
    let mut number = 0;
    let result = loop {
        // SAFETY: pointer and length of the buffer.
        let count =
            unsafe { libc::read(list.as_raw_fd(), buffer.as_mut_ptr().cast(), buffer.len()) };
        if count <= 0 {
            break if count == 0 {
                Ok(())
            } else {
                Err(Unseen::of(errno()))
            };
        }
        for &byte in &buffer[..count as usize] {
            if byte.is_ascii_digit() {
                number = number * 10 + i32::from(byte - b'0');
            } else if number != 0 {
                visit(std::mem::take(&mut number));
            }
        }
        if until.is_over() {
            break Err(Unseen::of(libc::ETIME));
        }
    };
    if number != 0 {
        visit(number);
    }
    result
}

/// Calls `visit` for the number of each process that /proc shows, as far as there is time.
pub fn each_process(until: &Until, visit: impl FnMut(i32)) {
    let Ok(names) = std::fs::read_dir("/proc") else {
        return;
    };
    names
        .take_while(|_| !until.is_over())
        .filter_map(|name| name.ok()?.file_name().to_str()?.parse().ok())
        .for_each(visit);
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

    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// What the kernel calls it.
    pub fn name(&self) -> Option<&str> {
        // The name may hold anything, parentheses too.
        let (front, _) = self.stat.rsplit_once(')')?;
        front.split_once('(').map(|(_, name)| name)
    }

    /// What it calls itself, or was called with.
    pub fn command_line(&self) -> Option<String> {
        read_in(&self.directory, "cmdline").ok()
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

    /// Its process group; 0: one that is led from outside of our PID namespace.
    pub fn group(&self) -> Option<i32> {
        self.field(2).map(|group| group as i32)
    }

    /// Its children are born into another PID namespace than ours, as it may have been itself. Where
    /// that is not to be seen it counts as ours.
    pub fn is_foreign(&self, ours: Option<Namespace>) -> bool {
        let theirs = Namespace::read(self.directory.as_raw_fd(), c"ns/pid_for_children");
        theirs.is_some() && ours.is_some() && ours != theirs
    }

    /// It has ended with all its threads, and nobody has reaped it.
    pub fn is_dead(&self) -> bool {
        is_dead(&self.stat)
    }

    /// It is stopped now; or its first thread has ended, and hides what the others do.
    pub fn may_be_stopped(&self) -> bool {
        is_stopped(&self.stat) && !self.is_dead()
    }

    /// Its children, all threads' together, as far as there is time.
    pub fn children(&self, until: &Until) -> Result<Vec<i32>, Unseen> {
        if self.field(17) != Some(1) {
            return children_of(self.pid, until);
        }
        // Without a look at its threads: there is but one.
        let path = path_of(&format!("task/{}/children", self.pid))?;
        numbers(&open_in(self.directory.as_raw_fd(), &path)?, until)
    }

    /// A signal with what came with it.
    pub fn queue(&self, signal: i32, info: &pidfd::Info) {
        pidfd::queue(self.directory.as_raw_fd(), signal, info, 0);
    }

    /// A signal to this very process: pidfd_send_signal(2) takes such a directory, too.
    pub fn send(&self, signal: i32) -> bool {
        let sent = pidfd::send(self.directory.as_raw_fd(), signal);
        // Refused by a sandbox: then by its number, which is its own while it is there.
        let is_there = || sent != -i64::from(libc::ESRCH) && self.is_there();
        sent == 0 || (is_there() && signals::send(self.pid, signal) == 0)
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

/// The letter of a process in its `stat`, as the kernel shows its first thread.
fn letter(stat: &str) -> Option<u8> {
    // The name may hold anything, parentheses too.
    let (_, rest) = stat.rsplit_once(')')?;
    rest.trim_start().bytes().next()
}

fn is_dead(stat: &str) -> bool {
    let threads = || stat.rsplit_once(')')?.1.split_whitespace().nth(17);
    matches!(letter(stat), Some(b'Z' | b'X')) && matches!(threads(), Some("0" | "1"))
}

fn is_stopped(stat: &str) -> bool {
    matches!(letter(stat), Some(b'T' | b't' | b'Z' | b'X') | None)
}

/// Whether a process is stopped now, or cannot be looked at.
pub fn may_be_stopped(pid: i32) -> bool {
    Entry::open(pid).map_or_else(
        |unseen| unseen.missed() != 0,
        |entry| entry.may_be_stopped(),
    )
}

/// The letter of a process in /proc/PID/stat.
pub fn state_of(pid: i32) -> Option<u8> {
    letter(&std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// Whether a process that exists has ended with all its threads: a tracer may keep it from its parent.
pub fn is_zombie(pid: i32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| is_dead(&stat))
}

fn open_in(directory: RawFd, name: &CStr) -> Result<OwnedFd, Unseen> {
    let flags = libc::O_RDONLY | libc::O_CLOEXEC;
    // SAFETY: a path; a new descriptor comes back, and is given to its owner.
    unsafe {
        match libc::openat(directory, name.as_ptr(), flags) {
            fd @ 0.. => Ok(OwnedFd::from_raw_fd(fd)),
            _ => Err(Unseen::of(errno())),
        }
    }
}

/// A file below a directory, as text.
fn read_in(directory: &OwnedFd, name: &str) -> Result<String, Unseen> {
    let mut file = File::from(open_in(directory.as_raw_fd(), &path_of(name)?)?);
    // Without asking for a size, which these files do not have.
    let (mut text, mut part) = (Vec::new(), [0u8; 4096]);
    loop {
        match file.read(&mut part) {
            Ok(count) => {
                text.extend_from_slice(&part[..count]);
                // The kernel writes such a file in one piece, and nothing follows its line.
                if count < part.len() {
                    return Ok(String::from_utf8_lossy(&text).into_owned());
                }
            }
            Err(failure) => return Err(Unseen::why(&failure)),
        }
    }
}

/// Where there was no time for all of them, the walk says so.
fn numbers(list: &OwnedFd, until: &Until) -> Result<Vec<i32>, Unseen> {
    let mut found = Vec::new();
    match each_number(list, &mut [0; 4096], until, |number| found.push(number)) {
        Ok(()) | Err(Unseen::Unknown(libc::ETIME)) => Ok(found),
        Err(unseen) => Err(unseen),
    }
}

/// The children of another process, all threads' together, as far as there is time. The list of
/// threads is closed before the first of them is looked at: one descriptor is enough.
pub fn children_of(pid: i32, until: &Until) -> Result<Vec<i32>, Unseen> {
    let mut threads = Vec::new();
    let entries = std::fs::read_dir(format!("/proc/{pid}/task"));
    for entry in entries.map_err(|failure| Unseen::why(&failure))? {
        match entry {
            Ok(thread) => threads.push(thread.path().join("children")),
            Err(failure) => gone(Unseen::why(&failure))?,
        }
        if until.is_over() {
            break;
        }
    }
    let mut children = Vec::new();
    for path in threads {
        let path = path_of(path.to_str().unwrap_or_default())?;
        match open_in(libc::AT_FDCWD, &path).and_then(|list| numbers(&list, until)) {
            Ok(list) => children.extend(list),
            // A thread that has ended meanwhile: its children are another's.
            Err(unseen) => gone(unseen)?,
        }
        if until.is_over() {
            break;
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
