//! A child that shares our memory until it executes: nothing is copied, and we are suspended so
//! long. The newer call is tried first; where it is refused, the older one, then no pidfd.

use crate::call::errno;
use std::arch::asm;
use std::ffi::{c_int, c_void};
use std::ptr;

const SHARED: u64 = (libc::CLONE_VM | libc::CLONE_VFORK) as u64;
const PIDFD: u64 = libc::CLONE_PIDFD as u64;

pub struct Cloned {
    pub pid: i32,
    /// -1 where the kernel gave none.
    pub pidfd: i32,
}

/// Runs `entry(data)` in a child on `stack`; `Err` is the errno of the last call tried.
pub fn clone(
    stack: &mut [u8],
    entry: extern "C" fn(*mut c_void) -> !,
    data: *mut c_void,
) -> Result<Cloned, i32> {
    let mut result = clone3(stack, SHARED | PIDFD, entry, data);
    if result.as_ref().is_err_and(|&errno| is_refusal(errno)) {
        result = clone_old(stack, SHARED | PIDFD, entry, data);
    }
    if result
        .as_ref()
        .is_err_and(|&errno| is_refusal(errno) || errno == libc::EMFILE)
    {
        result = clone_old(stack, SHARED, entry, data).map(|child| Cloned {
            pidfd: pidfd_open(child.pid),
            ..child
        });
    }
    result
}

/// What kernels and sandboxes answer to a call or flag that they do not know or allow.
fn is_refusal(errno: i32) -> bool {
    matches!(errno, libc::ENOSYS | libc::EPERM | libc::EINVAL)
}

/// `pidfd_open(pid, 0)`; -1 where it is refused.
fn pidfd_open(pid: i32) -> i32 {
    // SAFETY: two integers; a new descriptor comes back.
    unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) as i32 }
}

/// `clone3({flags, &pidfd, SIGCHLD, stack})`; the C library has no wrapper for it.
fn clone3(
    stack: &mut [u8],
    flags: u64,
    entry: extern "C" fn(*mut c_void) -> !,
    data: *mut c_void,
) -> Result<Cloned, i32> {
    let mut pidfd: c_int = -1;
    // SAFETY: all zeroes is a valid request.
    let mut request: libc::clone_args = unsafe { std::mem::zeroed() };
    request.flags = flags;
    request.pidfd = (&raw mut pidfd).addr() as u64;
    request.exit_signal = libc::SIGCHLD as u64;
    request.stack = stack.as_mut_ptr().addr() as u64;
    request.stack_size = stack.len() as u64;
    let (request, size) = (&raw const request, size_of::<libc::clone_args>());
    let result: isize;
    // SAFETY: the child runs `entry` on a stack of its own and never returns here; the parent goes
    // on when the child has executed or ended, with its own registers and stack untouched.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        asm!(
            "syscall",
            "test rax, rax",
            "jnz 2f",
            "xor ebp, ebp",
            "mov rdi, {data}",
            "call {entry}",
            "ud2",
            "2:",
            data = in(reg) data,
            entry = in(reg) entry,
            inlateout("rax") libc::SYS_clone3 as isize => result,
            in("rdi") request,
            in("rsi") size,
            out("rcx") _,
            out("r11") _,
        );
        #[cfg(target_arch = "aarch64")]
        asm!(
            "svc #0",
            "cbnz x0, 2f",
            "mov x29, xzr",
            "mov x0, {data}",
            "blr {entry}",
            "brk #1",
            "2:",
            data = in(reg) data,
            entry = in(reg) entry,
            in("x8") libc::SYS_clone3,
            inlateout("x0") request => result,
            in("x1") size,
        );
    }
    if result < 0 {
        return Err(-result as i32);
    }
    Ok(Cloned {
        pid: result as i32,
        pidfd,
    })
}

/// `clone(entry, stack, flags | SIGCHLD, data, &pidfd)`
fn clone_old(
    stack: &mut [u8],
    flags: u64,
    entry: extern "C" fn(*mut c_void) -> !,
    data: *mut c_void,
) -> Result<Cloned, i32> {
    let mut pidfd: c_int = -1;
    // SAFETY: `entry` never returns, so its result type does not matter; the stack is the child's
    // alone; the C library writes the pidfd where the flag asks for it.
    let pid = unsafe {
        let entry: extern "C" fn(*mut c_void) -> c_int = std::mem::transmute(entry);
        let top = stack.as_mut_ptr_range().end.cast();
        let flags = flags as c_int | libc::SIGCHLD;
        let none = ptr::null_mut::<c_void>();
        libc::clone(entry, top, flags, data, &raw mut pidfd, none, none)
    };
    if pid < 0 {
        Err(errno())
    } else {
        Ok(Cloned { pid, pidfd })
    }
}
