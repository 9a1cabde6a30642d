//! What this process was given and is, for TypeScript.

use crate::kernel::errno::or_errno;
use crate::kernel::identity;
use crate::window::call::{Call, answer};
use rquickjs_sys::{JS_UNDEFINED, JSValue};

/// The arguments of this process, its own name first.
pub fn argv(call: &Call) -> JSValue {
    call.answer_list(identity::arguments().map(|word| call.answer_text(word)))
}

/// `getenv(name)`; undefined where it is not set.
pub fn env(call: &Call) -> JSValue {
    let name = call.text(0).unwrap_or_default();
    identity::variable(&name).map_or(JS_UNDEFINED, |value| call.answer_text(value))
}

/// `getpid()`
pub fn pid(_: &Call) -> JSValue {
    answer(i64::from(identity::own_pid()))
}

/// `getppid()`
pub fn parent_pid(_: &Call) -> JSValue {
    // SAFETY: no arguments, cannot fail.
    answer(i64::from(unsafe { libc::getppid() }))
}

/// AT_SECURE: 1 where the file is set-uid or the like.
pub fn secure(_: &Call) -> JSValue {
    answer(identity::auxiliary(libc::AT_SECURE) as i64)
}

/// `setpgid(0, group)`, for a group that exists: 0 would make a new one.
pub fn join_group(call: &Call) -> JSValue {
    let group = call.int(0);
    if group <= 0 {
        return answer(-i64::from(libc::ESRCH));
    }
    // SAFETY: two integers.
    answer(or_errno(i64::from(unsafe { libc::setpgid(0, group) })))
}

/// `setpgid(0, 0)`: makes a process group that this process leads.
pub fn lead_group(_: &Call) -> JSValue {
    // SAFETY: two integers.
    answer(or_errno(i64::from(unsafe { libc::setpgid(0, 0) })))
}

/// Nonzero where this process may signal processes of every user (CAP_KILL, effective).
pub fn may_kill_all(_: &Call) -> JSValue {
    const VERSION: u32 = 0x2008_0522;
    const CAP_KILL: u32 = 5;
    let header: [u32; 2] = [VERSION, 0];
    // Effective, permitted and inheritable of the first 32, then of the others.
    let mut sets = [0u32; 6];
    // SAFETY: structures of the kernel's own shape (capget(2)) that live through the call.
    let result = unsafe { libc::syscall(libc::SYS_capget, header.as_ptr(), sets.as_mut_ptr()) };
    answer(i64::from(result == 0 && sets[0] & 1 << CAP_KILL != 0))
}

/// `getpgid(pid)`
pub fn group_of(call: &Call) -> JSValue {
    // SAFETY: one integer.
    answer(or_errno(i64::from(unsafe { libc::getpgid(call.int(0)) })))
}

/// `getsid(pid)`
pub fn session_of(call: &Call) -> JSValue {
    // SAFETY: one integer.
    answer(or_errno(i64::from(unsafe { libc::getsid(call.int(0)) })))
}

/// `prctl(PR_SET_PDEATHSIG, signal)`
pub fn await_parent(call: &Call) -> JSValue {
    // SAFETY: integers only.
    answer(or_errno(i64::from(unsafe {
        libc::prctl(libc::PR_SET_PDEATHSIG, call.int(0), 0, 0, 0)
    })))
}

/// `prctl(PR_SET_CHILD_SUBREAPER, 1)`: orphans of the tree become children of this process.
pub fn become_subreaper(_: &Call) -> JSValue {
    // SAFETY: integers only.
    answer(or_errno(i64::from(unsafe {
        libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    })))
}

/// Effective user and group.
pub fn user(call: &Call) -> JSValue {
    // SAFETY: no arguments, cannot fail.
    let (user, group) = unsafe { (libc::geteuid(), libc::getegid()) };
    call.answer_numbers(&[i64::from(user), i64::from(group)])
}
