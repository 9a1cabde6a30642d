//! What is in directories, without opening it.

use crate::call::{Call, answer, c_string, kernel};
use crate::files::{path_of, refusal};
use rquickjs_sys::JSValue;
use std::fs::{self, Metadata};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;

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
            answer(type_of(&state)),
            answer(state.nlink() as i64),
            call.answer_text(format!("{}:{}", state.dev(), state.ino()).as_bytes()),
            call.answer_text(content_of(&state).as_bytes()),
        ]),
        Err(failure) => refusal(&failure),
    }
}

/// All in a directory, three values each: name, type (S_IF...), and what changes when another file,
/// or another content, comes under that name; minus errno. What is gone by now is left out.
pub fn entries(call: &Call) -> JSValue {
    let entries = match fs::read_dir(path_of(&call.text(0).unwrap_or_default())) {
        Ok(entries) => entries,
        Err(failure) => return refusal(&failure),
    };
    let values = entries.flatten().filter_map(|entry| {
        let state = entry.metadata().ok()?;
        let text = format!("{}:{}:{}", state.dev(), state.ino(), content_of(&state));
        Some([
            call.answer_text(entry.file_name().as_bytes()),
            answer(type_of(&state)),
            call.answer_text(text.as_bytes()),
        ])
    });
    call.answer_list(values.flatten())
}

fn type_of(state: &Metadata) -> i64 {
    i64::from(state.mode() & libc::S_IFMT)
}

fn content_of(state: &Metadata) -> String {
    let (size, seconds, rest) = (state.size(), state.mtime(), state.mtime_nsec());
    format!("{size}:{seconds}.{rest:09}")
}

/// `unlink(path)`
pub fn remove_file(call: &Call) -> JSValue {
    let path = c_string(call.text(0).unwrap_or_default());
    // SAFETY: a path.
    answer(kernel(i64::from(unsafe { libc::unlink(path.as_ptr()) })))
}
