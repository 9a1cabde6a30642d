//! Processes as /proc shows them. A /proc of another PID namespace is not believed.

use crate::kernel::clock::Until;
use crate::kernel::namespace::Namespace;
use crate::kernel::procfs::{self, Unseen, open_in, path_of};
use crate::kernel::{children, pidfd};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, OwnedFd};

/// Whether /proc shows the PID namespace of this process. A link is read without a descriptor.
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
/// now; when that process is gone, for none.
pub struct Entry {
    pid: i32,
    directory: OwnedFd,
    stat: String,
}

impl Entry {
    pub fn open(pid: i32) -> Result<Entry, Unseen> {
        let directory = procfs::open_directory(pid)?;
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

    /// What /proc/PID/stat says.
    pub fn stat(&self) -> &str {
        &self.stat
    }

    /// The name that the kernel has for it.
    pub fn name(&self) -> Option<&str> {
        // The name may hold anything, parentheses too.
        let (front, _) = self.stat.rsplit_once(')')?;
        front.split_once('(').map(|(_, name)| name)
    }

    /// Its command line, which it may have changed.
    pub fn command_line(&self) -> Option<String> {
        read_in(&self.directory, "cmdline").ok()
    }

    /// A field of its `stat`, counted from the one behind the name (proc_pid_stat(5)).
    fn field(&self, at: usize) -> Option<u64> {
        // The name may hold anything, parentheses too.
        let (_, rest) = self.stat.rsplit_once(')')?;
        rest.split_whitespace().nth(at)?.parse().ok()
    }

    /// When it was started: with its number, this identifies it.
    pub fn start_time(&self) -> Option<u64> {
        self.field(19)
    }

    pub fn parent(&self) -> Option<i32> {
        self.field(1).map(|parent| parent as i32)
    }

    pub fn threads(&self) -> Option<u64> {
        self.field(17)
    }

    /// The owner of its files in /proc: its effective user, or root where another user's processes
    /// may not look at it.
    pub fn owner(&self) -> Option<u32> {
        // SAFETY: all zeroes is a valid record, and the kernel fills it in.
        unsafe {
            let mut state: libc::stat = std::mem::zeroed();
            let result = libc::fstat(self.directory.as_raw_fd(), &mut state);
            (result == 0).then_some(state.st_uid)
        }
    }

    /// Its process group; 0: the leader is outside of this process's PID namespace.
    pub fn group(&self) -> Option<i32> {
        self.field(2).map(|group| group as i32)
    }

    /// Whether its children get another PID namespace than this process has; it may be in that
    /// itself. False where that cannot be seen.
    pub fn is_foreign(&self, ours: Option<Namespace>) -> bool {
        let theirs = Namespace::read(self.directory.as_raw_fd(), c"ns/pid_for_children");
        theirs.is_some() && ours.is_some() && ours != theirs
    }

    /// It has exited with all its threads, and is not reaped.
    pub fn is_dead(&self) -> bool {
        is_dead(&self.stat)
    }

    /// It is stopped now; or its first thread has exited, and hides what the others do.
    pub fn may_be_stopped(&self) -> bool {
        is_stopped(&self.stat) && !self.is_dead()
    }

    /// The children of all its threads, as far as there is time.
    pub fn children(&self, until: &Until) -> Result<Vec<i32>, Unseen> {
        if self.field(17) != Some(1) {
            return children::of(self.pid, until);
        }
        // It has one thread only.
        let path = path_of(&format!("task/{}/children", self.pid))?;
        children::numbers(&open_in(self.directory.as_raw_fd(), &path)?, until)
    }

    /// Queues a signal, with what came with it.
    pub fn queue(&self, signal: i32, info: &pidfd::Info) {
        pidfd::queue(self.directory.as_raw_fd(), signal, info, 0);
    }

    /// Sends a signal to this very process.
    pub fn send(&self, signal: i32) -> bool {
        procfs::send(&self.directory, self.pid, signal)
    }
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

/// Whether a process has exited with all its threads, while a tracer keeps it from its parent.
pub fn is_zombie(pid: i32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| is_dead(&stat))
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
