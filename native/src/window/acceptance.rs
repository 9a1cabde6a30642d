//! What the kernel tells of a listening socket: that a client comes, and what a server has changed.

use crate::kernel::errno::errno;
use crate::window::call::{Call, answer};
use crate::window::sockets::change_flags;
use rquickjs_sys::JSValue;

/// Has the kernel send this process a signal whenever a client comes to a listening socket; 0: no
/// longer. `poll` cannot tell: it misses a client that another process accepts at once. The flag
/// belongs to the socket and not to the descriptor. 0 or minus errno.
pub fn announce_clients(call: &Call) -> JSValue {
    let (fd, signal) = (call.int(0), call.int(1));
    if signal == 0 {
        return answer(change_flags(fd, |flags| flags & !libc::O_ASYNC));
    }
    // SAFETY: integers only.
    let owned = unsafe {
        libc::fcntl(fd, libc::F_SETOWN, libc::getpid()) == 0
            && libc::fcntl(fd, F_SETSIG, signal) == 0
    };
    answer(match owned {
        true => change_flags(fd, |flags| flags | libc::O_ASYNC),
        false => -i64::from(errno()),
    })
}

/// fcntl(2): which signal O_ASYNC sends. The kernel's number, as it is on every machine.
const F_SETSIG: i32 = 10;

/// What a server changes of a listening socket when it takes it, as three numbers: the flags that
/// belong to the socket; of TCP the length of its queue; the process that has called `listen` last,
/// of a Unix socket. -1: the kernel does not say.
pub fn listener_state(call: &Call) -> JSValue {
    let fd = call.int(0);
    // SAFETY: integers only.
    let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
    // The kernel tells the length as the sixth number of 32 bits behind eight bytes: tcp_info.
    let queue = number_at::<8>(fd, libc::IPPROTO_TCP, libc::TCP_INFO, 7);
    // The first number of a `ucred`.
    let listener = number_at::<3>(fd, libc::SOL_SOCKET, libc::SO_PEERCRED, 0);
    call.answer_numbers(&[flags.into(), queue, listener])
}

/// One of the first `N` numbers of an option; -1: the socket has no such option.
fn number_at<const N: usize>(fd: i32, level: i32, option: i32, at: usize) -> i64 {
    let mut numbers = [0u32; N];
    let mut size = size_of_val(&numbers) as libc::socklen_t;
    // SAFETY: the kernel writes at most as much as it is told that there is room for.
    let result =
        unsafe { libc::getsockopt(fd, level, option, numbers.as_mut_ptr().cast(), &mut size) };
    match result {
        0 => numbers[at].into(),
        _ => -1,
    }
}
