//! Whether a limit that the kernel takes is one that it keeps: not all that call themselves Linux do.

use crate::call::{Call, answer, kernel};
use rquickjs_sys::JSValue;
use std::ptr;

/// Less than any process has: whatever it maps next is beyond.
const SMALL: libc::rlim_t = 4096;

/// `holdsDataLimit()`: 1 if memory beyond RLIMIT_DATA is refused, else 0; minus errno where the limit
/// cannot even be set. For a moment it is our own, and nothing is allocated meanwhile. (A limit of 0
/// would not do: Linux lets a process up to its hard limit then.)
pub fn holds_data_limit(_: &Call) -> JSValue {
    let mut before = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: structures of ours, and a mapping that nothing else knows of.
    let looked = unsafe {
        let got = kernel(libc::getrlimit(libc::RLIMIT_DATA, &mut before).into());
        if got < 0 {
            return answer(got);
        }
        let small = libc::rlimit {
            rlim_cur: SMALL.min(before.rlim_max),
            ..before
        };
        let set = kernel(libc::setrlimit(libc::RLIMIT_DATA, &small).into());
        let is_refused = set == 0 && !can_map();
        libc::setrlimit(libc::RLIMIT_DATA, &before);
        if set < 0 { set } else { i64::from(is_refused) }
    };
    answer(looked)
}

fn can_map() -> bool {
    let size = 64 << 10;
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    let rights = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: a new mapping, given back at once.
    unsafe {
        let at = libc::mmap(ptr::null_mut(), size, rights, flags, -1, 0);
        let is_mapped = at != libc::MAP_FAILED;
        if is_mapped {
            libc::munmap(at, size);
        }
        is_mapped
    }
}
