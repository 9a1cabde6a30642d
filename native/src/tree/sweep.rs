//! SIGKILL to everything that was started: what is reached, and what came of it.

use crate::kernel::{clock, process, processor, signals};
use crate::tree::scope::{Group, Scope, Sweep};
use crate::tree::verdict::Verdict;
use crate::tree::{course, group};
use crate::tuning::NAP;

/// The whole routine; comes back at the latest a little after the deadline. What ends many at once
/// goes first: nobody can fork in between.
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
        Scope::Tree => course::run(sweep),
    };
    if let Some(nice) = before {
        processor::restore_priority(nice);
    }
    verdict
}

/// The main child alone.
fn end_main(sweep: &Sweep) -> Verdict {
    end_group(sweep, &Group::default())
}

/// The main child, and all in its process group. Nothing is proven: who left the group is not looked for.
fn end_group(sweep: &Sweep, members: &Group) -> Verdict {
    let survivors = group::end(sweep, members);
    Verdict {
        main_end: process::reap(sweep.main),
        survivors,
        ..Verdict::default()
    }
}

/// All are killed, and our own end takes with it whom we may not signal: the kernel waits for each of
/// them, so that end is the proof. What is waited for here is what only we can tell: how the main
/// child ended, and what was used.
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
