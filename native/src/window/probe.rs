//! Calls that no other call can replace. In a process with a system call filter each of them is
//! made once before anything is started, in a form that changes nothing. A filter cannot be taken
//! away again, so a call that it lets through now it lets through later.

use crate::kernel::errno::errno;
use crate::window::call::{Call, answer};
use rquickjs_sys::{JS_UNDEFINED, JSValue};
use std::ffi::c_long;

/// A call: its name and number, its arguments, and the errno that a kernel answers to them, or 0.
type Attempt = (&'static str, c_long, [c_long; 5], i32);

/// Stands for the address of some zero bytes: an empty path, an empty set of signals, no time.
const ZEROES: c_long = c_long::MIN;

const NO_CHILD: c_long = 1;
const NO_PROCESS: c_long = i32::MAX as c_long;
const WAIT: c_long = (libc::WEXITED | libc::WNOHANG) as c_long;
const CLOCK: c_long = libc::CLOCK_MONOTONIC as c_long;
const BYTES: c_long = 8;

/// The calls that every subcommand needs that looks at processes or ends them.
#[rustfmt::skip]
const FOR_ALL: &[Attempt] = &[
    ("getpid", libc::SYS_getpid, [0; 5], 0),
    ("getpgid", libc::SYS_getpgid, [0; 5], 0),
    ("clock_gettime", libc::SYS_clock_gettime, [CLOCK, 0, 0, 0, 0], libc::EFAULT),
    ("kill", libc::SYS_kill, [NO_PROCESS, 0, 0, 0, 0], libc::ESRCH),
    ("ppoll", libc::SYS_ppoll, [0, 0, ZEROES, 0, BYTES], 0),
    ("openat", libc::SYS_openat, [libc::AT_FDCWD as c_long, ZEROES, 0, 0, 0], libc::ENOENT),
    ("read", libc::SYS_read, [-1, 0, 0, 0, 0], libc::EBADF),
    ("getdents64", libc::SYS_getdents64, [-1, ZEROES, BYTES, 0, 0], libc::EBADF),
    // opendir(3) calls fstat on what it has opened.
    ("newfstatat", libc::SYS_newfstatat, [-1, ZEROES, 0, libc::AT_EMPTY_PATH as c_long, 0], libc::EBADF),
    ("close", libc::SYS_close, [-1, 0, 0, 0, 0], libc::EBADF),
];

/// The calls that a run needs besides.
#[rustfmt::skip]
const FOR_RUNS: &[Attempt] = &[
    ("getppid", libc::SYS_getppid, [0; 5], 0),
    ("rt_sigprocmask", libc::SYS_rt_sigprocmask, [0, 0, 0, BYTES, 0], 0),
    ("rt_sigaction", libc::SYS_rt_sigaction, [libc::SIGCHLD as c_long, 0, 0, BYTES, 0], 0),
    ("signalfd4", libc::SYS_signalfd4, [-1, ZEROES, BYTES, -1, 0], libc::EINVAL),
    ("waitid", libc::SYS_waitid, [libc::P_PID as c_long, NO_CHILD, 0, WAIT, 0], libc::ECHILD),
    ("rt_sigtimedwait", libc::SYS_rt_sigtimedwait, [ZEROES, 0, ZEROES, BYTES, 0], libc::EAGAIN),
    ("sendto", libc::SYS_sendto, [-1, 0, 0, 0, 0], libc::EBADF),
    ("recvfrom", libc::SYS_recvfrom, [-1, 0, 0, 0, 0], libc::EBADF),
];

/// `refusedCall(forRuns)`: the name of the first of them that is refused, and errno; undefined
/// where none is. A process without a filter, the common case, makes one call for this.
pub fn refused_call(call: &Call) -> JSValue {
    // SAFETY: integers only. Where even the question is refused, there is a filter.
    if unsafe { libc::prctl(libc::PR_GET_SECCOMP, 0, 0, 0, 0) } == 0 {
        return JS_UNDEFINED;
    }
    let more = if call.int(0) != 0 { FOR_RUNS } else { &[] };
    for &(name, number, arguments, expected) in FOR_ALL.iter().chain(more) {
        let errno = make(number, arguments);
        if errno != expected {
            let name = call.answer_text(name.as_bytes());
            return call.answer_list([name, answer(i64::from(errno))]);
        }
    }
    JS_UNDEFINED
}

/// Makes a call, and answers its errno, or 0.
fn make(number: c_long, arguments: [c_long; 5]) -> i32 {
    // Writable: ppoll(2) writes back how much time is left.
    let mut nothing = [0u64; 2];
    let zeroes = (&raw mut nothing).expose_provenance() as c_long;
    let [a, b, c, d, e] = arguments.map(|one| if one == ZEROES { zeroes } else { one });
    // SAFETY: by their arguments none of the calls writes elsewhere or has any other effect.
    let result = unsafe { libc::syscall(number, a, b, c, d, e) };
    if result < 0 { errno() } else { 0 }
}
