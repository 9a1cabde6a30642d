//! Small reads and writes.

use crate::call::{Call, answer, c_string, errno, kernel};
use crate::cgroup::Leaf;
use crate::{signals, wait};
use rquickjs_sys::{JS_NewFloat64, JSValue};
use std::ffi::CString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;

/// Writes the whole text to a descriptor: 0, or minus errno of the write that failed.
pub fn write(call: &Call) -> JSValue {
    let Some(bytes) = call.text(1) else {
        return answer(-i64::from(libc::ENOMEM));
    };
    answer(write_all(call.int(0), &bytes))
}

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

/// Writes as much of a text as a descriptor takes until a deadline: 0 if that was all of it; minus
/// errno if it was nothing (EAGAIN: nobody reads); else how many bytes it was. Never blocks longer,
/// whoever shares the descriptor.
pub fn offer(call: &Call) -> JSValue {
    let (fd, deadline) = (call.int(0), call.number(2));
    let Some(bytes) = call.text(1) else {
        return answer(-i64::from(libc::ENOMEM));
    };
    let mut rest = &bytes[..];
    while !rest.is_empty() {
        let failure = match write_now(fd, rest) {
            0 => -i64::from(libc::EIO),
            written @ 1.. => {
                rest = &rest[written as usize..];
                continue;
            }
            failure => failure,
        };
        let is_full = failure == -i64::from(libc::EAGAIN);
        if !is_full || !wait::until_writable(fd, deadline) {
            let written = (bytes.len() - rest.len()) as i64;
            return answer(if written > 0 { written } else { failure });
        }
    }
    answer(0)
}

/// `pwritev2(fd, bytes, RWF_NOWAIT)`. What knows no such writes (terminals, sockets, old kernels) is
/// asked whether it would take a little, and given no more.
/// So are files: a reader they have none, and some of their systems answer EAGAIN for ever.
fn write_now(fd: i32, bytes: &[u8]) -> i64 {
    if is_regular(fd) {
        // SAFETY: pointer and length of one slice.
        return kernel(unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) } as i64);
    }
    let part = libc::iovec {
        iov_base: bytes.as_ptr().cast_mut().cast(),
        iov_len: bytes.len(),
    };
    // SAFETY: one piece of memory that is only read.
    let written = kernel(unsafe { libc::pwritev2(fd, &part, 1, -1, libc::RWF_NOWAIT) } as i64);
    let unknown = [libc::EOPNOTSUPP, libc::ENOSYS, libc::EINVAL, libc::ESPIPE];
    if !unknown.iter().any(|&errno| written == -i64::from(errno)) {
        return written;
    }
    if !wait::until_writable(fd, 0.0) {
        return -i64::from(libc::EAGAIN);
    }
    let size = bytes.len().min(libc::PIPE_BUF);
    // SAFETY: pointer and length of one slice.
    kernel(unsafe { libc::write(fd, bytes.as_ptr().cast(), size) } as i64)
}

/// A file as text, at most so many bytes of it; minus errno.
pub fn read_text(call: &Call) -> JSValue {
    let path = path_of(&call.text(0).unwrap_or_default());
    let mut bytes = Vec::new();
    let result =
        File::open(path).and_then(|file| file.take(call.number(1) as u64).read_to_end(&mut bytes));
    match result {
        Ok(_) => call.answer_text(&bytes),
        Err(failure) => refusal(&failure),
    }
}

fn is_regular(fd: i32) -> bool {
    // SAFETY: all zeroes is a valid record, and the kernel fills it in.
    unsafe {
        let mut stat: libc::stat = std::mem::zeroed();
        libc::fstat(fd, &mut stat) == 0 && stat.st_mode & libc::S_IFMT == libc::S_IFREG
    }
}

/// The target of a symbolic link; minus errno.
pub fn read_link(call: &Call) -> JSValue {
    match fs::read_link(path_of(&call.text(0).unwrap_or_default())) {
        Ok(target) => call.answer_text(target.as_os_str().as_bytes()),
        Err(failure) => refusal(&failure),
    }
}

/// The names in a directory; minus errno.
pub fn list(call: &Call) -> JSValue {
    match fs::read_dir(path_of(&call.text(0).unwrap_or_default())) {
        Ok(entries) => {
            let names = entries.filter_map(|entry| Some(entry.ok()?.file_name()));
            call.answer_list(names.map(|name| call.answer_text(name.as_bytes())))
        }
        Err(failure) => refusal(&failure),
    }
}

/// Writes to a file that exists; 0 or minus errno.
pub fn write_file(call: &Call) -> JSValue {
    let text = call.text(1).unwrap_or_default();
    let file = OpenOptions::new()
        .write(true)
        .open(path_of(&call.text(0).unwrap_or_default()));
    let written = file.and_then(|mut file| file.write_all(&text));
    written.map_or_else(|failure| refusal(&failure), |()| answer(0))
}

