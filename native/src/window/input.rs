//! Standard input, of which curfew never reads a byte: whether it can say that its last writer is
//! gone, whether that has happened, and how much of it no process has read.

use crate::kernel::descriptors::{self, above_stdio};
use crate::kernel::errno::{errno, or_errno};
use crate::output::offer;
use crate::window::call::{Call, answer};
use rquickjs_sys::JSValue;

/// What an input is that never tells of its end, as src/linux/run/stdin.ts numbers it; 0: it does
/// tell.
const TELLS: i64 = 0;
const FILE: i64 = 1;
const DEVICE: i64 = 2;
const WRITABLE: i64 = 3;
const LISTENING: i64 = 4;

/// `inputKind(descriptor)`: whether an input can tell of the end of its writers; minus errno.
pub fn kind(call: &Call) -> JSValue {
    answer(kind_of(call.int(0)))
}

fn kind_of(fd: i32) -> i64 {
    // SAFETY: all zeroes is a valid record, and the kernel fills it in; integers besides.
    let (mode, access) = unsafe {
        let mut state: libc::stat = std::mem::zeroed();
        if libc::fstat(fd, &mut state) < 0 {
            return -i64::from(errno());
        }
        let flags = libc::fcntl(fd, libc::F_GETFL);
        (state.st_mode & libc::S_IFMT, flags & libc::O_ACCMODE)
    };
    match mode {
        // Its own reader would be a writer of it that stays.
        libc::S_IFIFO if access != libc::O_RDONLY => WRITABLE,
        libc::S_IFIFO => TELLS,
        libc::S_IFSOCK if is_connection(fd) => TELLS,
        libc::S_IFSOCK => LISTENING,
        // SAFETY: an integer.
        libc::S_IFCHR if unsafe { libc::isatty(fd) } == 1 => TELLS,
        libc::S_IFCHR => DEVICE,
        _ => FILE,
    }
}

/// Whether a socket has one other end: it is no datagram socket, and does not listen.
fn is_connection(fd: i32) -> bool {
    let option = |name| {
        let mut value: i32 = 0;
        let mut size = size_of::<i32>() as libc::socklen_t;
        let place = (&raw mut value).cast();
        // SAFETY: a number of ours, whose size goes with it, is written.
        let result = unsafe { libc::getsockopt(fd, libc::SOL_SOCKET, name, place, &mut size) };
        (result == 0).then_some(value)
    };
    let kind = option(libc::SO_TYPE);
    let is_stream = kind == Some(libc::SOCK_STREAM) || kind == Some(libc::SOCK_SEQPACKET);
    is_stream && option(libc::SO_ACCEPTCONN) == Some(0)
}

/// `watchHangUp(descriptor)`: a descriptor that is readable once the other end of an input is gone.
/// Bytes that come do not make it readable: epoll(7) is asked for the hang-up alone. Minus errno.
pub fn watch_hang_up(call: &Call) -> JSValue {
    // SAFETY: integers; an event of ours lives through the call.
    answer(unsafe {
        let watch = above_stdio(or_errno(libc::epoll_create1(libc::EPOLL_CLOEXEC).into()));
        if watch < 0 {
            return answer(watch);
        }
        let mut event = libc::epoll_event {
            events: libc::EPOLLRDHUP as u32,
            u64: 0,
        };
        let result = libc::epoll_ctl(watch as i32, libc::EPOLL_CTL_ADD, call.int(0), &mut event);
        if result < 0 {
            let failure = -i64::from(errno());
            libc::close(watch as i32);
            return answer(failure);
        }
        watch
    })
}

/// `unread(descriptor)`: how many bytes of an input no process has read; minus errno where it does
/// not say, as a terminal that has hung up.
pub fn unread(call: &Call) -> JSValue {
    let mut count: i32 = 0;
    // SAFETY: a number of ours is written.
    let result = unsafe { libc::ioctl(call.int(0), libc::FIONREAD, &raw mut count) };
    answer(if result < 0 {
        -i64::from(errno())
    } else {
        i64::from(count)
    })
}

/// `releaseInput(descriptor)`: gives up an input of which the command has a copy, so that its
/// writer learns when the command has closed it. The descriptor still stands for the same file, to
/// compare it with others, but is no reader of it: O_PATH, open(2). 0, or -1 where /proc does not
/// have the file: the descriptor stays what it was.
pub fn release(call: &Call) -> JSValue {
    let fd = call.int(0);
    let Some(name) = offer::reopen(fd, libc::O_PATH) else {
        return answer(-1);
    };
    // SAFETY: integers; `fd` is given to the other file.
    unsafe { libc::dup3(name, fd, libc::O_CLOEXEC) };
    descriptors::close(name);
    answer(0)
}
