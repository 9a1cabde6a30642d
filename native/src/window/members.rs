//! Members of a tree.

use crate::kernel::clock::{self, Until};
use crate::kernel::pidfd;
use crate::kernel::proc::Entry;
use crate::supervisor::{command, guardian, run, takeover::helpers};
use crate::tree::members::{self, Walk};
use crate::tree::nested::is_guardian;
use crate::window::call::{Call, answer};
use rquickjs_sys::JSValue;
use std::cell::Cell;
use std::collections::BTreeSet;

/// A limit that is an argument, in microseconds from now.
fn within(call: &Call, at: usize) -> Until<'static> {
    clock::until(clock::microseconds() + call.number(at))
}

/// The processes that a look passes over, with all below them: the given ones, other runs, and
/// scribes and readers, which are children of this process and no part of the tree.
fn passed_over(call: &Call) -> BTreeSet<i32> {
    let ours = run::other_guardians().chain(helpers());
    call.ints(1).into_iter().chain(ours).collect()
}

/// 0, or minus errno where a process could not be looked at.
fn answer_walk(walk: &Walk) -> JSValue {
    answer(-i64::from(walk.hidden()))
}

/// `members(root, except, time, most)`: the members below a process, so many at most (0: all). A 0
/// at the end stands for processes that could not be looked at, a -1 behind it for those that there
/// was no time for.
pub fn list(call: &Call) -> JSValue {
    let mut known = passed_over(call);
    let (root, most, mut found) = (call.int(0), call.int(3) as usize, Vec::new());
    let count = Cell::new(0);
    let is_enough = || most > 0 && count.get() >= most;
    let limit = clock::microseconds() + call.number(2);
    let (until, own) = (clock::unless(&is_enough, limit), members::begin_looks());
    let walk = members::visit_unknown(root, root, &mut known, &until, |pid, entry| {
        count.set(count.get() + 1);
        members::look_for_namespace(pid, entry, own);
        found.push(i64::from(pid));
    });
    if walk.hidden() != 0 {
        found.push(0);
    }
    if walk.missed == libc::ETIME && !is_enough() {
        found.push(-1);
    }
    call.answer_numbers(&found)
}

/// `processes(root, except, time, most)`: the members below a process, parents first, so many at
/// most. Five values each: what /proc/PID/stat says, and of that the PID, the parent, the number of
/// threads; and the owner of the files. Last, the number of those that were found and not looked
/// at, and 1 if there may be others.
pub fn processes(call: &Call) -> JSValue {
    let mut known = passed_over(call);
    let (root, most, mut found) = (call.int(0), call.int(3) as usize, Vec::new());
    let count = Cell::new(0);
    let is_enough = || count.get() >= most;
    let until = clock::unless(&is_enough, clock::microseconds() + call.number(2));
    let walk = members::visit_all(
        root,
        root,
        &mut known,
        &until,
        |_| false,
        |pid, entry| {
            count.set(count.get() + 1);
            let number = |value: Option<u64>| answer(value.map_or(-1, |value| value as i64));
            found.extend([
                call.answer_text(entry.stat().as_bytes()),
                answer(pid.into()),
                number(entry.parent().map(|parent| parent as u64)),
                number(entry.threads()),
                number(entry.owner().map(u64::from)),
            ]);
        },
    );
    let is_partial = i64::from(walk.missed != 0 && walk.left == 0);
    found.extend([answer(walk.left as i64), answer(is_partial)]);
    call.answer_list(found)
}

/// `killMembers(root, except, signal, group, time)`: a signal to each member once; but not to the
/// members of a process group (-1: none), which had it together, nor to those that had it from the
/// guardian. 0, or minus errno where a process could not be looked at.
pub fn kill(call: &Call) -> JSValue {
    let (root, signal, group) = (call.int(0), call.int(2), call.int(3));
    let is_meant = |_, entry: &Entry| {
        let is_apart = group == NO_GROUP || entry.group() != Some(group);
        is_apart && !guardian::has_signaled(root, signal, entry.start_time())
    };
    let until = within(call, 4);
    let known = passed_over(call);
    answer_walk(&members::send_below(root, known, signal, &until, is_meant))
}

/// `killReached(signal, time, stopped)`: a signal to the processes that the last `killMembers` has
/// signalled; where `stopped` is 1, to those of them that are or may be stopped. How many got it.
pub fn kill_reached(call: &Call) -> JSValue {
    let count = members::send_to_reached(call.int(0), &within(call, 1), call.int(2) != 0);
    answer(i64::from(count))
}

/// `killGroupMembers(root, except, signal, group, time)`: a signal to the members of a process
/// group but the command. The group holds other processes, too, so it cannot be signalled in one
/// call.
pub fn kill_in_group(call: &Call) -> JSValue {
    let mut known = passed_over(call);
    let (root, signal, group) = (call.int(0), call.int(2), call.int(3));
    let command = command::pid();
    let until = within(call, 4);
    let walk = members::visit_open(root, root, &mut known, &until, is_guardian, |pid, entry| {
        if Some(pid) != command && entry.group() == Some(group) {
            entry.send(signal);
        }
    });
    answer_walk(&walk)
}

/// `queueInGroup(root, except, signal, group, queued, time)`: a queued signal to the members of a
/// process group but the command.
pub fn queue_in_group(call: &Call) -> JSValue {
    let mut known = passed_over(call);
    let (root, signal, group) = (call.int(0), call.int(2), call.int(3));
    let info = pidfd::queued(signal, &call.numbers(4));
    let command = command::pid();
    let until = within(call, 5);
    let walk = members::visit_open(root, root, &mut known, &until, is_guardian, |pid, entry| {
        if Some(pid) != command && entry.group() == Some(group) {
            entry.queue(signal, &info);
        }
    });
    answer_walk(&walk)
}

/// `noteSignal(pid, signal)`: notes that a process has had a signal, or is about to get it. Minus
/// errno where that is not possible.
pub fn note(call: &Call) -> JSValue {
    let (pid, signal) = (call.int(0), call.int(1));
    answer(match Entry::open(pid) {
        Ok(entry) => i64::from(members::remember(&entry, pid, signal)),
        Err(unseen) => -i64::from(unseen.missed()),
    })
}

/// Stands for no process group: 0 is the number of a group whose leader is outside of this PID
/// namespace.
const NO_GROUP: i32 = -1;

/// `sawForeign()`: whether any look for members since the command was started has met one in
/// another PID namespace.
pub fn saw_foreign(_: &Call) -> JSValue {
    answer(i64::from(members::saw_foreign()))
}
