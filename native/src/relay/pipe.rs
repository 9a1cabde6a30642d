//! The pipe between the command and the relay.

use crate::kernel::descriptors;
use crate::kernel::errno::errno;

/// How much the command's pipe takes.
const PIPE: usize = 256 << 10;

/// A pipe: our end, which does not block, and the command's, which does; `Err` is errno.
pub fn open() -> Result<[i32; 2], i32> {
    let mut ends = [-1; 2];
    // SAFETY: room for two descriptors.
    if unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) } < 0 {
        return Err(errno());
    }
    for end in &mut ends {
        *end = above(*end)?;
    }
    // With more room the command and this process take turns less often. Where the kernel refuses
    // it, there is less.
    // SAFETY: integers; our end is an open file of its own.
    unsafe { libc::fcntl(ends[0], libc::F_SETPIPE_SZ, PIPE) };
    // SAFETY: as above.
    let result = unsafe { libc::fcntl(ends[0], libc::F_SETFL, libc::O_NONBLOCK) };
    if result < 0 { Err(errno()) } else { Ok(ends) }
}

/// Moves a new descriptor above 2.
fn above(fd: i32) -> Result<i32, i32> {
    match descriptors::above_stdio(fd.into()) {
        moved @ 0.. => Ok(moved as i32),
        failure => Err(-failure as i32),
    }
}

/// How many bytes are in a pipe, or in a terminal as far as the kernel counts them.
pub fn unread(source: i32) -> u64 {
    let mut count = 0;
    // SAFETY: the kernel writes one number to a place of ours.
    let result = unsafe { libc::ioctl(source, libc::FIONREAD, &raw mut count) };
    if result < 0 { 0 } else { count as u64 }
}

/// Whether no process has the writing end, or the terminal.
pub fn is_hung_up(source: i32) -> bool {
    let mut entry = libc::pollfd {
        fd: source,
        events: 0,
        revents: 0,
    };
    // SAFETY: one entry of ours; does not wait.
    unsafe { libc::poll(&mut entry, 1, 0) };
    entry.revents & libc::POLLHUP != 0
}
