//! Sockets of other processes.

use crate::kernel::{pidfd, sock_diag};
use crate::window::call::{Call, answer};
use crate::window::sockets::Name;
use rquickjs_sys::JSValue;
use std::net::SocketAddr;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

struct Socket {
    fd: RawFd,
    family: i32,
    is_listening: bool,
    name: Vec<u8>,
}

/// `socketsOf(pid, descriptors)`: four values for each descriptor that is a socket: its number, its
/// address family, 1 if it listens, and a name: its own if it listens, else that of the other end,
/// empty where it has none. Asked of a copy of the very socket, so it does not matter in which
/// network namespace that is, nor how many others there are. Minus errno where such copies are not
/// to be had.
pub fn of_process(call: &Call) -> JSValue {
    match look(call.int(0), &call.ints(1)) {
        Ok(sockets) => call.answer_list(sockets.iter().flat_map(|socket| {
            [
                answer(socket.fd.into()),
                answer(socket.family.into()),
                answer(socket.is_listening.into()),
                call.answer_text(&socket.name),
            ]
        })),
        Err(errno) => answer(-i64::from(errno)),
    }
}

fn look(pid: i32, descriptors: &[RawFd]) -> Result<Vec<Socket>, i32> {
    let pidfd = pidfd::open(pid);
    if pidfd < 0 {
        return Err(-pidfd as i32);
    }
    // SAFETY: the kernel has just given it to us.
    let pidfd = unsafe { OwnedFd::from_raw_fd(pidfd as RawFd) };
    let mut found = Vec::new();
    for &fd in descriptors {
        match pidfd::copy(&pidfd, fd) {
            Ok(copy) => found.extend(socket_of(&copy, fd)),
            // It was closed meanwhile.
            Err(libc::EBADF) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(found)
}

fn socket_of(copy: &OwnedFd, fd: RawFd) -> Option<Socket> {
    let is_listening = option(copy, libc::SO_ACCEPTCONN)? != 0;
    let family = option(copy, libc::SO_DOMAIN)?;
    let name = match family {
        libc::AF_INET | libc::AF_INET6 | libc::AF_UNIX => name_of(copy, is_listening),
        _ => Vec::new(),
    };
    Some(Socket {
        fd,
        family,
        is_listening,
        name,
    })
}

fn option(socket: &OwnedFd, name: i32) -> Option<i32> {
    let mut value = 0i32;
    let mut length = size_of::<i32>() as libc::socklen_t;
    let place = (&raw mut value).cast();
    // SAFETY: one integer of ours, with its size.
    let result = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            name,
            place,
            &mut length,
        )
    };
    (result == 0).then_some(value)
}

fn name_of(socket: &OwnedFd, is_own: bool) -> Vec<u8> {
    let mut name = Name::empty();
    let place = (&raw mut name.storage).cast();
    // SAFETY: the kernel writes at most as much as it is told that there is room for.
    let result = unsafe {
        match is_own {
            true => libc::getsockname(socket.as_raw_fd(), place, &mut name.length),
            false => libc::getpeername(socket.as_raw_fd(), place, &mut name.length),
        }
    };
    if result == 0 { name.text() } else { Vec::new() }
}

/// `listeners()`: the sockets of TCP that listen in this network namespace, two values each: the
/// number in `socket:[N]`, and HOST:PORT. Minus errno.
pub fn listeners(call: &Call) -> JSValue {
    let mut found = Vec::new();
    if let Err(errno) = sock_diag::listeners(libc::AF_INET, &mut found) {
        return answer(-i64::from(errno));
    }
    match sock_diag::listeners(libc::AF_INET6, &mut found) {
        // A kernel may be without it.
        Ok(()) | Err(libc::ENOENT) => {}
        Err(errno) => return answer(-i64::from(errno)),
    }
    call.answer_list(found.iter().flat_map(|listener| {
        let address = SocketAddr::new(listener.host, listener.port).to_string();
        [
            answer(listener.inode.into()),
            call.answer_text(address.as_bytes()),
        ]
    }))
}
