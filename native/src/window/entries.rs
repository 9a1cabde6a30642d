//! What is in directories, without opening the files.

use crate::kernel::descriptors;
use crate::kernel::errno::{errno, or_errno};
use crate::kernel::paths::{c_string, path_of};
use crate::window::call::{Call, answer};
use crate::window::files::refusal;
use rquickjs_sys::JSValue;
use std::ffi::CStr;
use std::fs::{self, FileType, Metadata};
use std::mem;
use std::os::unix::fs::{FileTypeExt, MetadataExt};

/// `stat(path)`, or `lstat(path)` where `follow` is 0: the file's type (S_IF...), its links, which
/// file it is, and what changes with its content; minus errno. The last two are texts: numbers of
/// 64 bits.
pub fn file_state(call: &Call) -> JSValue {
    let path = path_of(&call.text(0).unwrap_or_default());
    let state = match call.int(1) {
        0 => fs::symlink_metadata(path),
        _ => fs::metadata(path),
    };
    match state {
        Ok(state) => call.answer_list([
            answer(type_of(state.file_type())),
            answer(state.nlink() as i64),
            call.answer_text(format!("{}:{}", state.dev(), state.ino()).as_bytes()),
            call.answer_text(content_of(&state).as_bytes()),
        ]),
        Err(failure) => refusal(&failure),
    }
}

/// Opens a directory to read its entries. Where `follow` is 0, the last part of the path may be no
/// link. A descriptor that exec closes, or minus errno.
pub fn open(call: &Call) -> JSValue {
    let path = c_string(call.text(0).unwrap_or_default());
    let follow = match call.int(1) {
        0 => libc::O_NOFOLLOW,
        _ => 0,
    };
    let flags = libc::O_RDONLY | libc::O_DIRECTORY | libc::O_NONBLOCK | libc::O_CLOEXEC | follow;
    // SAFETY: a path; a new descriptor comes back.
    let fd = unsafe { libc::open(path.as_ptr(), flags) };
    answer(descriptors::above_stdio(or_errno(fd.into())))
}

/// The next entries of an open directory, some hundred at most, two values each: name and type
/// (S_IF...); with `state` a third, which changes when another file, or other content, comes under
/// that name. None at the end; minus errno. A file that is gone by now is left out.
pub fn entries(call: &Call) -> JSValue {
    let (folder, has_state) = (call.int(0), call.int(1) != 0);
    let mut bytes = Records([0; ROOM]);
    loop {
        // SAFETY: pointer and length of one buffer.
        let count = or_errno(unsafe {
            libc::syscall(
                libc::SYS_getdents64,
                folder,
                bytes.0.as_mut_ptr(),
                bytes.0.len(),
            )
        });
        if count < 0 {
            return answer(count);
        }
        let rows: Vec<JSValue> = records(&bytes.0[..count as usize])
            .filter(|(name, _)| !matches!(name.to_bytes(), b"." | b".."))
            .filter_map(|(name, kind)| row(call, folder, name, kind, has_state))
            .flatten()
            .collect();
        // If all files of a part are gone by now, the next part is read: an empty answer would mean
        // the end.
        if count == 0 || !rows.is_empty() {
            return call.answer_list(rows);
        }
    }
}

/// How much one call reads: a few hundred entries, so that the engine is never busy for long.
const ROOM: usize = 16384;

#[repr(align(8))]
struct Records([u8; ROOM]);

/// Names and kinds of the records of getdents64(2).
fn records(bytes: &[u8]) -> impl Iterator<Item = (&CStr, u8)> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let length = u16::from_ne_bytes([*rest.get(LENGTH)?, *rest.get(LENGTH + 1)?]);
        let (record, after) = rest.split_at_checked(length.into())?;
        rest = after;
        let name = CStr::from_bytes_until_nul(record.get(NAME..)?).ok()?;
        Some((name, record[KIND]))
    })
}

/// Where the parts of a record are.
const LENGTH: usize = mem::offset_of!(libc::dirent64, d_reclen);
const KIND: usize = mem::offset_of!(libc::dirent64, d_type);
const NAME: usize = mem::offset_of!(libc::dirent64, d_name);

fn row(
    call: &Call,
    folder: i32,
    name: &CStr,
    kind: u8,
    has_state: bool,
) -> Option<impl Iterator<Item = JSValue>> {
    let asks = has_state || kind == libc::DT_UNKNOWN;
    let state = match asks {
        true => Some(state_at(folder, name)),
        false => None,
    };
    // A file that cannot be looked at exists all the same.
    if matches!(state, Some(Err(libc::ENOENT))) {
        return None;
    }
    let found = state.and_then(Result::ok);
    let kind = found.map_or(i64::from(kind) << KIND_SHIFT, |found| {
        i64::from(found.st_mode & libc::S_IFMT)
    });
    let text = found.map_or(String::new(), |found| {
        let (size, seconds, rest) = (found.st_size, found.st_mtime, found.st_mtime_nsec);
        format!(
            "{}:{}:{size}:{seconds}.{rest:09}",
            found.st_dev, found.st_ino
        )
    });
    let state = has_state.then(|| call.answer_text(text.as_bytes()));
    let values = [call.answer_text(name.to_bytes()), answer(kind)];
    Some(values.into_iter().chain(state))
}

/// A type in a directory is the type of a mode without the bits below: readdir(3), inode(7).
const KIND_SHIFT: u32 = 12;

fn state_at(folder: i32, name: &CStr) -> Result<libc::stat, i32> {
    // SAFETY: all zeroes is a valid record, and the kernel fills it in.
    unsafe {
        let mut state: libc::stat = mem::zeroed();
        match libc::fstatat(folder, name.as_ptr(), &mut state, libc::AT_SYMLINK_NOFOLLOW) {
            0 => Ok(state),
            _ => Err(errno()),
        }
    }
}

/// The bits of a mode that say what a file is.
fn type_of(kind: FileType) -> i64 {
    let types = [
        (kind.is_dir(), libc::S_IFDIR),
        (kind.is_file(), libc::S_IFREG),
        (kind.is_symlink(), libc::S_IFLNK),
        (kind.is_socket(), libc::S_IFSOCK),
        (kind.is_fifo(), libc::S_IFIFO),
        (kind.is_char_device(), libc::S_IFCHR),
        (kind.is_block_device(), libc::S_IFBLK),
    ];
    let found = types.iter().find(|(is, _)| *is);
    found.map_or(0, |&(_, bits)| bits.into())
}

fn content_of(state: &Metadata) -> String {
    let (size, seconds, rest) = (state.size(), state.mtime(), state.mtime_nsec());
    format!("{size}:{seconds}.{rest:09}")
}
