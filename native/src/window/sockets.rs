//! Sockets that listen for the command, and what a command says "ready" by. Every descriptor closes
//! on exec and stays above the standard ones.

use crate::kernel::descriptors;
use crate::kernel::errno::{errno, or_errno};
use crate::window::call::{Call, answer};
use rquickjs_sys::JSValue;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::{mem, ptr};

/// An address as the kernel takes it, with room for each kind that is used here.
pub struct Name {
    pub storage: libc::sockaddr_storage,
    pub length: libc::socklen_t,
}

impl Name {
    pub fn empty() -> Name {
        // SAFETY: all zeroes is a valid address of no family.
        let storage = unsafe { mem::zeroed() };
        let length = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
        Name { storage, length }
    }

    fn of<T>(address: T) -> Name {
        let mut name = Name::empty();
        name.length = size_of::<T>() as libc::socklen_t;
        // SAFETY: `sockaddr_storage` is large enough, and aligned, for every kind of address.
        unsafe { (&raw mut name.storage).cast::<T>().write(address) };
        name
    }

    fn tcp(host: IpAddr, port: u16) -> Name {
        match host {
            IpAddr::V4(host) => Name::of(libc::sockaddr_in {
                sin_family: libc::AF_INET as libc::sa_family_t,
                sin_port: port.to_be(),
                sin_addr: libc::in_addr {
                    s_addr: u32::from(host).to_be(),
                },
                sin_zero: [0; 8],
            }),
            IpAddr::V6(host) => Name::of(libc::sockaddr_in6 {
                sin6_family: libc::AF_INET6 as libc::sa_family_t,
                sin6_port: port.to_be(),
                sin6_flowinfo: 0,
                sin6_addr: libc::in6_addr {
                    s6_addr: host.octets(),
                },
                sin6_scope_id: 0,
            }),
        }
    }

    /// A path, or an abstract name behind `@`; see unix(7). An empty text: the kernel chooses.
    pub fn unix(path: &[u8]) -> Option<Name> {
        // SAFETY: all zeroes is a valid record.
        let mut address: libc::sockaddr_un = unsafe { mem::zeroed() };
        address.sun_family = libc::AF_UNIX as libc::sa_family_t;
        // A path is ended by a zero byte, an abstract name begins with one.
        if path.len() >= address.sun_path.len() {
            return None;
        }
        let is_path = !path.is_empty() && path[0] != b'@';
        for (to, &from) in address.sun_path.iter_mut().zip(path) {
            *to = from as libc::c_char;
        }
        if path.first() == Some(&b'@') {
            address.sun_path[0] = 0;
        }
        let mut name = Name::of(address);
        let used = mem::offset_of!(libc::sockaddr_un, sun_path) + path.len() + usize::from(is_path);
        name.length = used as libc::socklen_t;
        Some(name)
    }

    pub fn family(&self) -> i32 {
        i32::from(self.storage.ss_family)
    }

    pub fn text(&self) -> Vec<u8> {
        let place = (&raw const self.storage).cast::<u8>();
        // SAFETY: the kernel filled in an address of the family that it names.
        unsafe {
            match self.family() {
                libc::AF_INET => {
                    let address = *place.cast::<libc::sockaddr_in>();
                    let host = Ipv4Addr::from(u32::from_be(address.sin_addr.s_addr));
                    socket_text(host.into(), address.sin_port)
                }
                libc::AF_INET6 => {
                    let address = *place.cast::<libc::sockaddr_in6>();
                    let host = Ipv6Addr::from(address.sin6_addr.s6_addr);
                    socket_text(host.into(), address.sin6_port)
                }
                _ => self.unix_text(),
            }
        }
    }

    fn unix_text(&self) -> Vec<u8> {
        let from = mem::offset_of!(libc::sockaddr_un, sun_path);
        let length = (self.length as usize).saturating_sub(from);
        // SAFETY: so many bytes of our own record.
        let bytes = unsafe {
            let first = (&raw const self.storage).cast::<u8>().add(from);
            std::slice::from_raw_parts(first, length)
        };
        match bytes {
            [0, name @ ..] => [b"@", name].concat(),
            path => path.strip_suffix(&[0]).unwrap_or(path).to_vec(),
        }
    }
}

fn socket_text(host: IpAddr, port: u16) -> Vec<u8> {
    let address = SocketAddr::new(host, u16::from_be(port));
    address.to_string().into_bytes()
}

