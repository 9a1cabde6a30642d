//! The command's parent: a small process of curfew's that ends the tree when the supervisor cannot.
//!
//! It is a copy of the supervisor, made by fork at the spawn, and never runs TypeScript. Everything
//! it does without an order is in its will (see link.rs), and every number there comes from
//! TypeScript.

use crate::guardian::continuing;
use crate::guardian::link::{self, Link, TO_COMMAND};
use crate::guardian::plan::{Leads, Plan};
use crate::kernel::{clock, identity, proc, process, signals, terminal};
use crate::tree::cgroup::Leaf;
use crate::tree::members;
use crate::tree::scope::Scope;
use crate::tuning::{ALONE_POLL, ENDS_TOGETHER, GUARDIAN_POLL, REAP_SLICE, SETTLE_IN};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

#[unsafe(link_section = ".bss.near")]
static IS_COPY: AtomicBool = AtomicBool::new(false);

/// Whether this process is a copy of curfew, a guardian or a reader: its failure ends only itself.
pub fn is_copy() -> bool {
    IS_COPY.load(Relaxed)
}

/// Makes this process such a copy.
pub fn announce() {
    IS_COPY.store(true, Relaxed);
}

/// Signals that supervisor and guardian send each other. A process that sends them to the guardian
/// asks for nothing.
const OURS: [i32; 2] = [libc::SIGCHLD, libc::SIGCONT];

pub struct Guardian {
    pub plan: &'static Plan,
    pub link: &'static Link,
    /// When the sweep begins, once the supervisor has died and the will's signal was sent.
    pub sweep_at: Option<f64>,
    /// The kernel tells the guardian when the supervisor dies; otherwise it has to look.
    pub hears_end: bool,
    /// What only a longer life needs is done.
    pub has_settled_in: bool,
}

impl Guardian {
    pub fn watch(&mut self) -> ! {
        // Whatever happened to the children so far has left a signal pending.
        loop {
            self.obey();
            self.execute_will();
            let (signal, sender) = signals::await_any(self.rest());
            if signal == 0 {
                self.settle_in();
            }
            if signal == libc::SIGCHLD && self.command() == 0 {
                // One look serves for many exits: each look goes through all children that live.
                clock::rest(ENDS_TOGETHER);
            }
            // A process that signals the command's parent means the supervisor. Signals to the
            // whole process group, before the guardian had a session of its own, reached the
            // supervisor, too.
            let is_request = !OURS.contains(&signal) && sender > 0;
            let parent = &self.plan.parent;
            if is_request && !parent.is_first() && !parent.is_sender(sender) {
                self.tell(signal);
            }
            self.look_after_children();
        }
    }

    /// How long the guardian may wait; not long at first, so that a command that exits soon pays
    /// for nothing.
    fn rest(&self) -> Option<f64> {
        let parent = &self.plan.parent;
        let due = clock::earlier(self.time_left(), continuing::again(parent, self.link));
        let alone = parent.is_lost().then_some(ALONE_POLL);
        let soon = (!self.has_settled_in).then_some(SETTLE_IN);
        clock::earlier(due, clock::earlier(alone, soon))
    }

    pub fn has_supervisor(&self) -> bool {
        self.plan.parent.is_there()
    }

    fn tell(&self, signal: i32) {
        self.plan.parent.tell(signal);
    }

    /// The time until something is to be done without an order.
    fn time_left(&self) -> Option<f64> {
        let will = &self.link.will;
        let signal_at =
            clock::instant(&will.signal_at).filter(|_| !self.link.has_sent_backstop.is_set());
        let instants = [self.sweep_at, clock::instant(&will.sweep_at), signal_at];
        let first = instants.into_iter().flatten().reduce(f64::min);
        let left = first.map(|at| (at - clock::microseconds()).max(0.0) + 1.0);
        // A process that is in the cgroup, but no descendant, exits without a signal to the
        // guardian.
        let has_ended = self.command() == 0 && process::has_no_children();
        if !self.hears_end || (has_ended && self.plan.leaf().is_some()) {
            return Some(left.unwrap_or(GUARDIAN_POLL).min(GUARDIAN_POLL));
        }
        left
    }

