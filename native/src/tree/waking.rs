//! SIGCONT to processes that are stopped: in any other process its handler would run for nothing.

use crate::kernel::clock::Until;
use crate::kernel::proc::{self, Entry};
use crate::kernel::procfs::Unseen;
use crate::kernel::{children, process, signals};
use crate::tuning::LOOKS;
use std::collections::BTreeSet;

/// Continues one process, if it is or may be stopped.
pub fn wake(pid: i32) -> bool {
    proc::may_be_stopped(pid) && signals::send(pid, libc::SIGCONT) == 0
}

/// Continues the members of a process group below `root`; 0: all members. Answers how many got
/// SIGCONT, and why a member may exist that was not found: errno; 0: none.
pub fn wake_members(root: i32, except: &[i32], group: i32, until: &Until) -> (u32, i32) {
    let mut count = 0;
    let mut wake = |entry: &Entry| {
        if entry.may_be_stopped() && entry.send(libc::SIGCONT) {
            count += 1;
        }
    };
    let missed = match root {
        0 => each_anywhere(group, until, &mut wake),
        _ => each_below(root, except, group, until, &mut wake),
    };
    (count, missed)
}

fn each_anywhere(group: i32, until: &Until, visit: &mut dyn FnMut(&Entry)) -> i32 {
    let mut missed = 0;
    proc::each_process(until, |pid| {
        if process::group_of(pid) == group {
            match Entry::open(pid) {
                Ok(entry) => visit(&entry),
                Err(unseen) => missed = unseen.missed(),
            }
        }
    });
    if until.is_over() { libc::ETIME } else { missed }
}

/// Looks until a look finds no new process: when parents exit, their children become those of
/// `root`, where a look may have been already.
fn each_below(
    root: i32,
    except: &[i32],
    group: i32,
    until: &Until,
    visit: &mut dyn FnMut(&Entry),
) -> i32 {
    let mut look = Look {
        group,
        session: process::session_of(group),
        known: except.iter().copied().collect(),
        missed: 0,
    };
    for _ in 0..LOOKS {
        let before = look.known.len();
        look.go_through(root, until, visit);
        if until.is_over() {
            return libc::ETIME;
        }
        if look.missed != 0 || look.known.len() == before {
            break;
        }
    }
    look.missed
}

struct Look {
    group: i32,
    /// The session of the group; -1: its leader has exited.
    session: i32,
    known: BTreeSet<i32>,
    missed: i32,
}

impl Look {
    fn go_through(&mut self, root: i32, until: &Until, visit: &mut dyn FnMut(&Entry)) {
        let children = children::of(root, until);
        let mut queue = self.seen(children).unwrap_or_default();
        while let Some(pid) = queue.pop() {
            if until.is_over() {
                return;
            }
            if !self.known.insert(pid) || !self.is_near(pid) {
                continue;
            }
            let Some(entry) = self.seen(Entry::open(pid)) else {
                continue;
            };
            queue.extend(self.seen(entry.children(until)).unwrap_or_default());
            if entry.group() == Some(self.group) {
                visit(&entry);
            }
        }
    }

    fn seen<T>(&mut self, found: Result<T, Unseen>) -> Option<T> {
        found
            .map_err(|unseen| self.missed = unseen.missed().max(self.missed))
            .ok()
    }

    /// Whether members of the group may be below a process. A process that has left the group's
    /// session has none below. If the group's leader has exited, no member is in a session that
    /// another process below `root` leads.
    fn is_near(&self, pid: i32) -> bool {
        let session = process::session_of(pid);
        let is_inside = match self.session {
            0.. => session == self.session,
            _ => session != pid,
        };
        // A process that is gone has no session.
        session < 0 || is_inside || process::group_of(pid) == self.group
    }
}
