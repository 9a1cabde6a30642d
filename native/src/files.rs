//! Small reads and writes.

use crate::call::{Call, answer, c_string, errno, kernel};
use crate::wait;
use rquickjs_sys::{JS_UNDEFINED, JSValue};
use std::ffi::CString;

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

/// Writes as much of a text as a descriptor takes until a deadline: 0 if that was all of it, else
/// minus errno (EAGAIN: nobody reads). Never blocks longer, whoever shares the descriptor.
pub fn offer(call: &Call) -> JSValue {
    let (fd, deadline) = (call.int(0), call.number(2));
    let Some(bytes) = call.text(1) else {
        return answer(-i64::from(libc::ENOMEM));
    };
    let mut rest = &bytes[..];
    while !rest.is_empty() {
        match write_now(fd, rest) {
            written @ 1.. => rest = &rest[written as usize..],
            0 => return answer(-i64::from(libc::EIO)),
            failure if failure != -i64::from(libc::EAGAIN) => return answer(failure),
            failure => {
                if !wait::until_writable(fd, deadline) {
                    return answer(failure);
                }
            }
        }
    }
    answer(0)
}

/// `pwritev2(fd, bytes, RWF_NOWAIT)`. What knows no such writes (terminals, sockets, old kernels) is
/// asked whether it would take a little, and given no more.
fn write_now(fd: i32, bytes: &[u8]) -> i64 {
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

/// The direct children of a process, all threads' together; undefined where /proc does not tell or
/// is not ours (it shows other numbers than we have).
pub fn children(call: &Call) -> JSValue {
    let pid = call.int(0);
    match own_proc().then(|| children_of(pid)).flatten() {
        Some(pids) => call.answer_numbers(&pids),
        None => JS_UNDEFINED,
    }
}

fn children_of(pid: i32) -> Option<Vec<i64>> {
    let mut pids = Vec::new();
    for task in std::fs::read_dir(format!("/proc/{pid}/task")).ok()? {
        let list = std::fs::read_to_string(task.ok()?.path().join("children")).ok()?;
        pids.extend(
            list.split_whitespace()
                .filter_map(|word| word.parse::<i64>().ok()),
        );
    }
    Some(pids)
}

fn own_proc() -> bool {
    let own = std::fs::read_link("/proc/self");
    own.is_ok_and(|link| link.to_str() == Some(&std::process::id().to_string()))
}

/// `/proc/PID/comm` without its line end; undefined where the process is gone.
pub fn command_name(call: &Call) -> JSValue {
    match std::fs::read(format!("/proc/{}/comm", call.int(0))) {
        Ok(name) => call.answer_text(name.trim_ascii_end()),
        Err(_) => JS_UNDEFINED,
    }
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
