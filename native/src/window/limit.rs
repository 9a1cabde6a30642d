//! Whether a limit is kept once it is set: not everything that calls itself Linux keeps them.

use crate::kernel::errno::or_errno;
use crate::window::call::{Call, answer};
use rquickjs_sys::JSValue;
use std::ptr;

/// `holdsDataLimit()`: 1 if memory beyond RLIMIT_DATA is refused, else 0; minus errno where the
/// limit cannot even be set. This process has the limit for a moment, and allocates nothing
/// meanwhile. (The limit is not 0: Linux then lets a process have memory up to its hard limit.)
pub fn holds_data_limit(_: &Call) -> JSValue {
    // SAFETY: structures of ours, and a mapping that nothing else knows of.
    answer(unsafe {
        let mut before: libc::rlimit = std::mem::zeroed();
        if libc::getrlimit(libc::RLIMIT_DATA, &mut before) != 0 {
            return answer(or_errno(-1));
        }
        let mut small = before;
        small.rlim_cur = before.rlim_max.min(4096);
        let set = or_errno(libc::setrlimit(libc::RLIMIT_DATA, &small).into());
        let is_refused = !can_map(64 << 10);
        libc::setrlimit(libc::RLIMIT_DATA, &before);
        if set < 0 { set } else { i64::from(is_refused) }
    })
}

fn can_map(size: usize) -> bool {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    let rights = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: a new mapping, given back at once.
    unsafe {
        let at = libc::mmap(ptr::null_mut(), size, rights, flags, -1, 0);
        at != libc::MAP_FAILED && libc::munmap(at, size) == 0
    }
}
