//! In which PID namespace a process is.

use std::ffi::CStr;
use std::os::fd::RawFd;

/// The name of a PID namespace in /proc, with zeroes behind it.
#[derive(Clone, Copy, PartialEq)]
pub struct Namespace([u8; 32]);

impl Namespace {
    /// The namespace of this process; `None` where /proc does not show it.
    pub fn own() -> Option<Namespace> {
        Namespace::read(libc::AT_FDCWD, c"/proc/self/ns/pid")
    }

    pub fn read(directory: RawFd, link: &CStr) -> Option<Namespace> {
        let mut name = [0u8; 32];
        let (at, size) = (name.as_mut_ptr().cast(), name.len());
        // SAFETY: a descriptor and a path; as many bytes as there is room for are written.
        let length = unsafe { libc::readlinkat(directory, link.as_ptr(), at, size) };
        (length > 0).then_some(Namespace(name))
    }
}