/// The first number that no descriptor can have: `RLIMIT_NOFILE`.
pub fn limit(_: &Call) -> JSValue {
    let mut limit = libc::rlimit {
        rlim_cur: libc::RLIM_INFINITY,
        rlim_max: libc::RLIM_INFINITY,
    };
    // SAFETY: a structure of ours. A kernel that refuses to tell sets no limit that we know.
    unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) };
    JS_NewFloat64(limit.rlim_cur as f64)
}

/// Opens or creates a file for writing, empty; a pipe only where somebody reads. Nobody but its
/// owner may read it. A descriptor that exec closes, or minus errno.
pub fn open_file(call: &Call) -> JSValue {
    let path = c_string(call.text(0).unwrap_or_default());
    let kind = libc::O_WRONLY | libc::O_CREAT | libc::O_TRUNC;
    let flags = kind | libc::O_NONBLOCK | libc::O_NOCTTY | libc::O_CLOEXEC;
    // SAFETY: a path; a new descriptor comes back.
    let fd = kernel(i64::from(unsafe {
        libc::open(path.as_ptr(), flags, 0o600)
    }));
    answer(signals::above_stdio(fd))
}

/// A descriptor that we were given, for writing: the one to use, or minus errno. The command does not
/// get it; of a standard one it keeps the original, and we use a copy.
pub fn take_descriptor(call: &Call) -> JSValue {
    let fd = call.int(0);
    // SAFETY: integers only.
    let access = kernel(i64::from(unsafe { libc::fcntl(fd, libc::F_GETFL) }));
    answer(match access {
        0.. if access as i32 & libc::O_ACCMODE == libc::O_RDONLY => -i64::from(libc::EBADF),
        // SAFETY: as above.
        0.. if fd < 3 => kernel(i64::from(unsafe {
            libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 3)
        })),
        0.. => {
            // SAFETY: as above.
            unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) };
            i64::from(fd)
        }
        failure => failure,
    })
}

/// `close(descriptor)`
pub fn close(call: &Call) -> JSValue {
    // SAFETY: one integer; TypeScript says that it is not needed again.
    answer(kernel(i64::from(unsafe { libc::close(call.int(0)) })))
}

/// Every descriptor but a few: who reads a pipe of the command's waits for its end, not for ours.
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

/// `mkdir(path, mode)`
pub fn make_directory(call: &Call) -> JSValue {
    let path = c_string(call.text(0).unwrap_or_default());
    // SAFETY: a path and a number.
    answer(kernel(i64::from(unsafe {
        libc::mkdir(path.as_ptr(), call.int(1) as libc::mode_t)
    })))
}

/// `rmdir(path)`
pub fn remove_directory(call: &Call) -> JSValue {
    let path = c_string(call.text(0).unwrap_or_default());
    // SAFETY: a path.
    answer(kernel(i64::from(unsafe { libc::rmdir(path.as_ptr()) })))
}

/// Removes a control group and all below it, the deepest first; 0, or minus errno of the last.
pub fn remove_cgroup(call: &Call) -> JSValue {
    let path = path_of(&call.text(0).unwrap_or_default());
    let leaf = Leaf { path };
    leaf.remove();
    match leaf.path.exists() {
        true => answer(-i64::from(libc::EBUSY)),
        false => answer(0),
    }
}

pub fn refusal(failure: &io::Error) -> JSValue {
    answer(-i64::from(failure.raw_os_error().unwrap_or(libc::EIO)))
}

/// A file as memory, outside the allocator, followed by at least one zero byte.
pub fn map(path: &[u8]) -> std::io::Result<&'static [u8]> {
    let file = std::fs::File::open(path_of(path))?;
    let length = file.metadata()?.len() as usize;
    let rights = libc::PROT_READ | libc::PROT_WRITE;
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    // SAFETY: a new mapping with a byte to spare, filled by us, kept for good.
    let memory = unsafe {
        let at = libc::mmap(std::ptr::null_mut(), length + 1, rights, flags, -1, 0);
        if at == libc::MAP_FAILED {
            return Err(std::io::Error::last_os_error());
        }
        std::slice::from_raw_parts_mut(at.cast::<u8>(), length)
    };
    std::io::Read::read_exact(&mut &file, memory)?;
    Ok(memory)
}

/// Bytes as a path of the standard library.
pub fn path_of(path: &[u8]) -> std::path::PathBuf {
    use std::os::unix::ffi::OsStringExt;
    let path: CString = c_string(path.to_vec());
    std::ffi::OsString::from_vec(path.into_bytes()).into()
}
