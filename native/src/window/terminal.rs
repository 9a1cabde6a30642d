//! The controlling terminal, as PID 1 of a container deals with it.

use crate::kernel::descriptors;
use crate::kernel::errno::or_errno;
use crate::kernel::terminal;
use crate::window::call::{Call, answer};
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
    let fd = or_errno(unsafe { libc::open(c"/dev/tty".as_ptr(), flags) }.into());
    if fd >= 0 || fd == -i64::from(libc::ENXIO) {
        return answer(descriptors::above_stdio(fd));
    }
    // No such file in this container: one of the standard descriptors may be it.
    answer((0..3).find_map(copy_of_ours).unwrap_or(fd))
}

/// The columns and rows of the terminal that a descriptor is; 0: it is none, or does not tell.
pub fn size(call: &Call) -> JSValue {
    let size = terminal::size(call.int(0)).unwrap_or_default();
    call.answer_numbers(&size.map(i64::from))
}

fn copy_of_ours(fd: i32) -> Option<i64> {
    // SAFETY: integers; a new descriptor comes back.
    unsafe {
        let is_ours = libc::tcgetsid(fd) == libc::getsid(0);
        is_ours.then(|| or_errno(libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 3).into()))
    }
}

/// `rememberTerminal(descriptor)`: remembers the terminal's settings if this process is in its
/// foreground. A process that begins in the background would see what a shell does to the terminal
/// for its prompt.
pub fn remember(call: &Call) -> JSValue {
    let fd = call.int(0);
    // SAFETY: all zeroes is a valid record, and the kernel fills it in.
    unsafe {
        let group = libc::tcgetpgrp(fd);
        let mut settings: libc::termios = std::mem::zeroed();
        // Zero stands for a group of another PID namespace.
        if group > 0 && group == libc::getpgrp() && libc::tcgetattr(fd, &mut settings) == 0 {
            *BEFORE.0.get() = Some((settings, group));
        }
    }
    JS_UNDEFINED
}

/// `restoreTerminal(descriptor, settings)`: gives the terminal its foreground group back, and its
/// settings if `settings` is not 0; unless another process has taken the terminal by now. SIGTTOU
/// is blocked, so that nothing can stop this process here.
pub fn restore(call: &Call) -> JSValue {
    let fd = call.int(0);
    // SAFETY: single-threaded; a record of the kernel's.
    unsafe {
        let Some((settings, group)) = &*BEFORE.0.get() else {
            return JS_UNDEFINED;
        };
        let now = libc::tcgetpgrp(fd);
        // Another process took the terminal: say, the shell that started curfew, after curfew was
        // stopped or another process of its job exited.
        if now >= 0 && now != *group && is_there(now) {
            return JS_UNDEFINED;
        }
        if call.int(1) != 0 {
            libc::tcsetattr(fd, libc::TCSANOW, settings);
        }
        if now > 0 && now != *group {
            libc::tcsetpgrp(fd, *group);
        }
    }
    JS_UNDEFINED
}

/// Whether a process group has a member. Zero stands for one of another PID namespace.
fn is_there(group: i32) -> bool {
    // SAFETY: signal 0 is none.
    group == 0 || or_errno(unsafe { libc::kill(-group, 0) }.into()) != -i64::from(libc::ESRCH)
}

/// `releaseTerminal(descriptor)`: this process, the leader of a session, gives its terminal up for
/// another session. The kernel sends SIGHUP and SIGCONT to the terminal's foreground process group.
pub fn release(call: &Call) -> JSValue {
    // SAFETY: an integer; a descriptor that is no terminal is refused.
    answer(or_errno(i64::from(unsafe {
        libc::ioctl(call.int(0), libc::TIOCNOTTY)
    })))
}
