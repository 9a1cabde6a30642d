//! SIGKILL to a whole tree, until it is proven that nothing is left of it.
//!
//! Nothing is reaped while there is anything to kill: each dead child keeps its number, so a kill
//! cannot hit a stranger, and its place, so whatever goes on forking runs out of places. Only where
//! there are so many places that a look at the dead takes longer than a fork are they given back, and
//! that between two looks, when nobody holds a number.

use crate::kernel::clock::{self, Until};
use crate::kernel::{children, identity, proc, process, signals};
use crate::tree::below::Walk;
use crate::tree::marks::{mark, unmark};
use crate::tree::scope::Sweep;
use crate::tree::stuck::Stuck;
use crate::tree::verdict::{self, NOT_PERMITTED, Verdict};
use crate::tree::{marks, members, numbers};
use crate::tuning::{
    CROWD, DEEP_AGAIN, DEEP_SLICE, ENDS_LIMIT, FEW, MANY, NAMING_LIMIT, NAP, NO_PROGRESS, ONE_END,
    PROGRESS_LIMIT,
};
use std::collections::BTreeSet;

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
    /// A walk below the living, and whether it has found a process that had no signal yet.
    walk: Walk,
    deep_news: bool,
    stuck: Stuck,
    still_new: bool,
    main_end: Option<libc::siginfo_t>,
}

/// Stands for a process that is there, but not to be seen.
const NAMELESS: i32 = 0;

pub fn run(sweep: &Sweep) -> Verdict {
    marks::clear();
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
        walk: Walk::default(),
        deep_news: false,
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
            if self.still_new {
                self.alive.clear();
                self.last_progress = now;
                self.stuck.reset();
                if self.until.is_over() {
                    return false;
                }
                continue;
            }
            // What becomes ours while we look deeper costs one call each, and comes first.
            let is_deep = !self.walk.is_over();
            let living = if is_deep { 0 } else { self.count_living() };
            let outcome = if is_deep {
                self.go_deeper()
            } else if living == 0 {
                self.look_for_others(now)
            } else if self.is_deep_due(living, now) {
                self.begin_deep();
                self.go_deeper()
            } else {
                None
            };
            if let Some(is_gone) = outcome {
                return is_gone;
            }
            if self.until.is_over() {
                return false;
            }
            if is_deep || !self.walk.is_over() {
                continue;
            }
            signals::await_child(NAP);
            if living > MANY {
                clock::rest((living as f64 * ONE_END).min(ENDS_LIMIT));
            }
        }
    }

    /// No child lives that may be signalled: what is to be answered, where that was all.
    fn look_for_others(&mut self, now: f64) -> Option<bool> {
        let is_done = !self.kill_new() && self.denied.is_empty() && self.is_cgroup_empty();
        // Others than the tree, who are our children too, would keep us waiting for them.
        if is_done && (self.has_proof() || !self.sweep.except.is_empty()) {
            return Some(self.sweep.except.is_empty());
        }
        // Nothing but what we may not signal: its own children perhaps we may; and a control group
        // reaches it, if a little later.
        self.begin_deep();
        while !self.walk.is_over() && !self.until.is_over() {
            self.go_deep();
        }
        let is_news = self.deep_news || self.kill_new();
        let is_stuck = now - self.last_progress >= DEEP_AGAIN && self.sweep.cgroup.is_none();
        (!self.denied.is_empty() && !is_news && is_stuck).then_some(false)
    }

    /// A part of a look deeper, and what is to be answered where that was the last, and found nobody.
    fn go_deeper(&mut self) -> Option<bool> {
        self.go_deep();
        if !self.walk.is_over() {
            return None;
        }
        let is_first = self.next_deep == 0.0;
        self.next_deep = clock::microseconds() + DEEP_AGAIN;
        // What was signalled just now may be collected a moment later: one more round tells.
        if self.deep_news || is_first {
            return None;
        }
        let living = self.living_for_sure();
        let is_dead = living.is_empty() && self.denied.is_empty() && self.is_cgroup_empty();
        if is_dead && !self.living().is_empty() {
            // All are dead; who traces one keeps it from us.
            return Some(self.sweep.except.is_empty());
        }
        (!is_dead && self.stuck.is_over(&living)).then_some(false)
    }

    /// Whether those below the living are to be killed, too, and not only once they are ours.
    fn is_deep_due(&mut self, living: usize, now: f64) -> bool {
        // Where a few have all others below them, they may keep us waiting for their end.
        let is_first = self.next_deep == 0.0 && living <= FEW;
        !self.is_progress(living, now) && now >= self.next_deep || is_first
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
        let is_told = self.has_proc && children::each(&self.until, &mut visit);
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

    /// A victim that does not die (stopped in the kernel, frozen, or without a turn on a processor)
    /// hides its children: all below every living child are to be killed, each by a descriptor.
    fn begin_deep(&mut self) {
        let tops = self.tops();
        for &top in &tops {
            // Where its number was another's before, below us, it has had no signal yet.
            signals::send(top, libc::SIGKILL);
        }
        self.deep_news = false;
        self.walk
            .begin(if self.has_proc { tops } else { Vec::new() });
    }

    /// Children of ours that have not ended, those that we may not signal included.
    fn tops(&mut self) -> Vec<i32> {
        let mut tops = self.living();
        tops.extend(&self.denied);
        tops.retain(|&pid| pid != NAMELESS);
        tops
    }

    fn go_deep(&mut self) {
        let limit = clock::microseconds() + DEEP_SLICE;
        let until = clock::until(limit.min(self.sweep.deadline));
        self.walk.go_on(&until, |pid| self.deep_news |= mark(pid));
        if self.walk.is_over() && self.walk.has_missed() {
            // The same with two descriptors at a time.
            let (mut known, own) = (BTreeSet::new(), identity::own_pid());
            for top in self.tops() {
                members::visit_unknown(top, own, &mut known, &self.until, |pid, entry| {
                    self.deep_news |= entry.send(libc::SIGKILL) && mark(pid);
                });
            }
        }
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
        // There is a little time for their names, and for those that have come last.
        self.until = clock::until(clock::microseconds() + NAMING_LIMIT);
        if !is_gone {
            let is_new = self.kill_new() || self.still_new;
            let living = self.living_for_sure();
            is_nameless = living.contains(&NAMELESS);
            let named = living.into_iter().filter(|&pid| pid != NAMELESS);
            survivors.extend(named.map(|pid| (pid, verdict::why(pid, is_new))));
        }
        if let Some(leaf) = self.sweep.cgroup.filter(|_| !is_gone) {
            let members = leaf.members(&self.until).into_iter();
            survivors.extend(members.map(|pid| (pid, verdict::why(pid, false))));
        }
        let guardian = self.sweep.guardian;
        if guardian > 0 && survivors.iter().any(|&(pid, _)| pid == guardian) {
            survivors.retain(|&(pid, _)| pid != guardian);
            let below = members::below(guardian, &self.until).into_iter();
            survivors.extend(below.map(|pid| (pid, verdict::why(pid, false))));
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
