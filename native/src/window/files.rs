//! Files and directories by their paths, and descriptors, for TypeScript.

use crate::kernel::descriptors;
use crate::kernel::errno::or_errno;
use crate::kernel::paths::{c_string, path_of};
use crate::tree::cgroup::Leaf;
use crate::window::call::{Call, answer};
use rquickjs_sys::{JS_NewFloat64, JSValue};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;

/// Writes the whole text to a descriptor: 0, or minus errno of the write that failed.
pub fn write(call: &Call) -> JSValue {
    let Some(bytes) = call.text(1) else {
        return answer(-i64::from(call.without_memory()));
    };
    answer(descriptors::write_all(call.int(0), &bytes))
}

/// A file as text, at most so many bytes of it; minus errno.
pub fn read_text(call: &Call) -> JSValue {
    let path = path_of(&call.text(0).unwrap_or_default());
    let most = call.number(1) as usize;
    // A file in /proc has no size that could be asked for; most of them fit into so much at once.
    let mut bytes = Vec::with_capacity(most.min(4096));
    let result = File::open(path).and_then(|file| file.take(most as u64).read_to_end(&mut bytes));
    match result {
        Ok(_) => call.answer_text(&bytes),
        Err(failure) => refusal(&failure),
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

/// Opens or creates a file for writing, at its beginning, and keeps its content; a pipe only where
/// a process reads. With 1, everything is written to the end that the file has then. A new file is
/// accessible to its owner alone. A descriptor that exec closes, or minus errno.
pub fn open_file(call: &Call) -> JSValue {
    let path = c_string(call.text(0).unwrap_or_default());
    let appends = if call.int(1) == 0 { 0 } else { libc::O_APPEND };
    let kind = libc::O_WRONLY | libc::O_CREAT | appends;
    let flags = kind | libc::O_NONBLOCK | libc::O_NOCTTY | libc::O_CLOEXEC;
    // SAFETY: a path; a new descriptor comes back.
    let fd = or_errno(i64::from(unsafe {
        libc::open(path.as_ptr(), flags, 0o600)
    }));
    answer(descriptors::above_stdio(fd))
}

/// Opens a file for reading. A FIFO is opened at once, also where no process writes to it. A
/// descriptor that exec closes, or minus errno.
pub fn open_to_read(call: &Call) -> JSValue {
    let path = c_string(call.text(0).unwrap_or_default());
    let flags = libc::O_RDONLY | libc::O_NONBLOCK | libc::O_NOCTTY | libc::O_CLOEXEC;
    // SAFETY: a path; a new descriptor comes back.
    let fd = or_errno(i64::from(unsafe { libc::open(path.as_ptr(), flags) }));
    answer(descriptors::above_stdio(fd))
}

/// `copyDescriptor(from, to)`: the second number stands for what the first does; 0, or minus errno.
pub fn copy_descriptor(call: &Call) -> JSValue {
    // SAFETY: integers; TypeScript names standard descriptors only, which are the command's.
    answer(or_errno(i64::from(unsafe { libc::dup2(call.int(0), call.int(1)) })).min(0))
}

/// `takeDescriptor(descriptor, forReading)`: a descriptor that the caller of curfew gave, for
/// writing or for reading: the one to use, or minus errno. The command does not get it; a standard
/// one the command keeps, and curfew uses a copy. A descriptor that exec would close was not given
/// by the caller: it is one of curfew's own, and has this number by chance.
pub fn take_descriptor(call: &Call) -> JSValue {
    let fd = call.int(0);
    // SAFETY: integers only.
    let control = |what, value: i32| or_errno(i64::from(unsafe { libc::fcntl(fd, what, value) }));
    let (access, flags) = (control(libc::F_GETFL, 0), control(libc::F_GETFD, 0));
    if access < 0 {
        return answer(access);
    }
    let unfit = if call.int(1) == 0 {
        libc::O_RDONLY
    } else {
        libc::O_WRONLY
    };
    let is_unfit = access as i32 & libc::O_ACCMODE == unfit;
    if is_unfit || flags as i32 & libc::FD_CLOEXEC != 0 {
        return answer(-i64::from(libc::EBADF));
    }
    if fd < 3 {
        return answer(control(libc::F_DUPFD_CLOEXEC, 3));
    }
    control(libc::F_SETFD, libc::FD_CLOEXEC);
    answer(i64::from(fd))
}

/// `close(descriptor)`
pub fn close(call: &Call) -> JSValue {
    // SAFETY: one integer; TypeScript says that it is not needed again.
    answer(or_errno(i64::from(unsafe { libc::close(call.int(0)) })))
}

/// `mkdir(path, mode)`
pub fn make_directory(call: &Call) -> JSValue {
    let path = c_string(call.text(0).unwrap_or_default());
    // SAFETY: a path and a number.
    answer(or_errno(i64::from(unsafe {
        libc::mkdir(path.as_ptr(), call.int(1) as libc::mode_t)
    })))
}

/// `rmdir(path)`
pub fn remove_directory(call: &Call) -> JSValue {
    let path = c_string(call.text(0).unwrap_or_default());
    // SAFETY: a path.
    answer(or_errno(i64::from(unsafe { libc::rmdir(path.as_ptr()) })))
}

/// Removes a cgroup and all below it, the deepest first; 0, or minus errno of the last.
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
