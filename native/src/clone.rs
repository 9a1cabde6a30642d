//! New processes: copies of us, and children that share our memory until they execute.

use crate::call::errno;
use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::atomic::AtomicI32;

/// `fork()` without the C library, with flags for namespaces: 0 in the child, its number in the
/// parent; `Err` is errno.
pub fn fork(flags: i32) -> Result<i32, i32> {
    let flags = i64::from(flags | libc::SIGCHLD);
    // SAFETY: no stack is given and no memory shared: the child goes on with a copy of everything.
    let pid = unsafe { libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0) };
    if pid < 0 {
        Err(errno())
    } else {
        Ok(pid as i32)
    }
}

/// Runs `entry(data)` in a child on `stack` that shares our memory: nothing is copied, and we are
/// suspended until it executes or ends. The kernel writes its number to `pid` before it runs.
pub fn vfork(
    stack: &mut [u8],
    entry: extern "C" fn(*mut c_void) -> !,
    data: *mut c_void,
    pid: &AtomicI32,
) -> Result<i32, i32> {
    let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::CLONE_PARENT_SETTID | libc::SIGCHLD;
    let none = ptr::null_mut::<c_void>();
    // SAFETY: `entry` never returns, so its result type does not matter; the stack is the child's
    // alone; the number lives at a place of ours.
    let result = unsafe {
        let entry: extern "C" fn(*mut c_void) -> c_int = std::mem::transmute(entry);
        let top = stack.as_mut_ptr_range().end.cast();
        libc::clone(entry, top, flags, data, pid.as_ptr(), none, none)
    };
    if result < 0 { Err(errno()) } else { Ok(result) }
}
