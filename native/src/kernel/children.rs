//! The children of processes, as the kernel lists them (/proc/PID/task/TID/children).

use crate::kernel::clock::Until;
use crate::kernel::errno::errno;
use crate::kernel::procfs::{Unseen, open_in, path_of};
use std::cell::UnsafeCell;
use std::os::fd::{AsRawFd, OwnedFd};

struct Buffer(UnsafeCell<[u8; 1 << 14]>);

// SAFETY: single-threaded; one reader at a time.
unsafe impl Sync for Buffer {}

static BUFFER: Buffer = Buffer(UnsafeCell::new([0; 1 << 14]));

/// Calls `visit` for each child of this process that is not reaped. False where the kernel does not
/// tell of all. Allocates nothing: it is called while a fork bomb goes off.
pub fn each(until: &Until, visit: impl FnMut(i32)) -> bool {
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

/// The numbers in a list; where there was no time for all of them, the walk says so.
pub fn numbers(list: &OwnedFd, until: &Until) -> Result<Vec<i32>, Unseen> {
    let mut found = Vec::new();
    match each_number(list, &mut [0; 4096], until, |number| found.push(number)) {
        Ok(()) | Err(Unseen::Unknown(libc::ETIME)) => Ok(found),
        Err(unseen) => Err(unseen),
    }
}

/// The children of all threads of another process, as far as there is time. The list of threads is
/// closed before the first of them is looked at: one descriptor is enough.
pub fn of(pid: i32, until: &Until) -> Result<Vec<i32>, Unseen> {
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
            // The thread has exited meanwhile, and its children have become another's.
            Err(unseen) => gone(unseen)?,
        }
        if until.is_over() {
            break;
        }
    }
    Ok(children)
}

/// A process or thread that is gone is no failure.
fn gone(unseen: Unseen) -> Result<(), Unseen> {
    match unseen {
        Unseen::Gone => Ok(()),
        other => Err(other),
    }
}

/// The children of a process, to be read more than once.
pub enum Children {
    /// The list of its only thread.
    OfOne(OwnedFd),
    /// A process with more threads than one, by its number.
    OfMany(i32),
}

impl Children {
    pub fn open(pid: i32, directory: &OwnedFd) -> Result<Children, Unseen> {
        // SAFETY: all zeroes is a valid record; a descriptor of ours and a constant name.
        let links = unsafe {
            let mut state: libc::stat = std::mem::zeroed();
            match libc::fstatat(directory.as_raw_fd(), c"task".as_ptr(), &mut state, 0) {
                0 => state.st_nlink,
                _ => return Err(Unseen::of(errno())),
            }
        };
        // A link for each thread, and two.
        if links != 3 {
            return Ok(Children::OfMany(pid));
        }
        let path = path_of(&format!("task/{pid}/children"))?;
        open_in(directory.as_raw_fd(), &path).map(Children::OfOne)
    }

    /// The children of all threads, as far as there is time.
    pub fn read(&self, until: &Until) -> Result<Vec<i32>, Unseen> {
        match self {
            Children::OfOne(list) => {
                // SAFETY: a descriptor of ours, which is read from its beginning.
                if unsafe { libc::lseek(list.as_raw_fd(), 0, libc::SEEK_SET) } != 0 {
                    return Err(Unseen::of(errno()));
                }
                numbers(list, until)
            }
            Children::OfMany(pid) => of(*pid, until),
        }
    }
}
