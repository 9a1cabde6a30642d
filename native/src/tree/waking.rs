//! SIGCONT to those that are stopped: in any other process a handler of it would run for nothing.

use crate::kernel::clock::{self, Until};
use crate::kernel::proc::{self, Entry, Unseen};
use crate::kernel::process;
use crate::tree::group::group_of;
use crate::window::call::{Call, answer};
use rquickjs_sys::JSValue;
use std::collections::BTreeSet;

/// The command alone.
pub fn wake(pid: i32) -> bool {
    proc::may_be_stopped(pid) && process::send(pid, libc::SIGCONT) == 0
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
        if group_of(pid) == group {
            match Entry::open(pid) {
                Ok(entry) => visit(&entry),
                Err(unseen) => missed = unseen.missed(),
            }
        }
    });
    if until.is_over() { libc::ETIME } else { missed }
}

/// After so many looks whoever still moves up is left to SIGKILL.
const LOOKS: usize = 8;

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
        session: session_of(group),
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
        let children = proc::children_of(root, until);
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
        let session = session_of(pid);
        let is_inside = match self.session {
            0.. => session == self.session,
            _ => session != pid,
        };
        // Of who is gone nothing of that is to be seen.
        session < 0 || is_inside || group_of(pid) == self.group
    }
}

/// `getsid`, or -1.
fn session_of(pid: i32) -> i32 {
    // SAFETY: one integer.
    unsafe { libc::getsid(pid) }
}

/// `wakeGroup(root, except, group, time)`: how many got it, or minus errno where somebody could not be
/// looked at.
pub fn wake_group(call: &Call) -> JSValue {
    let until = clock::until(clock::microseconds() + call.number(3));
    let (count, missed) = wake_members(call.int(0), &call.ints(1), call.int(2), &until);
    answer(if missed == 0 {
        i64::from(count)
    } else {
        -i64::from(missed)
    })
}
