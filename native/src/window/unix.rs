//! Unix sockets that have a name in a folder.

use crate::kernel::errno::{errno, or_errno};
use crate::window::call::{Call, answer};
use crate::window::folders::inside;
use crate::window::sockets::{Name, open};
use rquickjs_sys::JSValue;

/// Listens on a name in a folder, or on an abstract name behind `@`. The path that clients will use
/// must fit into an address, too, or no client could connect. Its descriptor, or minus errno.
pub fn listen(call: &Call) -> JSValue {
    let backlog = call.int(3);
    if Name::unix(&call.text(2).unwrap_or_default()).is_none() {
        return answer(-i64::from(libc::ENAMETOOLONG));
    }
    answer(with_name(call, |name| {
        open(name, libc::SOCK_STREAM, |_| Ok(Some(backlog)))
    }))
}

/// Whether any socket is bound to a name in a folder, listening or not: 0, or minus errno;
/// ECONNREFUSED where none is. A socket for datagrams asks: listening sockets only answer that they
/// are of another type, and get no connection. Never blocks.
pub fn try_connect(call: &Call) -> JSValue {
    let refused = -i64::from(libc::ECONNREFUSED);
    answer(with_name(call, |name| {
        match connect(name, libc::SOCK_DGRAM) {
            failure if failure == refused => connect(name, libc::SOCK_STREAM),
            result => result,
        }
    }))
}

fn connect(name: &Name, kind: i32) -> i64 {
    let kind = kind | libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
    // SAFETY: an address of ours with its length; the descriptor is ours, and given back.
    unsafe {
        let fd = libc::socket(libc::AF_UNIX, kind, 0);
        if fd < 0 {
            return -i64::from(errno());
        }
        let connected = libc::connect(fd, (&raw const name.storage).cast(), name.length);
        let result = or_errno(connected.into());
        libc::close(fd);
        result
    }
}

/// The address of the first two arguments, folder and name.
fn with_name(call: &Call, act: impl FnOnce(&Name) -> i64) -> i64 {
    let name = call.text(1).unwrap_or_default();
    inside(call.int(0), |prefix| {
        match Name::unix(&[prefix, &name].concat()) {
            Some(name) => act(&name),
            None => -i64::from(libc::ENAMETOOLONG),
        }
    })
}
