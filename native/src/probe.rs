//! Calls that nothing can stand in for. Where calls are filtered, each of them is made once before
//! anything is started, in a form that changes nothing: a filter cannot be taken away again, so what
//! it lets through now it lets through later.

use crate::call::{Call, answer, errno};
use rquickjs_sys::{JS_UNDEFINED, JSValue};
use std::ffi::c_long;

struct Attempt {
    name: &'static str,
    number: c_long,
    arguments: [c_long; 5],
    /// What a kernel answers that was asked; 0: no error.
    answer: i32,
}

/// Stands for the address of some zero bytes: an empty path, an empty set of signals, no time.
const ZEROES: c_long = c_long::MIN;
static NOTHING: [u64; 2] = [0; 2];

const fn attempt(
    name: &'static str,
    number: c_long,
    arguments: [c_long; 5],
    answer: i32,
) -> Attempt {
    Attempt {
        name,
        number,
        arguments,
        answer,
    }
}

const NO_CHILD: c_long = 1;
const NO_PROCESS: c_long = i32::MAX as c_long;
const WAIT: c_long = (libc::WEXITED | libc::WNOHANG) as c_long;
const CLOCK: c_long = libc::CLOCK_MONOTONIC as c_long;
const BYTES: c_long = 8;

/// What every subcommand needs that looks at processes or ends them.
#[rustfmt::skip]
const FOR_ALL: &[Attempt] = &[
    attempt("getpid", libc::SYS_getpid, [0; 5], 0),
    attempt("getpgid", libc::SYS_getpgid, [0; 5], 0),
    attempt("clock_gettime", libc::SYS_clock_gettime, [CLOCK, 0, 0, 0, 0], libc::EFAULT),
    attempt("kill", libc::SYS_kill, [NO_PROCESS, 0, 0, 0, 0], libc::ESRCH),
    attempt("ppoll", libc::SYS_ppoll, [0, 0, ZEROES, 0, BYTES], 0),
    attempt("openat", libc::SYS_openat, [libc::AT_FDCWD as c_long, ZEROES, 0, 0, 0], libc::ENOENT),
    attempt("read", libc::SYS_read, [-1, 0, 0, 0, 0], libc::EBADF),
    attempt("getdents64", libc::SYS_getdents64, [-1, 0, 0, 0, 0], libc::EBADF),
    // opendir(3) looks at what it has opened.
    attempt("newfstatat", libc::SYS_newfstatat, [-1, ZEROES, 0, libc::AT_EMPTY_PATH as c_long, 0], libc::EBADF),
    attempt("close", libc::SYS_close, [-1, 0, 0, 0, 0], libc::EBADF),
];

/// What a run needs besides.
#[rustfmt::skip]
const FOR_RUNS: &[Attempt] = &[
    attempt("getppid", libc::SYS_getppid, [0; 5], 0),
    attempt("rt_sigprocmask", libc::SYS_rt_sigprocmask, [0, 0, 0, BYTES, 0], 0),
    attempt("rt_sigaction", libc::SYS_rt_sigaction, [libc::SIGCHLD as c_long, 0, 0, BYTES, 0], 0),
    attempt("signalfd4", libc::SYS_signalfd4, [-1, ZEROES, BYTES, -1, 0], libc::EINVAL),
    attempt("waitid", libc::SYS_waitid, [libc::P_PID as c_long, NO_CHILD, 0, WAIT, 0], libc::ECHILD),
    attempt("rt_sigtimedwait", libc::SYS_rt_sigtimedwait, [ZEROES, 0, ZEROES, BYTES, 0], libc::EAGAIN),
    attempt("sendto", libc::SYS_sendto, [-1, 0, 0, 0, 0], libc::EBADF),
    attempt("recvfrom", libc::SYS_recvfrom, [-1, 0, 0, 0, 0], libc::EBADF),
];

/// `refusedCall(forRuns)`: the name of the first of them that is refused, and errno; undefined where
/// none is. A process without a filter, the common case, makes one call for this.
pub fn refused_call(call: &Call) -> JSValue {
    if !is_filtered() {
        return JS_UNDEFINED;
    }
    let more = if call.int(0) != 0 { FOR_RUNS } else { &[] };
    for attempt in FOR_ALL.iter().chain(more) {
        let errno = attempt.make();
        if errno != attempt.answer {
            let name = call.answer_text(attempt.name.as_bytes());
            return call.answer_list([name, answer(i64::from(errno))]);
        }
    }
    JS_UNDEFINED
}

/// Whether seccomp(2) is in force; true also where the question itself is refused.
fn is_filtered() -> bool {
    // SAFETY: integers only.
    unsafe { libc::prctl(libc::PR_GET_SECCOMP, 0, 0, 0, 0) != 0 }
}

impl Attempt {
    /// Its errno, or 0.
    fn make(&self) -> i32 {
        let [a, b, c, d, e] = self.arguments.map(|argument| match argument {
            ZEROES => (&raw const NOTHING).expose_provenance() as c_long,
            other => other,
        });
        // SAFETY: by their arguments none of the calls writes to memory or has any other effect.
        let result = unsafe { libc::syscall(self.number, a, b, c, d, e) };
        if result < 0 { errno() } else { 0 }
    }
}
