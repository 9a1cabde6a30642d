//! Ends a whole tree by SIGKILL, until it is proven that nothing is left of it.
//!
//! No child is reaped while there is anything to kill. So a dead child keeps its number, and a kill
//! cannot hit a process outside of the tree; and it keeps its place in the table of processes, so
//! that a tree that forks runs out of places. Where there are so many places that a look at the
//! dead takes longer than a fork, dead children are reaped, but only between two looks, when no
//! number is in use here.

use crate::kernel::clock::{self, Until};
use crate::kernel::{children, identity, proc, process, signals};
use crate::tree::below::Walk;
use crate::tree::marks::{self, mark, unmark};
use crate::tree::scope::Sweep;
use crate::tree::stuck::Stuck;
use crate::tree::verdict::{self, NOT_PERMITTED, Verdict};
use crate::tree::{members, pid_scan};
use crate::tuning::{
    CROWD, DEEP_AGAIN, DEEP_SLICE, ENDS_LIMIT, MANY, NAMING_LIMIT, NAP, NO_PROGRESS, ONE_END,
    PROGRESS_LIMIT,
};
use std::collections::BTreeSet;

struct Progress<'a> {
    sweep: &'a Sweep<'a>,
    until: Until<'a>,
    has_proc: bool,
    /// The main child until it is reaped.
    main: i32,
    /// Children that may not be signalled.
    denied: Vec<i32>,
    /// When a process that had no signal yet was killed last, and when a child exited last.
    last_progress: f64,
    last_end: f64,
    /// How many children lived at the last look, and which of these are not known to have exited
    /// since.
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

/// Stands for a process that exists, but that /proc does not show.
const NAMELESS: i32 = 0;

pub fn run(sweep: &Sweep) -> Verdict {
    marks::clear();
    let mut progress = Progress {
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
    let is_gone = progress.run();
    progress.verdict(is_gone)
}

impl Progress<'_> {
    /// Kills until nothing is left, or the time is over. True with the proof that nothing is left.
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
            // Processes whose parents exit while a walk goes deeper become children of this
            // process. Each costs one call, so they come first.
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

    /// No child is left that lives and may be signalled. Answers what `run` is to answer, if
    /// nothing else is left either.
    fn look_for_others(&mut self, now: f64) -> Option<bool> {
        let is_done = !self.kill_new() && self.denied.is_empty() && self.is_cgroup_empty();
        let is_proven = is_done && self.has_proof();
        // Children of this process that are not of the tree would keep it waiting for them.
        if is_proven || is_done && !self.sweep.except.is_empty() {
            return Some(is_proven);
        }
        // Only processes are left that may not be signalled. Perhaps their children may; and a
        // cgroup reaches them, if a little later.
        self.begin_deep();
        while !self.walk.is_over() && !self.until.is_over() {
            self.go_deep();
        }
        let is_news = self.deep_news || self.kill_new();
        let is_stuck = now - self.last_progress >= DEEP_AGAIN && self.sweep.cgroup.is_none();
        (!self.denied.is_empty() && !is_news && is_stuck).then_some(false)
    }

    /// Walks a part of the way below the living. Answers what `run` is to answer, if that was the
    /// last part and found no process.
    fn go_deeper(&mut self) -> Option<bool> {
        self.go_deep();
        if !self.walk.is_over() {
            return None;
        }
        self.next_deep = clock::microseconds() + DEEP_AGAIN;
        // A process that was signalled just now may exit a moment later: one more round tells.
        if self.deep_news {
            return None;
        }
        let living = self.living_for_sure();
        let is_dead = living.is_empty() && self.denied.is_empty() && self.is_cgroup_empty();
        if is_dead && !self.living().is_empty() {
            // All have exited, but a tracer has not collected one of them yet, and the kernel does
            // not give it to its parent before.
            return Some(self.sweep.except.is_empty());
        }
        (!is_dead && self.stuck.is_over(&living)).then_some(false)
    }

    /// Whether descendants below the living children are to be killed, too, without waiting until
    /// they become children.
    fn is_deep_due(&mut self, living: usize, now: f64) -> bool {
        !self.is_progress(living, now) && now >= self.next_deep
    }

    /// Whether the tree is still getting smaller, so that waiting may be enough.
    fn is_progress(&mut self, living: usize, now: f64) -> bool {
        if living < self.lived {
            self.last_end = now;
        }
        self.lived = living;
        let since = now - self.last_progress;
        since < NO_PROGRESS || (now - self.last_end < NO_PROGRESS && since < PROGRESS_LIMIT)
    }

    /// Calls `visit` for every child, running or exited.
    fn each_child(&self, mut visit: impl FnMut(i32)) {
        let is_told = self.has_proc && children::each(&self.until, &mut visit);
        if !is_told {
            pid_scan::each_child(&self.until, visit);
        }
    }

    /// Kills each child that had no signal yet; true if there was one.
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

    /// Reaps children that were killed and have exited.
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

    /// How many children have not exited. As no child is reaped, one that has exited is not asked
    /// again; all children are looked at again once none is left of those that lived.
    fn count_living(&mut self) -> usize {
        self.alive.retain(|&pid| !process::has_ended(pid));
        if self.alive.is_empty() {
            self.alive = self.living();
        }
        self.alive.len()
    }

    /// Children that have not exited and may be signalled.
    fn living(&mut self) -> Vec<i32> {
        let (mut living, mut any) = (Vec::new(), false);
        self.each_child(|pid| {
            any = true;
            if !self.sweep.except.contains(&pid) && !process::has_ended(pid) {
                living.push(pid);
            }
        });
        if !any && !process::has_no_children() {
            // A child exists that cannot be named.
            living.push(NAMELESS);
        }
        self.denied.retain(|pid| living.contains(pid));
        living.retain(|pid| !self.denied.contains(pid));
        living
    }

    /// The same, without those that a tracer has not collected.
    fn living_for_sure(&mut self) -> Vec<i32> {
        let mut living = self.living();
        living.retain(|&pid| pid == NAMELESS || !process::is_over(pid));
        living
    }

    /// Begins a walk below every living child. A victim that does not exit (stopped in the kernel,
    /// frozen, or without a turn on a processor) hides its children. Each process is killed by a
    /// descriptor.
    fn begin_deep(&mut self) {
        let tops = self.tops();
        for &top in &tops {
            // If the number was another descendant's before, this child has had no signal yet.
            signals::send(top, libc::SIGKILL);
        }
        self.deep_news = false;
        self.walk
            .begin(if self.has_proc { tops } else { Vec::new() });
    }

    /// Children that have not exited, also those that may not be signalled.
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
            // The same once more, for which two descriptors at a time are enough.
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

    /// All have exited: reaps them, and asks the kernel whether any child is left. The kernel
    /// cannot tell if children outside of the tree are left.
    fn has_proof(&mut self) -> bool {
        // The main child may become this process's as soon as the guardian is reaped.
        let kept = [self.sweep.except, &[self.main]].concat();
        process::reap_all(&kept, &self.until, unmark);
        if let Some(info) = process::reap(self.main) {
            (self.main_end, self.main) = (Some(info), 0);
            process::reap_all(self.sweep.except, &self.until, unmark);
        }
        process::has_no_children()
    }

    fn verdict(mut self, is_gone: bool) -> Verdict {
        let mut is_nameless = false;
        let denied = self.denied.iter();
        let mut survivors: Vec<_> = denied.map(|&pid| (pid, NOT_PERMITTED)).collect();
        // There is a little time to find names, and processes that were made last.
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
