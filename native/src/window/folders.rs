//! Names in a folder that was opened once: whatever becomes of the path to it, all calls are about
//! the same folder. `AT_FDCWD` stands for the working directory.

use crate::kernel::descriptors;
use crate::kernel::errno::{errno, or_errno};
use crate::kernel::paths::c_string;
use crate::window::call::{Call, answer};
use rquickjs_sys::JSValue;
use std::ffi::CString;

/// Opens a directory, to look names up in it: a descriptor that exec closes, or minus errno.
pub fn open(call: &Call) -> JSValue {
    let path = c_string(call.text(0).unwrap_or_default());
    answer(open_at(libc::AT_FDCWD, &path, libc::O_PATH))
}

/// Makes a directory in a folder that only its owner may enter, unless it is there; opens it and
/// locks it: flock(2). A descriptor, or minus errno; EAGAIN where another process has the lock.
/// Does not check whether the directory belongs to this user, and still has that name.
pub fn make_private(call: &Call) -> JSValue {
    let (folder, name) = place(call);
    // SAFETY: a name and integers. The mask is put back: without it, it would be the caller's.
    let made = unsafe {
        let mask = libc::umask(0);
        let made = or_errno(libc::mkdirat(folder, name.as_ptr(), 0o700).into());
        libc::umask(mask);
        made
    };
    if made < 0 && made != -i64::from(libc::EEXIST) {
        return answer(made);
    }
    let fd = open_at(folder, &name, libc::O_NOFOLLOW);
    if fd < 0 {
        return answer(fd);
    }
    // SAFETY: integers. Some file systems know no locks.
    let locked = or_errno(unsafe { libc::flock(fd as i32, libc::LOCK_EX | libc::LOCK_NB) }.into());
    if locked != -i64::from(libc::EWOULDBLOCK) {
        return answer(fd);
    }
    // SAFETY: the descriptor is ours.
    unsafe { libc::close(fd as i32) };
    answer(locked)
}

fn open_at(folder: i32, name: &CString, how: i32) -> i64 {
    let flags = how | libc::O_DIRECTORY | libc::O_CLOEXEC;
    // SAFETY: a name and integers; a new descriptor comes back.
    let fd = unsafe { libc::openat(folder, name.as_ptr(), flags) };
    descriptors::above_stdio(or_errno(fd.into()))
}

/// What has a name in a folder, or the folder itself if the name is empty. No link is followed. Its
/// mode, type included (S_IF...), which file it is, its user and its group; minus errno.
pub fn state_at(call: &Call) -> JSValue {
    let (folder, name) = place(call);
    let flags = libc::AT_EMPTY_PATH | libc::AT_SYMLINK_NOFOLLOW;
    // SAFETY: all zeroes is a valid record, and the kernel fills it in.
    let (result, state) = unsafe {
        let mut state: libc::stat = std::mem::zeroed();
        let result = libc::fstatat(folder, name.as_ptr(), &mut state, flags);
        (or_errno(result.into()), state)
    };
    if result < 0 {
        return answer(result);
    }
    call.answer_list([
        answer(state.st_mode.into()),
        call.answer_text(format!("{}:{}", state.st_dev, state.st_ino).as_bytes()),
        answer(state.st_uid.into()),
        answer(state.st_gid.into()),
    ])
}

/// `renameat2(from, name, to, name, how)`: 0 or minus errno. For a file system that does not know
/// RENAME_NOREPLACE: makes a second name and removes the first one, which replaces nothing either.
pub fn rename_at(call: &Call) -> JSValue {
    let (from, to) = (call.int(0), call.int(1));
    let name = c_string(call.text(2).unwrap_or_default());
    let (how, path) = (call.number(3) as u32, name.as_ptr());
    // SAFETY: a name and integers.
    let renamed =
        or_errno(unsafe { libc::syscall(libc::SYS_renameat2, from, path, to, path, how) });
    let is_unknown = [libc::EINVAL, libc::ENOSYS].map(|errno| -i64::from(errno));
    if how != libc::RENAME_NOREPLACE || !is_unknown.contains(&renamed) {
        return answer(renamed);
    }
    // SAFETY: as above.
    answer(unsafe {
        match or_errno(libc::linkat(from, path, to, path, 0).into()) {
            0 => or_errno(libc::unlinkat(from, path, 0).into()),
            failure => failure,
        }
    })
}

/// Removes a name from a folder; where `is_directory` is not 0, that of an empty directory. 0 or
/// minus errno.
pub fn remove_at(call: &Call) -> JSValue {
    let (folder, name) = place(call);
    let flags = match call.int(2) {
        0 => 0,
        _ => libc::AT_REMOVEDIR,
    };
    // SAFETY: a name and integers.
    answer(or_errno(
        unsafe { libc::unlinkat(folder, name.as_ptr(), flags) }.into(),
    ))
}

fn place(call: &Call) -> (i32, CString) {
    (call.int(0), c_string(call.text(1).unwrap_or_default()))
}

/// Calls `act` where a name alone leads into a folder, for a call that takes no descriptor beside a
/// name: changes to the folder, and back. If this process could not come back, it does not go, and
/// a path by /proc stands before the name. Answers what `act` answers, or minus errno.
pub fn inside(folder: i32, act: impl FnOnce(&[u8]) -> i64) -> i64 {
    if folder == libc::AT_FDCWD {
        return act(b"");
    }
    let here = open_at(libc::AT_FDCWD, &CString::from(c"."), libc::O_PATH);
    // SAFETY: integers; the descriptor is ours.
    unsafe {
        if here < 0 || libc::fchdir(here as i32) != 0 {
            libc::close(here as i32);
            return act(format!("/proc/self/fd/{folder}/").as_bytes());
        }
        let result = match libc::fchdir(folder) {
            0 => act(b""),
            _ => -i64::from(errno()),
        };
        let back = or_errno(libc::fchdir(here as i32).into());
        libc::close(here as i32);
        if back < 0 { back } else { result }
    }
}
