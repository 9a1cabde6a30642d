//! SIGKILL to everything that was started, until it is proven that nothing is left.
//!
//! Nothing is reaped while there is anything to kill: each dead child keeps its number, so a kill
//! cannot hit a stranger, and its place, so whatever goes on forking runs out of places. Each pass
//! that finds a new child adds a zombie for good, and places are finite: it ends.

use crate::link::Link;
use crate::{cgroup, clock, identity, members, proc, process, signals};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Why a process survived, as TypeScript is told.
pub const NOT_PERMITTED: i32 = 0;
pub const UNKILLABLE: i32 = 1;
pub const STILL_FORKING: i32 = 2;

/// How long we sleep while victims die, and after how long without progress we look deeper, and
/// again: in microseconds.
const NAP: f64 = 2e3;
const NO_PROGRESS: f64 = 10e3;
const DEEP_AGAIN: f64 = 20e3;

pub enum Scope {
    Child,
    Group,
    Tree,
}

pub struct Sweep<'a> {
    pub scope: Scope,
    /// The main child while it is ours to reap; 0: none.
    pub main: i32,
    /// A process group that is the command's alone; 0: none.
    pub group: i32,
    /// We are the first process of a PID namespace that was made for the command.
    pub is_namespace: bool,
    pub cgroup: Option<&'a cgroup::Leaf>,
    /// An instant in microseconds.
    pub deadline: f64,
    /// How long it goes on where nothing but members in state D is left, in microseconds.
    pub stuck_limit: f64,
    /// Children that were ours before: never touched.
    pub except: &'a [i32],
}

pub struct Verdict {
    pub is_gone: bool,
    /// Somebody is there whom we cannot name.
    pub is_nameless: bool,
    pub main_end: Option<libc::siginfo_t>,
    pub survivors: Vec<(i32, i32)>,
}

impl Verdict {
    /// For the other side.
    pub fn note_on(&self, link: &Link) {
        for &(pid, why) in &self.survivors {
            link.note_survivor(pid, why);
        }
        if self.is_nameless {
            link.note_survivor(0, UNKILLABLE);
        }
        link.note_usage();
        if let Some(info) = &self.main_end {
            link.note_end(info);
        }
        if self.is_gone {
            link.is_gone.set();
        }
        link.has_swept.set();
    }
}

/// A bit per number of a process, modulo their count. Who shares a bit with another is passed over at
/// first, and killed with those that did not die.
static SIGNALLED: [AtomicU64; 1 << 10] = [const { AtomicU64::new(0) }; 1 << 10];

/// True the first time.
fn mark(pid: i32) -> bool {
    let bit = 1 << (pid & 63);
    let word = &SIGNALLED[pid as usize >> 6 & (SIGNALLED.len() - 1)];
    let before = word.load(Relaxed);
    word.store(before | bit, Relaxed);
    before & bit == 0
}

struct Course<'a> {
    sweep: &'a Sweep<'a>,
    /// The main child until we reap it.
    main: i32,
    /// Those that we may not signal.
    denied: Vec<i32>,
    last_progress: f64,
    next_deep: f64,
    /// Since when all that live have been in state D.
    stuck_since: Option<f64>,
    still_new: bool,
    main_end: Option<libc::siginfo_t>,
}

/// Stands for a process that is there, but not to be seen.
const NAMELESS: i32 = 0;

/// The whole routine; comes back at the latest a little after the deadline.
pub fn sweep(sweep: &Sweep) -> Verdict {
    // Numbers of an earlier command may be another's now.
    SIGNALLED.iter().for_each(|word| word.store(0, Relaxed));
    if let Some(leaf) = sweep.cgroup {
        leaf.kill();
    }
    if sweep.is_namespace {
        process::send(-1, libc::SIGKILL);
    }
    if sweep.group > 0 {
        process::send(-sweep.group, libc::SIGKILL);
    }
    if sweep.main > 0 && !matches!(sweep.scope, Scope::Tree) {
        process::send(sweep.main, libc::SIGKILL);
        return await_main(sweep);
    }
    let mut course = Course {
        sweep,
        main: sweep.main,
        denied: Vec::new(),
        last_progress: clock::microseconds(),
        next_deep: 0.0,
        stuck_since: None,
        still_new: false,
        main_end: None,
    };
    let is_gone = course.run();
    course.verdict(is_gone)
}

