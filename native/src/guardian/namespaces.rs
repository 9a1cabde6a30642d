//! Namespaces of the tree's own, where the user wants them.

use crate::guardian::plan::Plan;
use crate::kernel::errno::errno;
use std::ffi::CStr;
use std::{fs, ptr};

/// In the guardian, which is PID 1 of the new namespaces: users keep their numbers, and /proc shows
/// the processes inside, where mounting is allowed. `Err` is errno.
pub fn enter(plan: &Plan) -> Result<(), i32> {
    let errno_of = |failure: std::io::Error| failure.raw_os_error().unwrap_or(libc::EIO);
    if plan.namespaces & libc::CLONE_NEWUSER != 0 {
        let (user, group) = (plan.user, plan.user_group);
        // Kernels before 3.19 have no such file.
        let _ = fs::write("/proc/self/setgroups", "deny");
        fs::write("/proc/self/uid_map", format!("{user} {user} 1")).map_err(errno_of)?;
        fs::write("/proc/self/gid_map", format!("{group} {group} 1")).map_err(errno_of)?;
    }
    if plan.namespaces & libc::CLONE_NEWNS != 0 {
        // A container may not allow mounts; the command then sees the numbers of outside.
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
