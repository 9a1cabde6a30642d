//! The children of this process by trying process numbers, where no /proc names them.

use crate::kernel::clock::Until;
use crate::kernel::{clone, identity, process};
use crate::tuning::STRIDE;
use std::ops::Range;

/// The kernel gives only lower numbers (PID_MAX_LIMIT).
const END: i32 = 1 << 22;

/// The numbers of all processes that were made after this one, the newest included: the kernel
/// counts upwards, and begins anew behind the last.
fn since_us() -> [Range<i32>; 2] {
    let own = identity::own_pid();
    match newest() {
        Some(newest) if newest > own => [own + 1..newest + 1, 0..0],
        Some(newest) => [own + 1..END, 1..newest + 1],
        None => [1..END, 0..0],
    }
}

/// The number of a process that is made now and exits at once.
fn newest() -> Option<i32> {
    match clone::fork(0) {
        // SAFETY: ends the child.
        Ok(0) => unsafe { libc::_exit(0) },
        Ok(pid) => {
            let _ = process::waitid(libc::P_PID, pid, libc::WEXITED);
            Some(pid)
        }
        Err(_) => None,
    }
}

/// Calls `visit` for each child of this process, running or exited, as far as there is time.
pub fn each_child(until: &Until, mut visit: impl FnMut(i32)) {
    let mut any = false;
    for pid in since_us().into_iter().flatten().take_while(not(until)) {
        if process::is_child(pid) {
            any = true;
            visit(pid);
        }
    }
    // The kernel's count has gone round more than once.
    if !any && !process::has_no_children() {
        (1..END)
            .take_while(not(until))
            .filter(|&pid| process::is_child(pid))
            .for_each(visit);
    }
}

fn not<'a>(until: &'a Until) -> impl Fn(&i32) -> bool + 'a {
    |pid| pid % STRIDE != 0 || !until.is_over()
}
