//! SIGKILL to a whole tree, until it is proven that nothing is left of it.
//!
//! Nothing is reaped while there is anything to kill: each dead child keeps its number, so a kill
//! cannot hit a stranger, and its place, so whatever goes on forking runs out of places. Only where
//! there are so many places that a look at the dead takes longer than a fork are they given back, and
//! that between two looks, when nobody holds a number.

use crate::kernel::clock::{self, Until};
use crate::kernel::{identity, proc, process, signals};
use crate::tree::scope::Sweep;
use crate::tree::stuck::Stuck;
use crate::tree::verdict::{NOT_PERMITTED, STILL_FORKING, UNKILLABLE, Verdict};
use crate::tree::{members, numbers};
use crate::tuning::{
    CROWD, DEEP_AGAIN, ENDS_LIMIT, MANY, NAMING_LIMIT, NAP, NO_PROGRESS, ONE_END, PROGRESS_LIMIT,
};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A bit per number of a process, modulo their count. Who shares a bit with another is passed over at
/// first, and killed with those that did not die.
static SIGNALLED: [AtomicU64; 1 << 10] = [const { AtomicU64::new(0) }; 1 << 10];

fn place(pid: i32) -> (&'static AtomicU64, u64) {
    (
        &SIGNALLED[pid as usize >> 6 & (SIGNALLED.len() - 1)],
        1 << (pid & 63),
    )
}

/// True the first time.
fn mark(pid: i32) -> bool {
    let (word, bit) = place(pid);
    let before = word.load(Relaxed);
    word.store(before | bit, Relaxed);
    before & bit == 0
}

/// Its number may be another's.
fn unmark(pid: i32) {
    let (word, bit) = place(pid);
    word.store(word.load(Relaxed) & !bit, Relaxed);
}

struct Course<'a> {
    sweep: &'a Sweep<'a>,
    until: Until<'a>,
    has_proc: bool,
    /// The main child until we reap it.
    main: i32,
    /// Those that we may not signal.
    denied: Vec<i32>,
    /// When somebody new was killed, and when somebody ended.
    last_progress: f64,
    last_end: f64,
    /// How many lived at the last look, and who did as far as that is still known.
    lived: usize,
    alive: Vec<i32>,
    next_deep: f64,
    stuck: Stuck,
    still_new: bool,
    main_end: Option<libc::siginfo_t>,
}

/// Stands for a process that is there, but not to be seen.
const NAMELESS: i32 = 0;

