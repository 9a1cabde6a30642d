//! The kernel's own watch over directories: inotify(7).

use crate::kernel::descriptors;
use crate::kernel::errno::or_errno;
use crate::kernel::paths::c_string;
use crate::window::call::{Call, answer};
use rquickjs_sys::JSValue;
use std::mem::{self, offset_of};
use std::ptr;

/// How much one call reads: a few hundred events, so that the engine is never busy for long.
const ROOM: usize = 16384;

/// `inotify_init1(IN_NONBLOCK | IN_CLOEXEC)`: a descriptor, readable when there are events; or
/// minus errno.
pub fn open(_: &Call) -> JSValue {
    // SAFETY: integers; a new descriptor comes back.
    let fd = unsafe { libc::inotify_init1(libc::IN_NONBLOCK | libc::IN_CLOEXEC) };
    answer(descriptors::above_stdio(or_errno(fd.into())))
}

/// Opens the list of mounts of this process, to be waited for as `wait` has it: a descriptor that
/// exec closes, or minus errno.
pub fn open_mounts(_: &Call) -> JSValue {
    let flags = libc::O_RDONLY | libc::O_CLOEXEC;
    // SAFETY: a constant path; a new descriptor comes back.
    let fd = unsafe { libc::open(c"/proc/self/mountinfo".as_ptr(), flags) };
    answer(descriptors::above_stdio(or_errno(fd.into())))
}

/// `inotify_add_watch(descriptor, path, mask)`: the watch's number, or minus errno.
pub fn add(call: &Call) -> JSValue {
    let path = c_string(call.text(1).unwrap_or_default());
    let mask = call.number(2) as u32;
    // SAFETY: a path and integers.
    let watch = unsafe { libc::inotify_add_watch(call.int(0), path.as_ptr(), mask) };
    answer(or_errno(watch.into()))
}

/// `inotify_rm_watch(descriptor, watch)`
pub fn remove(call: &Call) -> JSValue {
    // SAFETY: integers.
    answer(or_errno(
        unsafe { libc::inotify_rm_watch(call.int(0), call.int(1)) }.into(),
    ))
}

/// The next events, three values each: the watch's number, the mask, the name (empty: the directory
/// itself); minus errno, EAGAIN where there are none.
pub fn read(call: &Call) -> JSValue {
    let mut bytes = [0u8; ROOM];
    // SAFETY: pointer and length of one array.
    let count =
        or_errno(unsafe { libc::read(call.int(0), bytes.as_mut_ptr().cast(), bytes.len()) as i64 });
    if count < 0 {
        return answer(count);
    }
    let mut rest = &bytes[..count as usize];
    let values = std::iter::from_fn(|| {
        let (event, name, after) = first_of(rest)?;
        rest = after;
        Some([
            answer(event.wd.into()),
            answer(event.mask.into()),
            call.answer_text(name),
        ])
    });
    call.answer_list(values.flatten())
}

/// The first record, its name without the zeroes behind it, and the records that follow.
fn first_of(bytes: &[u8]) -> Option<(libc::inotify_event, &[u8], &[u8])> {
    const HEAD: usize = size_of::<libc::inotify_event>();
    const { assert!(offset_of!(libc::inotify_event, len) + mem::size_of::<u32>() == HEAD) }
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    // SAFETY: as many bytes as the record has, of integers alone; they may lie at any address.
    let event: libc::inotify_event = unsafe { ptr::read_unaligned(head.as_ptr().cast()) };
    let (name, after) = rest.split_at_checked(event.len as usize)?;
    let end = name.iter().position(|&byte| byte == 0);
    Some((event, &name[..end.unwrap_or(name.len())], after))
}
