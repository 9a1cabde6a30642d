//! The clock of all deadlines.

use std::sync::atomic::{AtomicI64, Ordering::Acquire};

/// `clock_gettime(CLOCK_MONOTONIC)` in microseconds.
pub fn microseconds() -> f64 {
    read(libc::CLOCK_MONOTONIC)
}

/// `clock_gettime(CLOCK_REALTIME)` in microseconds.
pub fn wall() -> f64 {
    read(libc::CLOCK_REALTIME)
}

/// How long a walk over other processes may go on. They can fork without a pause and so keep a walk
/// busy for as long as they like, but the process that walks has orders to obey.
pub struct Until<'a> {
    /// An instant in microseconds.
    at: f64,
    /// True when something has come that is more urgent.
    is_interrupted: &'a dyn Fn() -> bool,
}

impl Until<'_> {
    /// Whether the walk is to stop; asked between two of its steps.
    pub fn is_over(&self) -> bool {
        (self.is_interrupted)() || microseconds() >= self.at
    }
}

/// A limit that is an instant.
pub fn until(at: f64) -> Until<'static> {
    let is_interrupted = &|| false;
    Until { at, is_interrupted }
}

/// A limit that is an instant, or comes sooner, when something more urgent has come.
pub fn unless(is_interrupted: &dyn Fn() -> bool, at: f64) -> Until<'_> {
    Until { at, is_interrupted }
}

/// Sleeps for some microseconds. ppoll(2) is what everything else here waits by, so that a system
/// call filter has to allow no second call.
pub fn rest(time: f64) {
    let time = timespec(time);
    // SAFETY: no descriptors, and a time of ours that lives through the call.
    unsafe { libc::ppoll(std::ptr::null_mut(), 0, &time, std::ptr::null()) };
}

/// An instant on the page that guardian and supervisor share; 0 there is none.
pub fn instant(at: &AtomicI64) -> Option<f64> {
    Some(at.load(Acquire) as f64).filter(|&at| at > 0.0)
}

/// The earlier of two times, where there is one.
pub fn earlier(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.into_iter().chain(other).reduce(f64::min)
}

fn read(clock: libc::clockid_t) -> f64 {
    let mut time = timespec(0.0);
    // SAFETY: `time` is ours; both clocks always exist, and a filter that refuses them was found
    // before anything was started (see probe.rs).
    unsafe { libc::clock_gettime(clock, &mut time) };
    time.tv_sec as f64 * 1e6 + (time.tv_nsec / 1000) as f64
}

/// Microseconds as the kernel takes them.
pub fn timespec(microseconds: f64) -> libc::timespec {
    libc::timespec {
        tv_sec: (microseconds / 1e6) as _,
        tv_nsec: ((microseconds % 1e6) * 1e3) as _,
    }
}
