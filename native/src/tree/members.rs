//! Members of the tree: who is below a process, and signals to them. A number is only a way to find a
//! process: whom it means is asked once there is a descriptor that stands for it.

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
    /// Who has had which one: signal, number, start time.
    had: BTreeSet<(i32, i32, u64)>,
    /// Whom the last look for members has reached: number, start time.
    reached: Vec<(i32, u64)>,
    /// Somebody wants to know of such members.
    is_asked: bool,
    /// Somebody was seen who is in another PID namespace than we, or forks there.
    saw_foreign: bool,
    /// Who was asked for that since an instant.
    looked: BTreeSet<i32>,
    looked_since: f64,
}

struct Shared(UnsafeCell<Memory>);

// SAFETY: single-threaded.
unsafe impl Sync for Shared {}

static MEMORY: Shared = Shared(UnsafeCell::new(Memory {
    had: BTreeSet::new(),
    reached: Vec::new(),
    is_asked: false,
    saw_foreign: false,
    looked: BTreeSet::new(),
    looked_since: 0.0,
}));

fn memory() -> &'static mut Memory {
    // SAFETY: single-threaded; no caller keeps it.
    unsafe { &mut *MEMORY.0.get() }
}

/// Another command begins, and there is none besides: what was known is of no use any more.
pub fn forget() {
    memory().had.clear();
    memory().reached.clear();
    memory().saw_foreign = false;
    memory().looked.clear();
}

/// Whether members in other PID namespaces are looked for: each such look costs as much as all else
/// that is asked of a process, and who reaps it the same once more.
pub fn look_for_foreign(is_asked: bool) {
    memory().is_asked = is_asked;
}

/// A walk begins that looks for members in other PID namespaces than this one.
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

/// Written down for the report: its orphans may be nobody's that we can ask about.
pub fn look_for_namespace(pid: i32, entry: &Entry, own: Option<Namespace>) {
    let memory = memory();
    if memory.is_asked && !memory.saw_foreign && memory.looked.insert(pid) {
        memory.saw_foreign = entry.is_foreign(own);
    }
}

/// True the first time that a process gets a signal; false where it is gone.
pub fn remember(entry: &Entry, pid: i32, signal: i32) -> bool {
    let start = entry.start_time();
    start.is_some_and(|start| memory().had.insert((signal, pid, start)))
}

/// When the last of those was started who had a signal, in clock ticks since boot; 0: nobody had it.
pub fn last_born(signal: i32) -> u64 {
    let had = memory().had.iter().filter(|(one, ..)| *one == signal);
    had.map(|&(.., start)| start).max().unwrap_or(0)
}

/// What came of a look for members.
#[derive(Default)]
pub struct Walk {
    /// Somebody was found.
    pub any: bool,
    /// Why somebody may be there who was not found: errno; 0: nobody.
    pub missed: i32,
    /// Who is to be looked at, with the parent it was found with.
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

    /// Errno where somebody could not be looked at; there was too little time is another matter.
    pub fn hidden(&self) -> i32 {
        if self.missed == libc::ETIME {
            0
        } else {
            self.missed
        }
    }
}

/// Calls `visit` for all below a process that live and are not known yet, parents first; below those
/// that are known nobody looks, and the dead have nobody below them. Whose parent is neither the one
/// it was found with, nor the `heir` of orphans, is somebody else by now.
pub fn visit_unknown(
    root: i32,
    heir: i32,
    known: &mut BTreeSet<i32>,
    until: &clock::Until,
    visit: impl FnMut(i32, &Entry),
) -> Walk {
    visit_open(root, heir, known, until, |_| false, visit)
}

/// The same, but for those that are closed, and all below them.
pub fn visit_open(
    root: i32,
    heir: i32,
    known: &mut BTreeSet<i32>,
    until: &clock::Until,
    is_closed: impl Fn(&Entry) -> bool,
    mut visit: impl FnMut(i32, &Entry),
) -> Walk {
    let mut walk = Walk::default();
    walk.go_on(root, children::of(root, until));
    let is_ours = root == identity::own_pid();
    while let Some((pid, parent)) = walk.queue.pop_front() {
        if until.is_over() {
            walk.miss(libc::ETIME);
            break;
        }
        // Most of those are dead while nobody reaps: one call for each, instead of all below.
        let is_zombie = || is_ours && parent == root && process::has_ended(pid);
        if !known.insert(pid) || is_zombie() {
            continue;
        }
        match Entry::open(pid) {
            Ok(entry) if entry.is_dead() || is_closed(&entry) => {}
            Ok(entry) if [Some(parent), Some(heir)].contains(&entry.parent()) => {
                walk.any = true;
                walk.go_on(pid, entry.children(until));
                visit(pid, &entry);
            }
            Ok(_) => {}
            Err(unseen) => {
                // So that the next look tries again.
                if unseen.missed() != 0 {
                    known.remove(&pid);
                }
                walk.miss(unseen.missed());
            }
        }
    }
    walk
}

/// The processes below a guardian that does not end: it waits for them itself.
pub fn below(guardian: i32, until: &clock::Until) -> Vec<i32> {
    let mut found = Vec::new();
    if proc::is_own() {
        visit_unknown(guardian, guardian, &mut BTreeSet::new(), until, |pid, _| {
            found.push(pid);
        });
    }
    found
}

/// A signal to everybody below `root` who has not had it and is meant; what another curfew below us
/// holds hears it from that one. Until two looks in a row find nobody new: when parents die, their
/// children become those of `root`, where a look may have been already. Answers what the last missed.
pub fn send_below(
    root: i32,
    mut known: BTreeSet<i32>,
    signal: i32,
    until: &clock::Until,
    is_meant: impl Fn(i32, &Entry) -> bool,
) -> Walk {
    memory().reached.clear();
    let own = begin_looks();
    let mut quiet = 0;
    let mut walk = Walk::default();
    for _ in 0..LOOKS {
        walk = visit_open(root, root, &mut known, until, is_guardian, |pid, entry| {
            look_for_namespace(pid, entry, own);
            let is_new = is_meant(pid, entry) && remember(entry, pid, signal);
            if let Some(start) = entry.start_time().filter(|_| is_new && entry.send(signal)) {
                memory().reached.push((pid, start));
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

/// Another signal to those whom the last `send_below` has reached, or to those of them that are
/// stopped, or may be. How many got it.
pub fn send_to_reached(signal: i32, until: &clock::Until, only_stopped: bool) -> u32 {
    let mut count = 0;
    for &(pid, start) in &memory().reached {
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
