//! Writes that hold nothing up.

use crate::kernel::descriptors;
use crate::output::offer::{self, Written};
use crate::window::call::{Call, answer};
use rquickjs_sys::JSValue;

/// `offer(descriptor, text, deadline, moment, flags)`: how many bytes were written, and errno.
pub fn offer(call: &Call) -> JSValue {
    let (fd, deadline, moment) = (call.int(0), call.number(2), call.number(3));
    let Some(bytes) = call.text(1) else {
        return tell(call, (0, call.without_memory()));
    };
    let result = offer::write(fd, &bytes, deadline, moment, call.int(4) as u32);
    if result.1 == libc::EINPROGRESS {
        // Its memory is not ours again.
        std::mem::forget(bytes);
    }
    tell(call, result)
}

/// `offered(descriptor, deadline)`: the answer of `offer` that is missing, EINPROGRESS if it still
/// is.
pub fn offered(call: &Call) -> JSValue {
    tell(call, offer::offered(call.int(0), call.number(1)))
}

fn tell(call: &Call, (written, errno): Written) -> JSValue {
    call.answer_numbers(&[written as i64, i64::from(errno)])
}

/// `isSameFile(one, other)`: 1 where two descriptors are of one file, and that is a regular one.
pub fn is_same_file(call: &Call) -> JSValue {
    let (one, other) = (call.int(0), call.int(1));
    let is_same = descriptors::is_file(one) && descriptors::is_same(one, other);
    answer(i64::from(is_same))
}
