//! What is in directories, without opening it.

use crate::call::{Call, answer};
use crate::files::{path_of, refusal};
use rquickjs_sys::JSValue;
use std::fs::{self, FileType, Metadata};
use std::os::unix::ffi::OsStrExt;
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

/// All in a directory, two values each: name and type (S_IF...); with `state` a third, which changes
/// when another file, or another content, comes under that name. Minus errno. What is gone by now is
/// left out.
pub fn entries(call: &Call) -> JSValue {
    let entries = match fs::read_dir(path_of(&call.text(0).unwrap_or_default())) {
        Ok(entries) => entries,
        Err(failure) => return refusal(&failure),
    };
    let has_state = call.int(1) != 0;
    let rows = entries.flatten().filter_map(|entry| {
        let kind = answer(type_of(entry.file_type().ok()?));
        let state = match has_state {
            true => Some(state_of(&entry.metadata().ok()?)),
            false => None,
        };
        let name = call.answer_text(entry.file_name().as_bytes());
        let state = state.map(|state| call.answer_text(state.as_bytes()));
        Some([name, kind].into_iter().chain(state))
    });
    call.answer_list(rows.flatten())
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

fn state_of(state: &Metadata) -> String {
    format!("{}:{}:{}", state.dev(), state.ino(), content_of(state))
}

fn content_of(state: &Metadata) -> String {
    let (size, seconds, rest) = (state.size(), state.mtime(), state.mtime_nsec());
    format!("{size}:{seconds}.{rest:09}")
}