/// Listens on numbers of IPv4 or IPv6. `only_v6` 0: an IPv6 socket takes IPv4 as well. Its
/// descriptor, or minus errno.
pub fn listen_tcp(call: &Call) -> JSValue {
    let host = String::from_utf8(call.text(0).unwrap_or_default()).unwrap_or_default();
    let (port, only_v6, backlog) = (call.int(1), call.int(2), call.int(3));
    let (Ok(host), Ok(port)) = (host.parse::<IpAddr>(), u16::try_from(port)) else {
        return answer(-i64::from(libc::EINVAL));
    };
    answer(open(&Name::tcp(host, port), libc::SOCK_STREAM, |fd| {
        // Old connections of a server that listened here before do not make `bind` fail.
        set(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, 1)?;
        if host.is_ipv6() {
            set(fd, libc::IPPROTO_IPV6, libc::IPV6_V6ONLY, only_v6)?;
        }
        Ok(Some(backlog))
    }))
}

/// `listen` once more, on a socket that listens: a process that has it may have made its queue
/// shorter. 0 or minus errno.
pub fn listen_again(call: &Call) -> JSValue {
    // SAFETY: integers.
    answer(or_errno(
        unsafe { libc::listen(call.int(0), call.int(1)) }.into(),
    ))
}

/// A socket for datagrams, under an abstract name that the kernel chooses. It tells which process
/// sent one. Its descriptor, or minus errno.
pub fn open_notify(_: &Call) -> JSValue {
    let kind = libc::SOCK_DGRAM | libc::SOCK_NONBLOCK;
    answer(match Name::unix(b"") {
        Some(name) => open(&name, kind, |fd| {
            set(fd, libc::SOL_SOCKET, libc::SO_PASSCRED, 1)?;
            Ok(None)
        }),
        None => -i64::from(libc::ENAMETOOLONG),
    })
}

/// Makes a listening socket: `socket`, what `prepare` does, `bind`, and `listen` with the backlog
/// that `prepare` answers.
pub fn open(name: &Name, kind: i32, prepare: impl Fn(i32) -> Result<Option<i32>, i64>) -> i64 {
    // SAFETY: integers; a new descriptor comes back.
    let socket = unsafe { libc::socket(name.family(), kind | libc::SOCK_CLOEXEC, 0) };
    let fd = descriptors::above_stdio(or_errno(socket.into()));
    if fd < 0 {
        return fd;
    }
    match bind(fd as i32, name, prepare) {
        Ok(()) => fd,
        Err(failure) => {
            // SAFETY: the descriptor is ours.
            unsafe { libc::close(fd as i32) };
            failure
        }
    }
}

fn bind(
    fd: i32,
    name: &Name,
    prepare: impl Fn(i32) -> Result<Option<i32>, i64>,
) -> Result<(), i64> {
    let backlog = prepare(fd)?;
    // SAFETY: an address of ours with its length.
    check(unsafe { libc::bind(fd, (&raw const name.storage).cast(), name.length) })?;
    match backlog {
        // SAFETY: integers.
        Some(backlog) => check(unsafe { libc::listen(fd, backlog) }),
        None => Ok(()),
    }
}

fn set(fd: i32, level: i32, option: i32, value: i32) -> Result<(), i64> {
    let size = size_of_val(&value) as libc::socklen_t;
    // SAFETY: one integer of ours.
    check(unsafe { libc::setsockopt(fd, level, option, (&raw const value).cast(), size) })
}

fn check(result: i32) -> Result<(), i64> {
    match or_errno(result.into()) {
        0.. => Ok(()),
        failure => Err(failure),
    }
}

/// `getsockname(descriptor)`: HOST:PORT, a path, or an abstract name behind `@`; minus errno.
pub fn socket_name(call: &Call) -> JSValue {
    let mut name = Name::empty();
    let place = (&raw mut name.storage).cast();
    // SAFETY: the kernel writes at most as much as it is told that there is room for.
    let result = unsafe { libc::getsockname(call.int(0), place, &mut name.length) };
    match result {
        0 => call.answer_text(&name.text()),
        _ => answer(-i64::from(errno())),
    }
}

/// Takes O_NONBLOCK away. It belongs to the socket and not to the descriptor. 0 or minus errno.
pub fn set_blocking(call: &Call) -> JSValue {
    answer(change_flags(call.int(0), |flags| flags & !libc::O_NONBLOCK))
}

