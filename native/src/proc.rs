//! Processes as the kernel's own files show them. Nothing is believed of a /proc that is not ours.

use std::cell::UnsafeCell;
use std::str::FromStr;

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

/// The children of another process, all threads' together; none where it is gone.
pub fn children_of(pid: i32) -> Vec<i32> {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{pid}/task")) else {
        return Vec::new();
    };
    let lists = threads
        .filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("children")).ok());
    lists
        .flat_map(|list| {
            let words = list.split_whitespace().map(str::parse::<i32>);
            words.filter_map(Result::ok).collect::<Vec<_>>()
        })
        .collect()
}

/// The parent of a process; `None` where it is gone.
pub fn parent_of(pid: i32) -> Option<i32> {
    field_of(pid, 1)
}

/// When a process was started: with its number, its identity.
pub fn start_time_of(pid: i32) -> Option<u64> {
    field_of(pid, 19)
}

/// A field of `/proc/PID/stat`, counted from the one behind the name (proc_pid_stat(5)).
fn field_of<T: FromStr>(pid: i32, at: usize) -> Option<T> {
    let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    // The name may hold anything, parentheses too.
    let close = stat.iter().rposition(|&byte| byte == b')')?;
    let rest = std::str::from_utf8(&stat[close + 1..]).ok()?;
    rest.split_whitespace().nth(at)?.parse().ok()
}

pub fn children_with_parent(parent: i32) -> Vec<(i32, i32)> {
    let children = children_of(parent).into_iter();
    children.map(|pid| (pid, parent)).collect()
}
