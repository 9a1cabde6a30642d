//! Members of the tree: who is below a process, and signals to each of them, once.

use crate::call::{Call, answer};
use crate::clock;
use crate::proc::{self, Entry};
use rquickjs_sys::JSValue;
use std::cell::UnsafeCell;
use std::collections::{BTreeSet, VecDeque};

/// Who has had which signal: signal, number, start time.
struct Had(UnsafeCell<BTreeSet<(i32, i32, u64)>>);

// SAFETY: single-threaded.
unsafe impl Sync for Had {}

static HAD: Had = Had(UnsafeCell::new(BTreeSet::new()));

/// True the first time that a process gets a signal; false where it is gone.
fn remember(entry: &Entry, pid: i32, signal: i32) -> bool {
    // SAFETY: single-threaded; nothing of it is kept.
    let had = unsafe { &mut *HAD.0.get() };
    let start = entry.start_time();
    start.is_some_and(|start| had.insert((signal, pid, start)))
}

/// Everybody below a process but some of its children and who is below these; parents first.
pub fn below(root: i32, except: &[i32]) -> Vec<i32> {
    let mut known: BTreeSet<i32> = except.iter().copied().collect();
    let mut found = Vec::new();
    visit_unknown(root, &mut known, |pid, _| found.push(pid));
    found
}

/// Calls `visit` for all below a process who are not known yet; below those that are known nobody
/// looks. False where there was none.
fn visit_unknown(root: i32, known: &mut BTreeSet<i32>, mut visit: impl FnMut(i32, &Entry)) -> bool {
    let mut queue = VecDeque::from(proc::children_of(root));
    let mut any = false;
    while let Some(pid) = queue.pop_front() {
        if !known.insert(pid) {
            continue;
        }
        if let Some(entry) = Entry::open(pid) {
            any = true;
            queue.extend(entry.children());
            visit(pid, &entry);
        }
    }
    any
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
        let any = visit_unknown(root, &mut known, |pid, entry| {
            if is_meant(pid) && remember(entry, pid, signal) && entry.send(signal) {
                reached.push(pid);
            }
        });
        quiet = if any { 0 } else { quiet + 1 };
        match quiet {
            0 => {}
            1 => clock::rest(HANDOVER),
            _ => break,
        }
    }
    reached
}

/// A signal to a process that has not had it.
pub fn send_once(pid: i32, signal: i32) -> bool {
    let entry = Entry::open(pid);
    entry.is_some_and(|entry| remember(&entry, pid, signal) && entry.send(signal))
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
    let (pid, signal) = (call.int(0), call.int(1));
    let entry = Entry::open(pid);
    answer(i64::from(
        entry.is_some_and(|entry| remember(&entry, pid, signal)),
    ))
}
