//! Ends what was started by SIGKILL, as far as the scope reaches.

use crate::kernel::{clock, process, processor, signals};
use crate::tree::scope::{Group, Scope, Sweep};
use crate::tree::verdict::Verdict;
use crate::tree::{sweep_group, sweep_tree};
use crate::tuning::NAP;

/// Sweeps, and comes back at the latest a little after the deadline. A call that kills many at once
/// comes first: none of these can fork in between.
pub fn sweep(sweep: &Sweep) -> Verdict {
    let before = processor::raise_priority(0);
    if sweep.is_namespace || sweep.is_everybody {
        signals::send(-1, libc::SIGKILL);
    }
    if sweep.group > 0 {
        signals::send(-sweep.group, libc::SIGKILL);
    }
    if let Some(leaf) = sweep.cgroup {
        leaf.kill(&clock::until(sweep.deadline));
    }
    let verdict = match sweep.scope {
        Scope::Child => end_main(sweep),
        Scope::Group => end_group(sweep, &sweep.members),
        Scope::Tree if sweep.is_namespace => end_namespace(sweep),
        Scope::Tree => sweep_tree::run(sweep),
    };
    if let Some(nice) = before {
        processor::restore_priority(nice);
    }
    verdict
}

/// Ends the main child alone.
fn end_main(sweep: &Sweep) -> Verdict {
    end_group(sweep, &Group::default())
}

/// Ends the main child and all in its process group. Proves nothing: a process that left the group
/// is not looked for.
fn end_group(sweep: &Sweep, members: &Group) -> Verdict {
    let survivors = sweep_group::end(sweep, members);
    Verdict {
        main_end: process::reap(sweep.main),
        survivors,
        ..Verdict::default()
    }
}

/// Ends a PID namespace whose PID 1 is this process. All are killed, and when this process exits,
/// the kernel kills also those that it may not signal, and waits for each: that exit is the proof.
/// Only what no other process can tell is waited for here: how the main child exited, and what was
/// used.
fn end_namespace(sweep: &Sweep) -> Verdict {
    let limit = clock::microseconds() + sweep.stuck_limit / 2.0;
    let until = clock::until(limit.min(sweep.deadline));
    let mut main = sweep.main;
    let is_denied = signals::send(main.max(1), libc::SIGKILL) == -i64::from(libc::EPERM);
    let mut main_end = None;
    while !until.is_over() && !process::has_no_children() {
        if let Some(info) = process::reap(main) {
            (main_end, main) = (Some(info), 0);
        }
        process::reap_all(&[main], &until, |_| {});
        let is_told = signals::await_child(NAP);
        if !is_told && (is_denied || main == 0) {
            break;
        }
    }
    Verdict {
        main_end: main_end.or_else(|| process::reap(main)),
        ..Verdict::default()
    }
}
