//! How the C library's wrappers report a failure.

/// The result of a system call, or minus errno where it failed.
pub fn or_errno(result: i64) -> i64 {
    if result < 0 {
        -i64::from(errno())
    } else {
        result
    }
}

/// The errno of the last call that failed.
pub fn errno() -> i32 {
    // SAFETY: the C library's own location, always valid.
    unsafe { *libc::__errno_location() }
}
