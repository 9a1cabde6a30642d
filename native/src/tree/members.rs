//! Members of the tree: the processes below a process, and signals to them. A number is only a way
//! to find a process: which process it means is checked once a descriptor stands for that process.

use crate::kernel::namespace::Namespace;
use crate::kernel::proc::{self, Entry};
use crate::kernel::procfs::Unseen;
use crate::kernel::{children, clock, identity, process};
use crate::tree::nested::is_guardian;
use crate::tuning::{HANDOVER, LOOKS, NAMESPACE_LOOK};
use std::cell::UnsafeCell;
use std::collections::{BTreeSet, VecDeque};

/// What is known of signals that were sent.
struct Memory {
    /// Which processes were sent which signal: signal, number, start time.
    signalled: BTreeSet<(i32, i32, u64)>,
    /// The processes that the last look for members has signalled: number, start time.
    last_recipients: Vec<(i32, u64)>,
    /// A report wants to know about members in other PID namespaces.
    is_asked: bool,
    /// A member was seen in another PID namespace, or one that forks there.
    saw_foreign: bool,
    /// Members that were asked for their namespace, since an instant.
    looked: BTreeSet<i32>,
    looked_since: f64,
}

struct Shared(UnsafeCell<Memory>);

// SAFETY: single-threaded.
unsafe impl Sync for Shared {}

#[unsafe(link_section = ".data.near")]
static MEMORY: Shared = Shared(UnsafeCell::new(Memory {
    signalled: BTreeSet::new(),
    last_recipients: Vec::new(),
    is_asked: false,
    saw_foreign: false,
    looked: BTreeSet::new(),
    looked_since: 0.0,
}));

fn memory() -> &'static mut Memory {
    // SAFETY: single-threaded; no caller keeps it.
    unsafe { &mut *MEMORY.0.get() }
}

/// Forgets everything: another command begins, and there is no other run.
pub fn forget() {
    memory().signalled.clear();
    memory().last_recipients.clear();
    memory().saw_foreign = false;
    memory().looked.clear();
}

/// Sets whether members in other PID namespaces are looked for. Such a look costs as much as all
/// other questions about a process together.
pub fn look_for_foreign(is_asked: bool) {
    memory().is_asked = is_asked;
}

/// Begins a walk that looks for members in other PID namespaces. Answers the namespace of this
/// process.
pub fn begin_looks() -> Option<Namespace> {
    let memory = memory();
    if !memory.is_asked {
        return None;
    }
    let now = clock::microseconds();
    if now - memory.looked_since > NAMESPACE_LOOK {
        memory.looked.clear();
        memory.looked_since = now;
    }
    Namespace::own()
}

/// Whether any look for members since the command was started saw one in another PID namespace.
pub fn saw_foreign() -> bool {
    memory().saw_foreign
}

/// Notes for the report if a member is in another PID namespace: its orphans may become children of
/// a process that cannot be asked about them.
pub fn look_for_namespace(pid: i32, entry: &Entry, own: Option<Namespace>) {
    let memory = memory();
    if memory.is_asked && !memory.saw_foreign && memory.looked.insert(pid) {
        memory.saw_foreign = entry.is_foreign(own);
    }
}

/// Remembers that a process gets a signal. True the first time; false where it is gone.
pub fn remember(entry: &Entry, pid: i32, signal: i32) -> bool {
    let start = entry.start_time();
    start.is_some_and(|start| memory().signalled.insert((signal, pid, start)))
}

/// The start time of the youngest process that was sent a signal, in clock ticks since boot; 0:
/// none was.
pub fn last_born(signal: i32) -> u64 {
    let recipients = memory().signalled.iter().filter(|(one, ..)| *one == signal);
    recipients.map(|&(.., start)| start).max().unwrap_or(0)
}

/// The result of a look for members.
#[derive(Default)]
pub struct Walk {
    /// A member was found.
    pub any: bool,
    /// Why a member may exist that was not found: errno; 0: none.
    pub missed: i32,
    /// How many processes were found and not looked at when the time was over.
    pub left: usize,
    /// Processes to be looked at, each with the parent that it was found with.
    queue: VecDeque<(i32, i32)>,
}

impl Walk {
    fn go_on(&mut self, parent: i32, children: Result<Vec<i32>, Unseen>) {
        match children {
            Ok(children) => self
                .queue
                .extend(children.into_iter().map(|pid| (pid, parent))),
            Err(unseen) => self.miss(unseen.missed()),
        }
    }

    fn miss(&mut self, errno: i32) {
        if self.missed == 0 {
            self.missed = errno;
        }
    }

    /// Errno where a process could not be looked at. Too little time is another matter, and none.
    pub fn hidden(&self) -> i32 {
        if self.missed == libc::ETIME {
            0
        } else {
            self.missed
        }
    }
}