    /// Whether no process is left: no descendant, and none in the tree's cgroup.
    fn is_gone(&self) -> bool {
        process::has_no_children() && self.plan.leaf().is_none_or(Leaf::is_empty)
    }

    fn look_after_children(&mut self) {
        let command = self.command();
        self.reap_orphans(&[command], f64::INFINITY);
        if command > 0 {
            self.look_at_command(command);
        } else if self.link.has_ended.is_set() && self.is_gone() {
            self.link.note_usage();
            self.link.is_gone.set();
            self.leave();
        }
    }

    /// Reaps orphans as long as there is time: a tree may make more of them without a pause.
    fn reap_orphans(&self, except: &[i32], limit: f64) {
        let note = |pid| {
            if self.plan.says_reaped {
                self.link.reaped.note(pid);
            }
        };
        // Most commands have no orphans: then the clock is not read.
        match process::reap_one(except) {
            0 => return,
            pid => note(pid),
        }
        let until = clock::until(limit.min(clock::microseconds() + REAP_SLICE));
        let is_more = process::reap_all(except, &until, note);
        if self.plan.says_reaped {
            self.tell(libc::SIGCHLD);
        }
        if is_more {
            // This signal brings the guardian here again.
            signals::send(identity::own_pid(), libc::SIGCHLD);
        }
    }

    /// The command's number while it is a child of the guardian; 0: it was reaped.
    pub fn command(&self) -> i32 {
        match self.link.is_reaped.is_set() {
            true => 0,
            false => self.link.command.load(Relaxed),
        }
    }

    fn look_at_command(&mut self, command: i32) {
        let link = self.link;
        if !process::has_ended(command) {
            self.look_at_stops(command);
            return;
        }
        link.is_reaped.set();
        if let Some(info) = process::reap(command) {
            // At once: a supervisor that takes over meanwhile finds it here.
            link.write_end(&info);
            self.settle();
            link.note_usage();
            if self.is_gone() {
                link.is_gone.set();
            }
            let is_told_to_stay =
                link.will.stays_for_leftovers.load(Relaxed) || link.has_sent_backstop.is_set();
            let is_over = link.is_gone.is_set() || (!is_told_to_stay && self.has_supervisor());
            if is_over {
                // Set before the command's exit is written: a supervisor that learns of the exit
                // also knows this.
                link.has_left.set();
            }
            link.has_ended.set();
            if is_over {
                self.leave();
            }
            self.plan.parent.tell_end();
        }
    }

    fn look_at_stops(&self, command: i32) {
        let stops = libc::WSTOPPED | libc::WCONTINUED | libc::WNOHANG;
        while let Ok(info) = process::waitid(libc::P_PID, command, stops)
            && process::pid_of(&info) != 0
        {
            self.link.note_stop(&info);
            self.tell(libc::SIGCHLD);
        }
    }

    /// Reaps as long as one exit follows another: a process that dies together with the command is
    /// no leftover.
    fn settle(&self) {
        if process::has_no_children() {
            return;
        }
        let will = &self.link.will;
        let quiet = will.settle_quiet.load(Relaxed) as f64;
        let limit = clock::microseconds() + will.settle_limit.load(Relaxed) as f64;
        loop {
            self.reap_orphans(&[], limit);
            let is_over = process::has_no_children() || clock::microseconds() > limit;
            if is_over || !signals::await_child(quiet) {
                return;
            }
        }
    }

    fn obey(&mut self) {
        let link = self.link;
        self.pass_on();
        let orders = link.orders.swap(0, Acquire);
        if orders & link::SWEEP != 0 {
            let with_group = orders & link::WITH_GROUP != 0;
            self.sweep(link.sweep_limit.load(Relaxed) as f64, with_group);
        }
        if orders & link::LEAVE != 0 {
            self.leave();
        }
        self.pass_on_to_rest();
    }

