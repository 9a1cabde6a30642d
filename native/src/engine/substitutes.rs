//! Functions that the engine gets in place of the C library's.

/// The engine's `Math` has functions that nothing here uses, and the C library's tables for them
/// would be some 260 KB. Here, each of them is a failure of curfew's own, with its name as the
/// reason.
macro_rules! absent {
    ($($name:ident)*) => {$(
        #[unsafe(no_mangle)]
        extern "C" fn $name(_: f64, _: f64) -> f64 {
            crate::engine::runtime::leave_with_last_words(concat!("Math.", stringify!($name)).as_bytes())
        }
    )*};
}

absent!(acos acosh asin asinh atan atan2 atanh cos cosh sin sinh tan tanh);

/// The engine seeds its random numbers and hash tables from the time of day while it is made, which
/// is before freezing. This clock always says 0, so that two builds of one tree are equal and
/// nothing of the build machine is frozen. No script can see it.
///
/// # Safety
/// As gettimeofday(2): `time` may be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gettimeofday(time: *mut libc::timeval, _zone: *mut libc::c_void) -> i32 {
    // SAFETY: the caller's structure.
    unsafe {
        time.write(libc::timeval {
            tv_sec: 0,
            tv_usec: 0,
        })
    };
    0
}
