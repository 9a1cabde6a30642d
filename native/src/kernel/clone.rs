//! New processes: copies of this one, and children that share its memory.

use crate::kernel::errno::errno;
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

/// A copy of this process, whose exit sends SIGCHLD: 0 in the copy, its number in the parent.
pub fn copy() -> Result<i32, i32> {
    // SAFETY: no stack is given and no memory shared: the child goes on with a copy of everything.
    let pid = unsafe { libc::syscall(libc::SYS_clone, libc::SIGCHLD as usize, 0, 0, 0, 0) };
    if pid < 0 {
        Err(errno())
    } else {
        Ok(pid as i32)
    }
}

/// Runs `entry(data)` in a child on `stack` that shares this process's memory, so that nothing is
/// copied. This process goes on beside it. Until `is_sharing` is 0, which is when the child has
/// executed a program or exited, the two have only their stacks apart; the C library's errno, too,
/// is the same place. The kernel writes the child's number to `pid` before the child runs.
pub fn share(
    stack: &mut [u8],
    entry: extern "C" fn(*mut c_void) -> !,
    data: *mut c_void,
    pid: &AtomicI32,
    is_sharing: &AtomicI32,
) -> Result<i32, i32> {
    let flags =
        libc::CLONE_VM | libc::CLONE_PARENT_SETTID | libc::CLONE_CHILD_CLEARTID | libc::SIGCHLD;
    let none = ptr::null_mut::<c_void>();
    // SAFETY: `entry` never returns, so its result type does not matter; the stack is the child's
    // alone; both numbers live at places of ours.
    let result = unsafe {
        let entry: extern "C" fn(*mut c_void) -> c_int = std::mem::transmute(entry);
        let top = stack.as_mut_ptr_range().end.cast();
        let cleared = is_sharing.as_ptr();
        libc::clone(entry, top, flags, data, pid.as_ptr(), none, cleared)
    };
    if result < 0 { Err(errno()) } else { Ok(result) }
}

/// Runs `entry(data)` in a child on `stack` that shares this process's memory and descriptors. This
/// process goes on beside it. The child's exit sends no signal. The kernel writes the child's
/// number to `lives` before the child runs; when the child has let go of the memory it writes 0 and
/// wakes a process that waits there (futex).
pub fn beside(
    stack: &mut [u8],
    entry: extern "C" fn(*mut c_void) -> !,
    data: *mut c_void,
    lives: &AtomicI32,
) -> Result<i32, i32> {
    let memory = libc::CLONE_VM | libc::CLONE_FILES | libc::CLONE_FS;
    let flags = memory | libc::CLONE_PARENT_SETTID | libc::CLONE_CHILD_CLEARTID;
    let (none, number) = (ptr::null_mut::<c_void>(), lives.as_ptr());
    // SAFETY: `entry` never returns, so its result type does not matter; the stack is the child's
    // alone; the number lives at a place of ours.
    let result = unsafe {
        let entry: extern "C" fn(*mut c_void) -> c_int = std::mem::transmute(entry);
        let top = stack.as_mut_ptr_range().end.cast();
        libc::clone(entry, top, flags, data, number, none, number)
    };
    if result < 0 { Err(errno()) } else { Ok(result) }
}