/// Calls `visit` for each process below another one that lives and is not known yet, parents first.
/// It does not look below known processes, nor below exited ones, which have no children. A process
/// whose parent is neither the one it was found with, nor the `reaper` that orphans go to, is
/// another one by now.
pub fn visit_unknown(
    root: i32,
    reaper: i32,
    known: &mut BTreeSet<i32>,
    until: &clock::Until,
    visit: impl FnMut(i32, &Entry),
) -> Walk {
    visit_open(root, reaper, known, until, |_| false, visit)
}

/// The same, but passes over the processes that are closed, and all below them.
pub fn visit_open(
    root: i32,
    reaper: i32,
    known: &mut BTreeSet<i32>,
    until: &clock::Until,
    is_closed: impl Fn(&Entry) -> bool,
    visit: impl FnMut(i32, &Entry),
) -> Walk {
    let is_passed = |entry: &Entry| entry.is_dead() || is_closed(entry);
    visit_all(root, reaper, known, until, is_passed, visit)
}

/// The same for all processes but those to pass over, exited ones included.
pub fn visit_all(
    root: i32,
    reaper: i32,
    known: &mut BTreeSet<i32>,
    until: &clock::Until,
    is_passed: impl Fn(&Entry) -> bool,
    mut visit: impl FnMut(i32, &Entry),
) -> Walk {
    let mut walk = Walk::default();
    walk.go_on(root, children::of(root, until));
    let is_ours = root == identity::own_pid();
    while let Some((pid, parent)) = walk.queue.pop_front() {
        if until.is_over() {
            walk.miss(libc::ETIME);
            walk.left = walk.queue.len() + 1;
            break;
        }
        // Most children of this process have exited, as long as it reaps none: one call for each
        // tells, without a look at all below.
        let is_zombie = || is_ours && parent == root && process::has_ended(pid);
        if !known.insert(pid) || is_zombie() {
            continue;
        }
        match Entry::open(pid) {
            Ok(entry) if is_passed(&entry) => {}
            Ok(entry) if [Some(parent), Some(reaper)].contains(&entry.parent()) => {
                walk.any = true;
                walk.go_on(pid, entry.children(until));
                visit(pid, &entry);
            }
            Ok(_) => {}
            Err(unseen) => {
                // The next look tries again.
                if unseen.missed() != 0 {
                    known.remove(&pid);
                }
                walk.miss(unseen.missed());
            }
        }
    }
    walk
}

/// The processes below a guardian that does not exit: it waits for them itself.
pub fn below(guardian: i32, until: &clock::Until) -> Vec<i32> {
    let mut found = Vec::new();
    if proc::is_own() {
        visit_unknown(guardian, guardian, &mut BTreeSet::new(), until, |pid, _| {
            found.push(pid);
        });
    }
    found
}

/// Sends a signal to each process below `root` that has not had it and is meant. A process that
/// another curfew below holds gets it from that one. Ends when two looks in a row find no new
/// process: when parents exit, their children become those of `root`, where a look may have been
/// already. Answers the result of the last look.
pub fn send_below(
    root: i32,
    mut known: BTreeSet<i32>,
    signal: i32,
    until: &clock::Until,
    is_meant: impl Fn(i32, &Entry) -> bool,
) -> Walk {
    memory().last_recipients.clear();
    let own = begin_looks();
    let mut quiet = 0;
    let mut walk = Walk::default();
    for _ in 0..LOOKS {
        walk = visit_open(root, root, &mut known, until, is_guardian, |pid, entry| {
            look_for_namespace(pid, entry, own);
            let is_new = is_meant(pid, entry) && remember(entry, pid, signal);
            if let Some(start) = entry.start_time().filter(|_| is_new && entry.send(signal)) {
                memory().last_recipients.push((pid, start));
            }
        });
        quiet = if walk.any { 0 } else { quiet + 1 };
        match quiet {
            _ if until.is_over() => break,
            0 => {}
            1 => clock::rest(HANDOVER),
            _ => break,
        }
    }
    walk
}

/// Sends another signal to the processes that the last `send_below` has signalled, or to those of
/// them that are or may be stopped. Answers how many got it.
pub fn send_to_reached(signal: i32, until: &clock::Until, only_stopped: bool) -> u32 {
    let mut count = 0;
    for &(pid, start) in &memory().last_recipients {
        if until.is_over() {
            break;
        }
        if let Ok(entry) = Entry::open(pid)
            && entry.start_time() == Some(start)
            && !entry.is_dead()
            && (!only_stopped || entry.may_be_stopped())
            && entry.send(signal)
        {
            count += 1;
        }
    }
    count
}
