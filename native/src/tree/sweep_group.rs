//! Ends a process group whose members are killed one by one: this process is in the group and
//! cannot leave it, because the leader of a session cannot; or the group holds processes outside of
//! the tree.

use crate::kernel::clock::{self, Until};
use crate::kernel::{identity, pidfd, proc, process, signals};
use crate::tree::scope::{Group, Sweep};
use crate::tree::stuck::Stuck;
use crate::tree::verdict::{self, NOT_PERMITTED, UNKILLABLE};
use crate::tree::{members, pid_scan};
use crate::tuning::{DENIED_LIMIT, NAP};
use std::collections::BTreeSet;

/// Kills the main child and all members, again and again, until two looks in a row find none that
/// lives. Answers the members that are left, and why.
pub fn end(sweep: &Sweep, group: &Group) -> Vec<(i32, i32)> {
    let until = clock::until(sweep.deadline);
    let mut stuck = Stuck::new(sweep.stuck_limit);
    let mut known = BTreeSet::new();
    let (mut quiet, mut last_progress) = (0, clock::microseconds());
    loop {
        let left = kill_all(sweep.main, group, &until);
        let now = clock::microseconds();
        let is_news = left
            .iter()
            .fold(false, |any, &(pid, _)| known.insert(pid) || any);
        if is_news {
            last_progress = now;
        }
        quiet = if left.is_empty() { quiet + 1 } else { 0 };
        let living: Vec<i32> = left.iter().map(|&(pid, _)| pid).collect();
        let is_denied = left.iter().all(|&(_, why)| why == NOT_PERMITTED);
        if quiet > 1
            || until.is_over()
            || !living.is_empty() && stuck.is_over(&living)
            || !living.is_empty() && is_denied && now - last_progress >= DENIED_LIMIT
        {
            return left.into_iter().map(with_reason).collect();
        }
        if !is_news {
            signals::await_child(NAP);
        }
    }
}

fn with_reason((pid, why): (i32, i32)) -> (i32, i32) {
    match why {
        NOT_PERMITTED => (pid, why),
        _ => (pid, verdict::why(pid, false)),
    }
}

/// Kills each member that lives. Answers those that are left, and why.
fn kill_all(main: i32, group: &Group, until: &Until) -> Vec<(i32, i32)> {
    let mut left = Vec::new();
    let mut kill = |pid: i32, is_it: &dyn Fn() -> bool| {
        if process::is_over(pid) {
            return;
        }
        match -pidfd::send_to(pid, libc::SIGKILL, is_it) as i32 {
            libc::ESRCH => {}
            libc::EPERM => left.push((pid, NOT_PERMITTED)),
            _ => left.push((pid, UNKILLABLE)),
        }
    };
    if main > 0 {
        kill(main, &|| true);
    }
    let number = group.number;
    if number > 0 {
        let is_in = |pid: i32| process::group_of(pid) == number;
        each_member(group, until, &mut |pid| {
            if pid != main && !group.spare.contains(&pid) && is_in(pid) {
                kill(pid, &|| is_in(pid));
            }
        });
    }
    left
}

/// Calls `visit` for each process that may be a member; the caller checks it.
fn each_member(group: &Group, until: &Until, visit: &mut dyn FnMut(i32)) {
    let own = identity::own_pid();
    if !proc::is_own() {
        pid_scan::each_child(until, visit);
    } else if group.is_shared {
        members::visit_unknown(own, own, &mut BTreeSet::new(), until, |pid, _| visit(pid));
    } else {
        proc::each_process(until, |pid| {
            if pid != own {
                visit(pid);
            }
        });
    }
}
