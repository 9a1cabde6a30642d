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

/// How long a walk over processes of others may go on: those can keep it busy for as long as they
/// like, and whoever walks has to obey.
pub struct Until<'a> {
    /// An instant in microseconds.
    at: f64,
    /// True when something has come that is more urgent.
    is_interrupted: &'a dyn Fn() -> bool,
}

impl Until<'_> {
    /// Asked between two steps.
    pub fn is_over(&self) -> bool {
        (self.is_interrupted)() || microseconds() >= self.at
    }
}

/// Until an instant.
pub fn until(at: f64) -> Until<'static> {
    let is_interrupted = &|| false;
    Until { at, is_interrupted }
}

/// Until an instant, or until something has come that is more urgent.
pub fn unless(is_interrupted: &dyn Fn() -> bool, at: f64) -> Until<'_> {
    Until { at, is_interrupted }
}

/// Sleeps for some microseconds: by the call that everything else here waits by, so that no second one
/// has to be allowed.
pub fn rest(time: f64) {
    let time = timespec(time);
    // SAFETY: no descriptors, and a time of ours that lives through the call.
    unsafe { libc::ppoll(std::ptr::null_mut(), 0, &time, std::ptr::null()) };
}

/// An instant that stands on a page; 0 is none.
pub fn instant(at: &AtomicI64) -> Option<f64> {
    Some(at.load(Acquire) as f64).filter(|&at| at > 0.0)
}

/// The earlier of two times, where there is one.
pub fn earlier(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.into_iter().chain(other).reduce(f64::min)
}

fn read(clock: libc::clockid_t) -> f64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` is ours; both clocks always exist, and a filter that refuses them was found
    // before anything was started (see probe.rs).
    unsafe { libc::clock_gettime(clock, &mut time) };
    time.tv_sec as f64 * 1e6 + (time.tv_nsec / 1000) as f64
}

/// Microseconds as the kernel takes a time.
pub fn timespec(microseconds: f64) -> libc::timespec {
    libc::timespec {
        tv_sec: (microseconds / 1e6) as _,
        tv_nsec: ((microseconds % 1e6) * 1e3) as _,
    }
}
