//! What a process has open, and readers of what may block.

use crate::engine::heap;
use crate::kernel::{clock, processor, wait};
use crate::supervisor::reader;
use crate::window::call::{Call, answer};
use rquickjs_sys::JSValue;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, PermissionsExt};

/// `hurry()`
pub fn hurry(_: &Call) -> JSValue {
    reader::hurry();
    answer(0)
}

/// `beginReader()`
pub fn begin(_: &Call) -> JSValue {
    heap::give_to_children();
    let begun = reader::begin();
    if begun != 0 {
        heap::keep_from_children();
    }
    answer(begun)
}

/// `endReader()`
pub fn end(_: &Call) -> JSValue {
    reader::end()
}

/// `takeReader(descriptor, until)`
pub fn take(call: &Call) -> JSValue {
    let descriptor = call.int(0);
    if descriptor >= 0 {
        let left = call.number(1) - clock::microseconds();
        wait::is_readable_within(descriptor, left.max(0.0));
    }
    reader::give_up(descriptor, |told| call.answer_text(told))
}

/// `tellReader(text)`
pub fn tell(call: &Call) -> JSValue {
    let text = call.text(0).unwrap_or_default();
    let is_told = reader::tell(|room| match room.get_mut(..text.len()) {
        Some(room) => {
            room.copy_from_slice(&text);
            text.len()
        }
        None => 0,
    });
    answer(i64::from(is_told))
}

/// `descriptors(pid, most)`: three values for each descriptor that a process has, so many at most:
/// its number, what it was opened for (1 reading, 2 writing; 0: not asked for, because the file is
/// no pipe), and what its link in /proc says. Minus errno.
pub fn descriptors(call: &Call) -> JSValue {
    let most = call.number(1) as usize;
    let path = format!("/proc/{}/fd", call.int(0));
    let entries = match fs::read_dir(&path) {
        Ok(entries) => entries,
        Err(failure) => return answer(-i64::from(failure.raw_os_error().unwrap_or(libc::ENOMEM))),
    };
    let mut found = Vec::new();
    for entry in entries.flatten().take(most) {
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.parse::<i32>().ok());
        if let Some(number) = number
            && let Ok(target) = fs::read_link(entry.path())
        {
            let target = target.as_os_str().as_bytes();
            let pipe = Some(&entry).filter(|_| may_be_pipe(target));
            let opened = answer(pipe.map_or(0, access));
            found.extend([answer(number.into()), opened, call.answer_text(target)]);
        }
    }
    call.answer_list(found)
}

/// A pipe, or a FIFO by its path.
fn may_be_pipe(target: &[u8]) -> bool {
    target.starts_with(b"pipe:") || (target.starts_with(b"/") && !target.starts_with(b"/dev/"))
}

/// The rights of the link in /proc say for what the file was opened: proc_pid_fd(5).
fn access(link: &fs::DirEntry) -> i64 {
    let mode = link.metadata().map_or(0, |link| link.permissions().mode());
    i64::from(mode & libc::S_IRUSR != 0) + 2 * i64::from(mode & libc::S_IWUSR != 0)
}

/// `readMemory(pid, address, size)`: bytes of a process's memory as text; minus errno.
pub fn read_memory(call: &Call) -> JSValue {
    let mut bytes = vec![0u8; call.number(2) as usize];
    let file = File::open(format!("/proc/{}/mem", call.int(0)));
    let count = file.and_then(|file| file.read_at(&mut bytes, call.number(1) as u64));
    match count {
        Ok(count) => call.answer_text(&bytes[..count]),
        Err(failure) => answer(-i64::from(failure.raw_os_error().unwrap_or(libc::EIO))),
    }
}

/// `runOn(processor)`
pub fn run_on(call: &Call) -> JSValue {
    answer(processor::run_on(call.int(0).max(0) as usize))
}

/// `linesWith(text, numbers)`: the lines of a text that have one of the numbers as a word.
pub fn lines_with(call: &Call) -> JSValue {
    let text = call.text(0).unwrap_or_default();
    let wanted: Vec<String> = call.numbers(1).iter().map(f64::to_string).collect();
    let is_wanted = |word: &[u8]| wanted.iter().any(|number| number.as_bytes() == word);
    let mut found = Vec::new();
    for line in text.split(|&byte| byte == b'\n') {
        if line.split(|&byte| byte == b' ').any(is_wanted) {
            found.extend_from_slice(line);
            found.push(b'\n');
        }
    }
    call.answer_text(&found)
}

/// `machine()`: 1 on arm64, 0 on x86-64, whose system calls have other numbers.
pub fn machine(_: &Call) -> JSValue {
    answer(i64::from(cfg!(target_arch = "aarch64")))
}
