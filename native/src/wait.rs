//! The one place that blocks.

use crate::call::{Call, answer, errno};
use crate::clock;
use rquickjs_sys::JSValue;
use std::ptr;

/// `ppoll` on the given descriptors until one is readable or the clock has passed the deadline
/// (microseconds; negative: none). Answers a bit per readable descriptor, 0 for the deadline, or
/// minus errno. Negative descriptors are left out.
pub fn wait(call: &Call) -> JSValue {
    let mut entries: Vec<libc::pollfd> = call
        .ints(0)
        .iter()
        .map(|&fd| libc::pollfd {
            fd,
            events: libc::POLLIN,
            revents: 0,
        })
        .collect();
    let deadline = call.number(1);
    loop {
        let left = time_left(deadline);
        let left = left.as_ref().map_or(ptr::null(), ptr::from_ref);
        // SAFETY: entries and time are ours and live through the call; no mask is given.
        let count =
            unsafe { libc::ppoll(entries.as_mut_ptr(), entries.len() as _, left, ptr::null()) };
        match count {
            1.. => return answer(readable(&entries)),
            0 if clock::microseconds() > deadline => return answer(0),
            0 => {}
            _ if errno() == libc::EINTR => {}
            _ => return answer(-i64::from(errno())),
        }
    }
}

fn readable(entries: &[libc::pollfd]) -> i64 {
    let bits = entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.revents != 0);
    bits.fold(0, |all, (index, _)| all | 1 << index)
}

/// What is left until just after `deadline`: the limit is passed, not reached.
fn time_left(deadline: f64) -> Option<libc::timespec> {
    if deadline < 0.0 {
        return None;
    }
    let left = (deadline - clock::microseconds() + 1.0).max(0.0);
    Some(libc::timespec {
        tv_sec: (left / 1e6) as _,
        tv_nsec: ((left % 1e6) * 1e3) as _,
    })
}