    fn execute_will(&mut self) {
        let now = clock::microseconds();
        let will = &self.link.will;
        let has_passed = |at: Option<f64>| at.is_some_and(|at| now >= at);
        let is_alone = !self.has_supervisor();
        if has_passed(self.sweep_at) || has_passed(clock::instant(&will.sweep_at)) {
            self.sweep(will.sweep_limit.load(Relaxed) as f64, is_alone);
        }
        if is_alone {
            terminal::give_back();
        }
        if is_alone && self.sweep_at.is_none() {
            self.sweep_at = Some(now + will.grace.load(Relaxed) as f64);
        }
        let is_due = has_passed(clock::instant(&will.signal_at));
        if !self.link.has_sent_backstop.is_set() && (is_alone || is_due) {
            self.act(now, is_alone, is_due);
        }
    }

    /// Sends the will's signal: in the place of a supervisor that has died, or did nothing when its
    /// instant was due. Nothing where the supervisor has taken that instant just now.
    fn act(&self, now: f64, is_alone: bool, is_due: bool) {
        let (link, will) = (self.link, &self.link.will);
        let is_whole = self.plan.scope == Scope::Tree && proc::is_own();
        link.backstop_at.store(now as i64, Relaxed);
        // Until all have the signal, the supervisor sends it to none.
        let all = if is_whole { u64::MAX } else { 0 };
        link.signaled_born.store(all, Relaxed);
        let is_due = is_due && link.take_signal(now);
        if !is_alone && !is_due {
            return;
        }
        link.has_sent_backstop.set();
        continuing::begin(&self.plan.parent, link);
        // What the supervisor sent before it died is not sent again.
        let recipients = match is_due {
            true => link::TO_NONE,
            false => will.recipients.load(Acquire),
        };
        let signal = will.signal.load(Relaxed);
        self.send(signal, recipients);
        if is_whole {
            let last = members::last_born(signal).max(1);
            link.signaled_born.store(last, Release);
        }
    }

    /// Sends a signal to the command, and to its process group if that is its own and in the scope;
    /// then to all other descendants. Continues them after it: all, or those that are stopped.
    /// Processes that have had the signal already get nothing.
    fn send(&self, signal: i32, recipients: i32) {
        let (command, group) = (self.command(), self.group());
        let has_group = self.plan.scope != Scope::Child && !self.has_supervisor();
        let by_group = if has_group { group } else { 0 };
        let first = if by_group > 0 { -by_group } else { command };
        if first != 0 && recipients == link::TO_NONE {
            signals::send(first, signal);
            self.wake(first);
        }
        // Without /proc the guardian finds only its children: a supervisor that lives finds the
        // others.
        let is_ours = first == 0 || !self.has_supervisor() || proc::is_own();
        if self.plan.scope == Scope::Tree && recipients != link::TO_ALL && is_ours {
            self.send_to_rest(
                signal,
                if recipients == TO_COMMAND {
                    0
                } else {
                    by_group
                },
            );
        }
    }

    /// The command's process group, while it is sure to be that: the command is in it and not
    /// reaped. 0: none.
    pub fn group(&self) -> i32 {
        let command = self.command();
        let group = match self.plan.leads {
            Leads::Nothing => self.plan.group,
            _ => command,
        };
        if command > 0 && group > 0 && process::group_of(command) == group {
            group
        } else {
            0
        }
    }

    /// Leaves: all is said, and the supervisor goes on, or there is no supervisor.
    pub fn leave(&self) -> ! {
        if !self.plan.cgroups.is_empty() && !self.has_supervisor() {
            self.plan.cgroups.iter().for_each(Leaf::remove);
        }
        self.link.has_left.set();
        self.plan.parent.tell_end();
        continuing::linger(&self.plan.parent, self.link);
        exit()
    }
}

fn exit() -> ! {
    // SAFETY: ends this process.
    unsafe { libc::_exit(0) }
}
