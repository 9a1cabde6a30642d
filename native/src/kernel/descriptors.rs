//! Descriptors: their numbers, how they are closed, and what they stand for.

use crate::kernel::errno::{errno, or_errno};

/// Moves a new descriptor above 2. Where a standard descriptor was closed, the kernel gives its
/// number to the next one that is opened, and messages would go into that.
pub fn above_stdio(fd: i64) -> i64 {
    if !(0..3).contains(&fd) {
        return fd;
    }
    // SAFETY: `fd` is ours; it is given up for the copy.
    unsafe {
        let moved = or_errno(i64::from(libc::fcntl(fd as i32, libc::F_DUPFD_CLOEXEC, 3)));
        libc::close(fd as i32);
        // This is how fcntl(2) says that the limit of open files leaves no number from 3 on.
        if moved == -i64::from(libc::EINVAL) {
            return -i64::from(libc::EMFILE);
        }
        moved
    }
}

/// Closes a descriptor of ours, if there is one.
pub fn close(fd: i32) {
    if fd >= 0 {
        // SAFETY: ours, and no code has its number any more.
        unsafe { libc::close(fd) };
    }
}

/// Closes every descriptor but a few. A program that reads a pipe of the command's waits for its
/// last writer: that must be the command, not this process.
pub fn close_all_but(kept: &mut [i32]) {
    kept.sort_unstable();
    let close_range = |first: i32, last: u32| {
        // SAFETY: integers; nothing that is closed is needed again.
        unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) }
    };
    let mut first = 0;
    for &fd in kept.iter().filter(|&&fd| fd >= 0) {
        if fd > first {
            close_range(first, fd as u32 - 1);
        }
        first = fd + 1;
    }
    if close_range(first, u32::MAX) == 0 {
        return;
    }
    // Kernels before 5.9.
    let open = std::fs::read_dir("/proc/self/fd").into_iter().flatten();
    let listed: Vec<i32> = open
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    for fd in listed.into_iter().filter(|fd| !kept.contains(fd)) {
        // SAFETY: as above.
        unsafe { libc::close(fd) };
    }
}

/// The file type (S_IF...) of what a descriptor stands for, and its device's numbers. statx(2) is
/// told not to ask a file's server, which may not answer; fstat(2) would wait for it.
pub fn kind_of(fd: i32) -> Option<(u32, (u32, u32))> {
    let flags = libc::AT_EMPTY_PATH | libc::AT_STATX_DONT_SYNC;
    // SAFETY: all zeroes is a valid record, and the kernel fills it in.
    unsafe {
        let mut state: libc::statx = std::mem::zeroed();
        if libc::statx(fd, c"".as_ptr(), flags, libc::STATX_TYPE, &mut state) == 0 {
            let device = (state.stx_rdev_major, state.stx_rdev_minor);
            return Some((u32::from(state.stx_mode) & libc::S_IFMT, device));
        }
        let mut stat: libc::stat = std::mem::zeroed();
        let device = |stat: &libc::stat| (libc::major(stat.st_rdev), libc::minor(stat.st_rdev));
        (libc::fstat(fd, &mut stat) == 0).then(|| (stat.st_mode & libc::S_IFMT, device(&stat)))
    }
}

/// Whether a descriptor stands for a regular file.
pub fn is_file(fd: i32) -> bool {
    kind_of(fd).is_some_and(|(kind, _)| kind == libc::S_IFREG)
}

/// Whether two descriptors stand for one file.
pub fn is_same(one: i32, other: i32) -> bool {
    let identity = |fd| {
        // SAFETY: all zeroes is a valid record, and the kernel fills it in.
        unsafe {
            let mut stat: libc::stat = std::mem::zeroed();
            (libc::fstat(fd, &mut stat) == 0).then_some((stat.st_dev, stat.st_ino))
        }
    };
    identity(one).is_some_and(|found| identity(other) == Some(found))
}

/// Writes all bytes to a descriptor: 0, or minus errno of the write that failed.
pub fn write_all(fd: i32, mut bytes: &[u8]) -> i64 {
    while !bytes.is_empty() {
        // SAFETY: pointer and length of one slice.
        let written = unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) };
        match written {
            1.. => bytes = &bytes[written as usize..],
            0 => return -i64::from(libc::EIO),
            _ if errno() == libc::EINTR => {}
            _ => return -i64::from(errno()),
        }
    }
    0
}
