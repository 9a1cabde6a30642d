//! Time, and the one wait.

use crate::kernel::{clock, wait};
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

/// `wait(descriptors, deadline, mounts)`
pub fn wait(call: &Call) -> JSValue {
    answer(wait::wait(&call.ints(0), call.number(1), &call.ints(2)))
}