/// Sets the flags that belong to a file and not to the descriptor. 0 or minus errno.
pub fn change_flags(fd: i32, change: impl Fn(i32) -> i32) -> i64 {
    // SAFETY: integers only.
    let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
    if flags < 0 {
        return -i64::from(errno());
    }
    // SAFETY: as above.
    or_errno(unsafe { libc::fcntl(fd, libc::F_SETFL, change(flags)) }.into())
}

/// The next datagram that waits, so many bytes of it at most: its text, the sender's number and
/// user; minus errno. The kernel throws descriptors away that came with it: there is room for the
/// sender only, which comes first.
pub fn receive(call: &Call) -> JSValue {
    let mut bytes = vec![0u8; call.number(1) as usize];
    let mut part = libc::iovec {
        iov_base: bytes.as_mut_ptr().cast(),
        iov_len: bytes.len(),
    };
    // As many words as the sender's record takes, aligned as a header must be.
    let mut control = [0u64; 4];
    // SAFETY: all zeroes is a valid record, and each pointer is to something of ours that lives on.
    let count = unsafe {
        let mut message: libc::msghdr = mem::zeroed();
        message.msg_iov = &mut part;
        message.msg_iovlen = 1;
        message.msg_control = control.as_mut_ptr().cast();
        message.msg_controllen = libc::CMSG_SPACE(size_of::<libc::ucred>() as u32) as _;
        let flags = libc::MSG_DONTWAIT | libc::MSG_CMSG_CLOEXEC;
        or_errno(libc::recvmsg(call.int(0), &mut message, flags) as i64)
    };
    if count < 0 {
        return answer(count);
    }
    let sender = sender_of(&control);
    call.answer_list([
        call.answer_text(&bytes[..count as usize]),
        answer(sender.pid.into()),
        answer(sender.uid.into()),
    ])
}

/// The sender of a datagram; number 0 and the highest user number, which no user has, where the
/// kernel did not say.
fn sender_of(control: &[u64; 4]) -> libc::ucred {
    let header = control.as_ptr().cast::<libc::cmsghdr>();
    // SAFETY: the buffer was zeroed, and the kernel writes whole records.
    unsafe {
        let is_sender = (*header).cmsg_level == libc::SOL_SOCKET
            && (*header).cmsg_type == libc::SCM_CREDENTIALS;
        match is_sender {
            true => ptr::read_unaligned(libc::CMSG_DATA(header).cast()),
            false => libc::ucred {
                pid: 0,
                uid: u32::MAX,
                gid: u32::MAX,
            },
        }
    }
}

/// A pipe whose reading end does not block: the two ends, or minus errno.
pub fn open_pipe(call: &Call) -> JSValue {
    let mut ends = [-1; 2];
    // SAFETY: room for two descriptors.
    let made = or_errno(unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) }.into());
    if made < 0 {
        return answer(made);
    }
    let ends = ends.map(|end| descriptors::above_stdio(end.into()));
    let flagged = change_flags(ends[0] as i32, |flags| flags | libc::O_NONBLOCK);
    match ends.iter().chain([&flagged]).find(|&&end| end < 0) {
        None => call.answer_numbers(&ends),
        Some(&failure) => {
            for end in ends {
                // SAFETY: what was made is given back; a number below 0 is refused.
                unsafe { libc::close(end as i32) };
            }
            answer(failure)
        }
    }
}

/// `endOutput(descriptor)`: no process can write to a socket any more, through whichever copy of
/// the descriptor. 0 or minus errno.
pub fn end_output(call: &Call) -> JSValue {
    // SAFETY: integers.
    let result = unsafe { libc::shutdown(call.int(0), libc::SHUT_WR) };
    answer(or_errno(result.into()))
}

/// Reads what a descriptor that does not block has, so many bytes at most; empty at its end; minus
/// errno.
pub fn read_now(call: &Call) -> JSValue {
    let mut bytes = vec![0u8; call.number(1) as usize];
    // SAFETY: pointer and length of one slice.
    let count = unsafe { libc::read(call.int(0), bytes.as_mut_ptr().cast(), bytes.len()) };
    match or_errno(count as i64) {
        count @ 0.. => call.answer_text(&bytes[..count as usize]),
        failure => answer(failure),
    }
}
