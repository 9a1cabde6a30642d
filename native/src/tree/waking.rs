//! SIGCONT to those that are stopped: in any other process a handler of it would run for nothing.

use crate::kernel::clock::Until;
use crate::kernel::proc::{self, Entry};
use crate::kernel::procfs::Unseen;
use crate::kernel::{children, process, signals};
use crate::tuning::LOOKS;
use std::collections::BTreeSet;

/// The command alone.
pub fn wake(pid: i32) -> bool {
    proc::may_be_stopped(pid) && signals::send(pid, libc::SIGCONT) == 0
}

/// The members of a process group below `root`; 0: wherever they are. How many got it, and why somebody
/// may be there who was not found: errno; 0: nobody.
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

/// Until a look finds nobody new: when parents die, their children become those of `root`, where a look
/// may have been already.
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
    /// The session of the group; -1: its leader is gone.
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

    /// Who has left the session of the group has nobody of the group below. Whose leader is gone is in
    /// no session that another one below us leads.
    fn is_near(&self, pid: i32) -> bool {
        let session = process::session_of(pid);
        let is_inside = match self.session {
            0.. => session == self.session,
            _ => session != pid,
        };
        // Of who is gone nothing of that is to be seen.
        session < 0 || is_inside || process::group_of(pid) == self.group
    }
}
