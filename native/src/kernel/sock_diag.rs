//! The sockets of TCP that listen in this network namespace, by sock_diag(7). To read them in
//! /proc/net/tcp takes the kernel a walk over all connections, which are in a large table.

use crate::kernel::errno::{errno, or_errno};
use std::mem;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

pub struct Listener {
    /// The number in `socket:[N]`.
    pub inode: u32,
    pub host: IpAddr,
    pub port: u16,
}

/// The two ends of a socket: `struct inet_diag_sockid`, numbers of the network with the high byte
/// first.
#[repr(C)]
#[derive(Default)]
struct Ends {
    port: [u8; 2],
    _remote_port: [u8; 2],
    host: [u8; 16],
    _rest: [u32; 7],
}

/// `struct inet_diag_req_v2` behind its header.
#[repr(C)]
struct Request {
    header: libc::nlmsghdr,
    family: u8,
    protocol: u8,
    _extensions: [u8; 2],
    /// A bit for each state of TCP.
    states: u32,
    _ends: Ends,
}

/// `struct inet_diag_msg`
#[repr(C)]
struct Message {
    family: u8,
    _state: [u8; 3],
    ends: Ends,
    _counts: [u32; 4],
    inode: u32,
}

const BY_FAMILY: u16 = 20;
const LISTEN: u32 = 1 << 10;

/// Adds those of one address family to a list. `Err` is errno.
pub fn listeners(family: i32, found: &mut Vec<Listener>) -> Result<(), i32> {
    let socket = ask(family)?;
    // Aligned as a header must be.
    let mut room = [0u64; 1024];
    loop {
        // SAFETY: pointer and size of one array of ours.
        let count = or_errno(unsafe {
            libc::recv(
                socket.as_raw_fd(),
                room.as_mut_ptr().cast(),
                size_of_val(&room),
                0,
            ) as i64
        });
        if count <= 0 {
            return Err(if count < 0 { -count as i32 } else { libc::EIO });
        }
        // SAFETY: so many bytes of our array, which any value is valid for.
        let bytes = unsafe { std::slice::from_raw_parts(room.as_ptr().cast(), count as usize) };
        if take(bytes, found)? {
            return Ok(());
        }
    }
}

fn ask(family: i32) -> Result<OwnedFd, i32> {
    let kind = libc::SOCK_RAW | libc::SOCK_CLOEXEC;
    // SAFETY: integers; a new descriptor comes back, and is given to its owner.
    let socket = unsafe {
        match libc::socket(libc::AF_NETLINK, kind, libc::NETLINK_SOCK_DIAG) {
            fd @ 0.. => OwnedFd::from_raw_fd(fd),
            _ => return Err(errno()),
        }
    };
    let request = Request {
        header: libc::nlmsghdr {
            nlmsg_len: size_of::<Request>() as u32,
            nlmsg_type: BY_FAMILY,
            nlmsg_flags: (libc::NLM_F_REQUEST | libc::NLM_F_DUMP) as u16,
            nlmsg_seq: 0,
            nlmsg_pid: 0,
        },
        family: family as u8,
        protocol: libc::IPPROTO_TCP as u8,
        _extensions: [0; 2],
        states: LISTEN,
        _ends: Ends::default(),
    };
    // SAFETY: a record of ours, with its size.
    let sent = or_errno(unsafe {
        libc::send(
            socket.as_raw_fd(),
            (&raw const request).cast(),
            size_of::<Request>(),
            0,
        ) as i64
    });
    if sent < 0 {
        return Err(-sent as i32);
    }
    Ok(socket)
}

/// Reads the messages of one answer; true: it was the last one.
fn take(mut bytes: &[u8], found: &mut Vec<Listener>) -> Result<bool, i32> {
    const HEADER: usize = size_of::<libc::nlmsghdr>();
    while bytes.len() >= HEADER {
        // SAFETY: there are so many bytes, and any value of them is valid.
        let header = unsafe { bytes.as_ptr().cast::<libc::nlmsghdr>().read_unaligned() };
        let length = header.nlmsg_len as usize;
        if length < HEADER || length > bytes.len() {
            return Err(libc::EIO);
        }
        let body = &bytes[HEADER..length];
        match i32::from(header.nlmsg_type) {
            libc::NLMSG_DONE => return Ok(true),
            libc::NLMSG_ERROR => {
                let number = body
                    .first_chunk()
                    .map_or(0, |four| i32::from_ne_bytes(*four));
                return Err(if number < 0 { -number } else { libc::EIO });
            }
            _ if body.len() >= size_of::<Message>() => {
                // SAFETY: as above.
                let message = unsafe { body.as_ptr().cast::<Message>().read_unaligned() };
                found.push(listener_of(&message));
            }
            _ => {}
        }
        // The next one begins at a multiple of four.
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    Ok(false)
}

fn listener_of(message: &Message) -> Listener {
    let host = message.ends.host;
    let [first, second, third, fourth, ..] = host;
    Listener {
        inode: message.inode,
        host: if i32::from(message.family) == libc::AF_INET {
            Ipv4Addr::new(first, second, third, fourth).into()
        } else {
            Ipv6Addr::from(host).into()
        },
        port: u16::from_be_bytes(message.ends.port),
    }
}

const _: () = assert!(size_of::<Ends>() == 48 && size_of::<Request>() == 72);
const _: () = assert!(size_of::<Message>() == 72 && mem::offset_of!(Message, inode) == 68);