pub fn run(sweep: &Sweep) -> Verdict {
    // Numbers of an earlier command may be another's now.
    SIGNALLED.iter().for_each(|word| word.store(0, Relaxed));
    let mut course = Course {
        sweep,
        until: clock::until(sweep.deadline),
        has_proc: proc::is_own(),
        main: sweep.main,
        denied: Vec::new(),
        last_progress: clock::microseconds(),
        last_end: 0.0,
        lived: 0,
        alive: Vec::new(),
        next_deep: 0.0,
        stuck: Stuck::new(sweep.stuck_limit),
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
            self.still_new = self.kill_new();
            let living = if self.still_new {
                0
            } else {
                self.count_living()
            };
            if self.still_new {
                self.alive.clear();
                self.last_progress = now;
                self.stuck.reset();
                if !self.until.is_over() {
                    continue;
                }
            } else if living == 0 {
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
            } else if !self.is_progress(living, now) && now >= self.next_deep {
                self.next_deep = now + DEEP_AGAIN;
                let is_news = self.kill_deep();
                let living = self.living_for_sure();
                let is_dead = living.is_empty() && self.denied.is_empty() && self.is_cgroup_empty();
                if is_dead && !is_news && !self.living().is_empty() {
                    // All are dead; who traces one keeps it from us.
                    return self.sweep.except.is_empty();
                }
                // What was signalled just now may be collected a moment later: one more round tells.
                if !is_dead && !is_news && self.stuck.is_over(&living) {
                    return false;
                }
            }
            if self.until.is_over() {
                return false;
            }
            signals::await_child(NAP);
            if living > MANY {
                clock::rest((living as f64 * ONE_END).min(ENDS_LIMIT));
            }
        }
    }

    /// Whether a moment more of waiting may do.
    fn is_progress(&mut self, living: usize, now: f64) -> bool {
        if living < self.lived {
            self.last_end = now;
        }
        self.lived = living;
        let since = now - self.last_progress;
        since < NO_PROGRESS || (now - self.last_end < NO_PROGRESS && since < PROGRESS_LIMIT)
    }

    /// Every child, dead or alive.
    fn each_child(&self, mut visit: impl FnMut(i32)) {
        let is_told = self.has_proc && proc::each_child(&self.until, &mut visit);
        if !is_told {
            numbers::each_child(&self.until, visit);
        }
    }

    /// Kills each child that was not signalled yet; true if there was one.
    fn kill_new(&mut self) -> bool {
        let (mut any, mut count, mut denied) = (false, 0, Vec::new());
        self.each_child(|pid| {
            count += 1;
            if self.sweep.except.contains(&pid) || !mark(pid) {
                return;
            }
            any = true;
            if signals::send(pid, libc::SIGKILL) == -i64::from(libc::EPERM) {
                denied.push(pid);
            }
        });
        self.denied.append(&mut denied);
        if count > CROWD {
            self.make_room();
        }
        any
    }

    /// Reaps children that were killed, and have ended.
    fn make_room(&self) {
        let (mut dead, mut count) = ([0; CROWD], 0);
        self.each_child(|pid| {
            let is_meant = pid != self.main && !self.sweep.except.contains(&pid);
            if let Some(place) = dead.get_mut(count).filter(|_| is_meant) {
                *place = pid;
                count += 1;
            }
        });
        for &pid in &dead[..count] {
            if process::reap(pid).is_some() {
                unmark(pid);
            }
        }
    }

    /// How many of them have not ended. Nobody is reaped, so who has ended is not asked again; all are
    /// looked at where none is left of those that lived.
    fn count_living(&mut self) -> usize {
        self.alive.retain(|&pid| !process::has_ended(pid));
        if self.alive.is_empty() {
            self.alive = self.living();
        }
        self.alive.len()
    }

    /// Children that have not ended and may be signalled.
    fn living(&mut self) -> Vec<i32> {
        let (mut living, mut any) = (Vec::new(), false);
        self.each_child(|pid| {
            any = true;
            if !self.sweep.except.contains(&pid) && !process::has_ended(pid) {
                living.push(pid);
            }
        });
        if !any && !process::has_no_children() {
            // Somebody is there whom we cannot name.
            living.push(NAMELESS);
        }
        self.denied.retain(|pid| living.contains(pid));
        living.retain(|pid| !self.denied.contains(pid));
        living
    }

    /// The same but for those that a tracer has not reaped.
    fn living_for_sure(&mut self) -> Vec<i32> {
        let mut living = self.living();
        living.retain(|&pid| pid == NAMELESS || !process::is_over(pid));
        living
    }

    /// A victim that does not die (stopped in the kernel, frozen) hides its children: kills below
    /// every living child, each process by a descriptor that stands for it.
    fn kill_deep(&mut self) -> bool {
        let (mut any, mut known) = (false, BTreeSet::new());
        let mut tops = self.living();
        tops.extend(&self.denied);
        for top in tops.into_iter().filter(|&pid| pid != NAMELESS) {
            if self.until.is_over() {
                break;
            }
            // Where its number was another's before, below us, it has had no signal yet.
            signals::send(top, libc::SIGKILL);
            if self.has_proc {
                let own = identity::own_pid();
                members::visit_unknown(top, own, &mut known, &self.until, |pid, entry| {
                    any |= entry.send(libc::SIGKILL) && mark(pid);
                });
            }
        }
        any
    }

    fn is_cgroup_empty(&self) -> bool {
        self.sweep.cgroup.is_none_or(|leaf| {
            let is_empty = leaf.is_empty();
            if !is_empty {
                leaf.kill_members(&self.until);
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
        process::reap_all(self.sweep.except, &self.until, unmark);
        process::has_no_children()
    }

    fn verdict(mut self, is_gone: bool) -> Verdict {
        let mut is_nameless = false;
        let denied = self.denied.iter();
        let mut survivors: Vec<_> = denied.map(|&pid| (pid, NOT_PERMITTED)).collect();
        // There is a little time for their names.
        self.until = clock::until(clock::microseconds() + NAMING_LIMIT);
        if !is_gone {
            let why = [UNKILLABLE, STILL_FORKING][usize::from(self.still_new)];
            let living = self.living_for_sure();
            is_nameless = living.contains(&NAMELESS);
            let named = living.into_iter().filter(|&pid| pid != NAMELESS);
            survivors.extend(named.map(|pid| (pid, why)));
        }
        if let Some(leaf) = self.sweep.cgroup.filter(|_| !is_gone) {
            let members = leaf.members(&self.until).into_iter();
            survivors.extend(members.map(|pid| (pid, UNKILLABLE)));
        }
        let guardian = self.sweep.guardian;
        if guardian > 0 && survivors.iter().any(|&(pid, _)| pid == guardian) {
            survivors.retain(|&(pid, _)| pid != guardian);
            let below = members_below(guardian, &self.until).into_iter();
            survivors.extend(below.map(|pid| (pid, UNKILLABLE)));
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

/// Those below a guardian that does not end: it waits for them itself.
pub fn members_below(guardian: i32, until: &Until) -> Vec<i32> {
    let mut found = Vec::new();
    if proc::is_own() {
        members::visit_unknown(guardian, guardian, &mut BTreeSet::new(), until, |pid, _| {
            found.push(pid);
        });
    }
    found
}