impl Course<'_> {
    /// True with the proof that no child is left.
    fn run(&mut self) -> bool {
        loop {
            let now = clock::microseconds();
            let is_over = now >= self.sweep.deadline;
            self.still_new = self.kill_new();
            if self.still_new {
                (self.last_progress, self.stuck_since) = (now, None);
                if !is_over {
                    continue;
                }
            } else if self.living().is_empty() {
                let is_done = !self.kill_new() && self.denied.is_empty() && self.is_cgroup_empty();
                // Others than the tree, who are our children too, would keep us waiting for them.
                if is_done && (self.has_proof() || !self.sweep.except.is_empty()) {
                    return self.sweep.except.is_empty();
                }
                // Nothing but what we may not signal: its own children perhaps we may; and a control
                // group reaches it, if a little later.
                let is_news = self.kill_deep() || self.kill_new();
                let is_stuck =
                    now - self.last_progress >= DEEP_AGAIN && self.sweep.cgroup.is_none();
                if !self.denied.is_empty() && !is_news && is_stuck {
                    return false;
                }
            } else if now - self.last_progress >= NO_PROGRESS && now >= self.next_deep {
                self.next_deep = now + DEEP_AGAIN;
                if self.kill_deep() || !self.are_all_asleep() {
                    self.stuck_since = None;
                } else if now - *self.stuck_since.get_or_insert(now) >= self.sweep.stuck_limit {
                    return false;
                }
            }
            if is_over {
                return false;
            }
            signals::await_child(NAP);
        }
    }

    /// Kills each child that was not signalled yet; true if there was one.
    fn kill_new(&mut self) -> bool {
        let (mut any, mut denied) = (false, None);
        let is_told = proc::is_own()
            && proc::each_child(|pid| {
                if self.sweep.except.contains(&pid) || !mark(pid) {
                    return;
                }
                any = true;
                if process::send(pid, libc::SIGKILL) == -i64::from(libc::EPERM) {
                    denied = Some(pid);
                    self.denied.push(pid);
                }
            });
        if !is_told && self.main > 0 && mark(self.main) {
            process::send(self.main, libc::SIGKILL);
            return true;
        }
        any
    }

    /// Children that have not ended and may be signalled.
    fn living(&mut self) -> Vec<i32> {
        let mut living = Vec::new();
        let except = self.sweep.except;
        let is_told = proc::is_own()
            && proc::each_child(|pid| {
                if !except.contains(&pid) && !process::has_ended(pid) {
                    living.push(pid);
                }
            });
        if !is_told && !process::reap_others(self.main) {
            // Somebody is there whom we cannot name.
            living.push(NAMELESS);
        }
        self.denied.retain(|pid| living.contains(pid));
        living.retain(|pid| !self.denied.contains(pid));
        living
    }

    /// A victim that does not die (stopped in the kernel, frozen) hides its children: kills below
    /// every living child, each process by a descriptor that stands for it.
    fn kill_deep(&mut self) -> bool {
        let (mut any, mut known) = (false, BTreeSet::new());
        let mut tops = self.living();
        tops.extend(&self.denied);
        for top in tops.into_iter().filter(|&pid| pid != NAMELESS) {
            // Where its number was another's before, below us, it has had no signal yet.
            process::send(top, libc::SIGKILL);
            members::visit_unknown(top, identity::own_pid(), &mut known, |pid, entry| {
                any |= entry.send(libc::SIGKILL) && mark(pid);
            });
        }
        any
    }

    /// Nothing but processes in state D lives: SIGKILL does not reach them, or not yet.
    fn are_all_asleep(&mut self) -> bool {
        let mut living = self.living().into_iter();
        living.all(|pid| proc::state_of(pid) == Some(b'D'))
    }

    fn is_cgroup_empty(&self) -> bool {
        self.sweep.cgroup.is_none_or(|leaf| {
            let is_empty = leaf.is_empty();
            if !is_empty {
                leaf.kill_members();
            }
            is_empty
        })
    }

    /// Everybody is dead: reaps, and asks the kernel whether anybody is left. It cannot say so where
    /// others than the tree are our children.
    fn has_proof(&mut self) -> bool {
        if let Some(info) = process::reap(self.main) {
            self.main_end = Some(info);
            self.main = 0;
        }
        while process::reap_any(self.sweep.except) {}
        process::has_no_children()
    }

    fn verdict(mut self, is_gone: bool) -> Verdict {
        let mut is_nameless = false;
        let mut survivors: Vec<(i32, i32)> = self
            .denied
            .iter()
            .map(|&pid| (pid, NOT_PERMITTED))
            .collect();
        if !is_gone {
            let why = if self.still_new {
                STILL_FORKING
            } else {
                UNKILLABLE
            };
            let living = self.living();
            is_nameless = living.contains(&NAMELESS);
            let named = living.into_iter().filter(|&pid| pid != NAMELESS);
            survivors.extend(named.map(|pid| (pid, why)));
        }
        if let Some(leaf) = self.sweep.cgroup.filter(|_| !is_gone) {
            survivors.extend(leaf.members().into_iter().map(|pid| (pid, UNKILLABLE)));
        }
        survivors.sort_unstable();
        survivors.dedup_by_key(|(pid, _)| *pid);
        Verdict {
            is_gone,
            is_nameless,
            main_end: self.main_end.or_else(|| process::reap(self.main)),
            survivors,
        }
    }
}

/// For a scope without a tree: the main child alone is waited for.
fn await_main(sweep: &Sweep) -> Verdict {
    while !process::has_ended(sweep.main) && clock::microseconds() < sweep.deadline {
        signals::await_child(NAP);
    }
    let main_end = process::reap(sweep.main);
    let survivors = if main_end.is_none() {
        vec![(sweep.main, UNKILLABLE)]
    } else {
        Vec::new()
    };
    Verdict {
        is_gone: false,
        is_nameless: false,
        main_end,
        survivors,
    }
}
