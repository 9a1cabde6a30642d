//! What the guardian does to the tree, by order or by its will: the first signal, and SIGKILL to
//! everything.

use crate::guardian::plan::Leads;
use crate::guardian::watch::Guardian;
use crate::guardian::{continuing, link};
use crate::kernel::clock::{self, Until};
use crate::kernel::{identity, proc, process, signals};
use crate::tree::scope::{Group, Scope, Sweep};
use crate::tree::{members, pid_scan, sweep, waking};
use crate::tuning::{REAP_BATCH, WALK_LIMIT};
use std::collections::BTreeSet;
use std::sync::atomic::Ordering::{Acquire, Relaxed};

impl Guardian {
    /// Sends a signal to the descendants, but not to the command and its process group (0: none),
    /// which had it already. Continues them after it: all, or only those that are stopped. An order
    /// to sweep interrupts this.
    pub fn send_to_rest(&self, signal: i32, group: i32) {
        let is_ordered = || {
            self.pass_on();
            // Otherwise exited processes would take all numbers that there are. A walk needs none
            // of these.
            self.reap_some();
            self.link.orders.load(Relaxed) & (link::SWEEP | link::LEAVE) != 0
        };
        let limit = clock::microseconds() + WALK_LIMIT;
        let limit = self.sweep_at.map_or(limit, |at| at.min(limit));
        let limit = clock::instant(&self.link.will.sweep_at).map_or(limit, |at| at.min(limit));
        let until = clock::unless(&is_ordered, limit);
        let command = self.command();
        if !proc::is_own() {
            self.send_to_children(signal, group, &until);
            return;
        }
        let is_meant = |pid: i32, entry: &proc::Entry| {
            pid != command && (group == 0 || entry.group() != Some(group))
        };
        let own = identity::own_pid();
        // A guardian tells nothing of members in other PID namespaces.
        members::look_for_foreign(false);
        members::send_below(own, BTreeSet::new(), signal, &until, is_meant);
        members::send_to_reached(libc::SIGCONT, &until, self.plan.continues_stopped_only);
    }

    /// Continues the command, or the group that it leads (a negative number).
    pub fn wake(&self, first: i32) {
        let is_known = self.plan.continues_stopped_only && proc::is_own();
        if is_known && first > 0 {
            waking::wake(first);
            return;
        }
        let root = if self.plan.scope == Scope::Tree {
            identity::own_pid()
        } else {
            0
        };
        let until = clock::until(clock::microseconds() + WALK_LIMIT);
        if !is_known || waking::wake_members(root, &[], -first, &until).1 != 0 {
            signals::send(first, libc::SIGCONT);
        }
    }

    fn reap_some(&self) {
        for _ in 0..REAP_BATCH {
            match process::reap_one(&[self.command()]) {
                0 => return,
                pid if self.plan.says_reaped => self.link.reaped.note(pid),
                _ => {}
            }
        }
    }

    /// Without /proc only children can be found; descendants whose parents exit become children.
    fn send_to_children(&self, signal: i32, group: i32, until: &Until) {
        let command = self.command();
        pid_scan::each_child(until, |pid| {
            let had_it = pid == command || group != 0 && process::group_of(pid) == group;
            if !had_it && !process::has_ended(pid) {
                signals::send(pid, signal);
                signals::send(pid, libc::SIGCONT);
            }
        });
    }

    /// Sends the signals that the supervisor wants to send to the command, where it cannot do so
    /// itself.
    pub fn pass_on(&self) {
        each_signal(self.link.signals.swap(0, Acquire), |signal| {
            if self.command() > 0 {
                signals::send(self.command(), signal);
            }
        });
    }

    /// The same to the other descendants.
    pub fn pass_on_to_rest(&self) {
        each_signal(self.link.rest.swap(0, Acquire), |signal| {
            self.send_to_rest(signal, self.link.rest_group.load(Relaxed));
        });
    }

    /// Ends the tree, and leaves. `with_group`: the supervisor is not in the command's process
    /// group any more.
    pub fn sweep(&mut self, sweep_limit: f64, with_group: bool) -> ! {
        let (link, plan) = (self.link, self.plan);
        let (main, group) = (self.command(), self.group());
        let is_at_once = (with_group || plan.leads != Leads::Nothing) && plan.scope != Scope::Child;
        let number = if main > 0 { process::group_of(main) } else { 0 };
        let spare = [plan.parent.number()];
        link.is_reaped.set();
        link.has_begun.set();
        let verdict = sweep::sweep(&Sweep {
            scope: plan.scope,
            main,
            group: if is_at_once { group } else { 0 },
            members: Group {
                number,
                is_shared: group == 0,
                spare: &spare,
            },
            is_namespace: plan.namespaces != 0,
            is_everybody: false,
            cgroup: plan.leaf(),
            deadline: clock::microseconds() + sweep_limit,
            stuck_limit: plan.stuck_limit,
            except: &[],
            guardian: 0,
        });
        link.note_verdict(&verdict);
        continuing::begin(&plan.parent, link);
        self.leave()
    }
}

fn each_signal(mut bits: u64, mut visit: impl FnMut(i32)) {
    while bits != 0 {
        visit(bits.trailing_zeros() as i32 + 1);
        bits &= bits - 1;
    }
}
