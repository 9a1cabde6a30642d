//! The controlling terminal, as far as the first process of a container deals with it.

use crate::call::{Call, answer, kernel};
use crate::signals;
use rquickjs_sys::{JS_UNDEFINED, JSValue};
use std::cell::UnsafeCell;

/// A terminal's settings, and its foreground process group.
struct Look(UnsafeCell<Option<(libc::termios, i32)>>);

// SAFETY: single-threaded.
unsafe impl Sync for Look {}

static BEFORE: Look = Look(UnsafeCell::new(None));

/// `openTerminal()`: a descriptor of our controlling terminal; minus errno where there is none.
pub fn open(_: &Call) -> JSValue {
    let flags = libc::O_RDWR | libc::O_CLOEXEC | libc::O_NOCTTY;
    // SAFETY: a path; a new descriptor comes back.
    let fd = kernel(unsafe { libc::open(c"/dev/tty".as_ptr(), flags) }.into());
    if fd >= 0 || fd == -i64::from(libc::ENXIO) {
        return answer(signals::above_stdio(fd));
    }
    // No such file in this container: one of the standard descriptors may be it.
    answer((0..3).find_map(copy_of_ours).unwrap_or(fd))
}

fn copy_of_ours(fd: i32) -> Option<i64> {
    // SAFETY: integers; a new descriptor comes back.
    unsafe {
        let is_ours = libc::tcgetsid(fd) == libc::getsid(0);
        is_ours.then(|| kernel(libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 3).into()))
    }
}

/// `rememberTerminal(descriptor)`: how it is now.
pub fn remember(call: &Call) -> JSValue {
    let fd = call.int(0);
    // SAFETY: all zeroes is a valid record, and the kernel fills it in.
    unsafe {
        let mut settings: libc::termios = std::mem::zeroed();
        if libc::tcgetattr(fd, &mut settings) == 0 {
            *BEFORE.0.get() = Some((settings, libc::tcgetpgrp(fd)));
        }
    }
    JS_UNDEFINED
}

/// `restoreTerminal(descriptor)`: as it was, as far as it is still ours to say. We have SIGTTOU
/// blocked, so that nothing can stop us here.
pub fn restore(call: &Call) -> JSValue {
    let fd = call.int(0);
    // SAFETY: single-threaded; a record of the kernel's.
    unsafe {
        if let Some((settings, group)) = &*BEFORE.0.get() {
            libc::tcsetattr(fd, libc::TCSANOW, settings);
            if *group > 0 && libc::tcgetpgrp(fd) != *group {
                libc::tcsetpgrp(fd, *group);
            }
        }
    }
    JS_UNDEFINED
}

/// `releaseTerminal(descriptor)`: the leader of a session gives its terminal up, for another session.
/// The kernel sends SIGHUP and SIGCONT to the terminal's foreground process group.
pub fn release(call: &Call) -> JSValue {
    // SAFETY: an integer; a descriptor that is no terminal is refused.
    answer(kernel(i64::from(unsafe {
        libc::ioctl(call.int(0), libc::TIOCNOTTY)
    })))
}
