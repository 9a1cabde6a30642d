//! Members of the tree: who is below a process, and signals to each of them, once.

use crate::call::{Call, answer};
use crate::{clock, proc, process};
use rquickjs_sys::JSValue;
use std::cell::UnsafeCell;
use std::collections::BTreeSet;

/// Who has had which signal: signal, number, start time.
struct Had(UnsafeCell<BTreeSet<(i32, i32, u64)>>);

// SAFETY: single-threaded.
unsafe impl Sync for Had {}

static HAD: Had = Had(UnsafeCell::new(BTreeSet::new()));

/// True the first time that a process gets a signal; false where it is gone.
fn remember(pid: i32, signal: i32) -> bool {
    // SAFETY: single-threaded; nothing of it is kept.
    let had = unsafe { &mut *HAD.0.get() };
    proc::start_time_of(pid).is_some_and(|start| had.insert((signal, pid, start)))
}

/// Everybody below a process but some of its children and who is below these; parents first.
pub fn below(root: i32, except: &[i32]) -> Vec<i32> {
    let mut known: BTreeSet<i32> = except.iter().copied().collect();
    unknown_below(root, &mut known)
}

/// Who is below a process and not known yet; below those that are known nobody looks.
fn unknown_below(root: i32, known: &mut BTreeSet<i32>) -> Vec<i32> {
    let mut found = proc::children_of(root);
    found.retain(|&pid| known.insert(pid));
    let mut at = 0;
    while let Some(&pid) = found.get(at) {
        let children = proc::children_of(pid).into_iter();
        found.extend(children.filter(|&pid| known.insert(pid)));
        at += 1;
    }
    found
}

/// After so many looks what still forks is left to the sweep.
const LOOKS: usize = 8;
/// So long the dead need to hand over their children, in microseconds.
const HANDOVER: f64 = 1e3;

/// A signal to everybody below `root` who has not had it and is meant; gives whom it reached. Until
/// two looks in a row find nobody new: when parents die, their children become those of `root`,
/// where a look may have been already.
pub fn send_below(
    root: i32,
    except: &[i32],
    signal: i32,
    is_meant: impl Fn(i32) -> bool,
) -> Vec<i32> {
    let mut known: BTreeSet<i32> = except.iter().copied().collect();
    let mut reached = Vec::new();
    let mut quiet = 0;
    for _ in 0..LOOKS {
        let found = unknown_below(root, &mut known);
        quiet = if found.is_empty() { quiet + 1 } else { 0 };
        reached.extend(
            found
                .into_iter()
                .filter(|&pid| is_meant(pid) && send_once(pid, signal)),
        );
        match quiet {
            0 => {}
            1 => clock::rest(HANDOVER),
            _ => break,
        }
    }
    reached
}

pub fn send_once(pid: i32, signal: i32) -> bool {
    // The descriptor stands for the process whose start time is read after it.
    process::send_to(pid, signal, || remember(pid, signal))
}

/// `members(root, except)`
pub fn list(call: &Call) -> JSValue {
    let found = below(call.int(0), &call.ints(1));
    call.answer_numbers(&found.into_iter().map(i64::from).collect::<Vec<_>>())
}

/// `killMembers(root, except, signal, group)`: but for those that are in a process group (0: none),
/// which had it together. Answers whom it reached.
pub fn kill(call: &Call) -> JSValue {
    let (signal, group) = (call.int(2), call.int(3));
    // SAFETY: one integer.
    let group_of = |pid| unsafe { libc::getpgid(pid) };
    let is_meant = |pid| group == 0 || group_of(pid) != group;
    let reached = send_below(call.int(0), &call.ints(1), signal, is_meant);
    call.answer_numbers(&reached.into_iter().map(i64::from).collect::<Vec<_>>())
}

/// `killOnce(pid, signal)`: nonzero if it reached the process, which had not had it.
pub fn kill_once(call: &Call) -> JSValue {
    answer(i64::from(send_once(call.int(0), call.int(1))))
}

/// `noteSignal(pid, signal)`: it has had it already, or is about to.
pub fn note(call: &Call) -> JSValue {
    answer(i64::from(remember(call.int(0), call.int(1))))
}
