//! Time, and the one wait.

use crate::kernel::{clock, wait};
use crate::relay::pump;
use crate::window::call::{Call, answer};
use rquickjs_sys::JSValue;

/// `clock_gettime(CLOCK_MONOTONIC)` in microseconds.
pub fn now(_: &Call) -> JSValue {
    rquickjs_sys::JS_NewFloat64(clock::microseconds())
}

/// `clock_gettime(CLOCK_REALTIME)` in microseconds.
pub fn wall(_: &Call) -> JSValue {
    rquickjs_sys::JS_NewFloat64(clock::wall())
}

/// `watchWallClock()`: a descriptor that is readable when the wall clock was set, or minus errno.
/// Reading it fails with ECANCELED then, and makes it unreadable again: timerfd_create(2).
pub fn watch_wall(_: &Call) -> JSValue {
    answer(wait::watch_wall_clock())
}

/// `wait(descriptors, deadline, mounts)`. A deadline of 0 only asks, and leaves the relay alone:
/// who asks of a descriptor does not look for news of the relay, and would then wait without them.
pub fn wait(call: &Call) -> JSValue {
    let (fds, deadline) = (call.ints(0), call.number(1));
    let relay = pump::current().filter(|_| deadline != 0.0);
    answer(match relay {
        None => wait::wait(&fds, deadline, &call.ints(2)),
        Some(relay) => relay.wait(&fds, deadline),
    })
}
