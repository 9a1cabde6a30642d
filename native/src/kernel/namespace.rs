//! Namespaces of the tree's own, where they were asked for; and in which one a process is.

use crate::supervisor::spawn::Plan;
use crate::window::call::errno;
use std::ffi::CStr;
use std::os::fd::RawFd;
use std::{fs, ptr};

/// In the guardian, the first process of the new namespaces: users keep their numbers, and /proc
/// shows the inside where that is allowed. `Err` is errno.
pub fn settle(plan: &Plan) -> Result<(), i32> {
    let errno_of = |failure: std::io::Error| failure.raw_os_error().unwrap_or(libc::EIO);
    if plan.namespaces & libc::CLONE_NEWUSER != 0 {
        let (user, group) = (plan.user, plan.user_group);
        // Kernels before 3.19 have no such file.
        let _ = fs::write("/proc/self/setgroups", "deny");
        fs::write("/proc/self/uid_map", format!("{user} {user} 1")).map_err(errno_of)?;
        fs::write("/proc/self/gid_map", format!("{group} {group} 1")).map_err(errno_of)?;
    }
    if plan.namespaces & libc::CLONE_NEWNS != 0 {
        // A container may keep us from mounting; the command then sees the numbers of outside.
        let _ = mount(c"none", c"/", c"", libc::MS_REC | libc::MS_SLAVE);
        let safe = libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC;
        let _ = mount(c"proc", c"/proc", c"proc", safe);
    }
    Ok(())
}

fn mount(source: &CStr, target: &CStr, kind: &CStr, flags: u64) -> Result<(), i32> {
    // SAFETY: constant texts, no data.
    let result = unsafe {
        libc::mount(
            source.as_ptr(),
            target.as_ptr(),
            kind.as_ptr(),
            flags,
            ptr::null(),
        )
    };
    if result == 0 { Ok(()) } else { Err(errno()) }
}

/// The name of a PID namespace in /proc, with zeroes behind it.
#[derive(Clone, Copy, PartialEq)]
pub struct Namespace([u8; 32]);

impl Namespace {
    /// Ours; nothing where that is not to be seen.
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
