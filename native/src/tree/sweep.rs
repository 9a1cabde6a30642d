//! SIGKILL to everything that was started: what is reached, and what came of it.

use crate::guardian::link::Link;
use crate::kernel::{clock, proc, process, signals};
use crate::tree::group::{self, Group};
use crate::tree::{cgroup, course};

/// Why a process survived, as TypeScript is told.
pub const NOT_PERMITTED: i32 = 0;
pub const UNKILLABLE: i32 = 1;
pub const STILL_FORKING: i32 = 2;

/// How long we sleep while victims die, in microseconds.
pub const NAP: f64 = 2e3;

pub enum Scope {
    Child,
    Group,
    Tree,
}

impl Scope {
    /// As TypeScript numbers them.
    pub fn of(number: i32) -> Scope {
        match number {
            0 => Scope::Child,
            1 => Scope::Group,
            _ => Scope::Tree,
        }
    }
}

pub struct Sweep<'a> {
    pub scope: Scope,
    /// The main child while it is ours to reap; 0: none.
    pub main: i32,
    /// A process group that is the command's alone; 0: none.
    pub group: i32,
    /// For the scope of a group: whom that reaches.
    pub members: Group<'a>,
    /// We are the first process of a PID namespace that was made for the command.
    pub is_namespace: bool,
    /// All that kill(2) reaches by -1 are ours.
    pub is_everybody: bool,
    pub cgroup: Option<&'a cgroup::Leaf>,
    /// An instant in microseconds.
    pub deadline: f64,
    /// How long it goes on where nothing but members in state D is left, in microseconds.
    pub stuck_limit: f64,
    /// Children that were ours before: never touched.
    pub except: &'a [i32],
    /// The guardian, where it has to go first, too: never a survivor. 0: none.
    pub guardian: i32,
}

#[derive(Default)]
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
            link.write_end(info);
        }
        if self.is_gone {
            link.is_gone.set();
        }
        link.has_swept.set();
        if self.main_end.is_some() {
            link.has_ended.set();
        }
    }
}

/// The whole routine; comes back at the latest a little after the deadline. What ends many at once
/// goes first: nobody can fork in between.
pub fn sweep(sweep: &Sweep) -> Verdict {
    let before = process::hurry(0);
    if sweep.is_namespace || sweep.is_everybody {
        process::send(-1, libc::SIGKILL);
    }
    if sweep.group > 0 {
        process::send(-sweep.group, libc::SIGKILL);
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
        process::take_time(nice);
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
    let is_denied = process::send(main.max(1), libc::SIGKILL) == -i64::from(libc::EPERM);
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

/// Time for those in state D that have had SIGKILL: waiting longer does not help.
pub struct Stuck {
    limit: f64,
    since: Option<f64>,
}

impl Stuck {
    pub fn new(limit: f64) -> Stuck {
        Stuck { limit, since: None }
    }

    /// Something else was seen.
    pub fn reset(&mut self) {
        self.since = None;
    }

    /// Whether nothing else has lived for the whole time.
    pub fn is_over(&mut self, living: &[i32]) -> bool {
        if !living.iter().all(|&pid| proc::state_of(pid) == Some(b'D')) {
            self.since = None;
            return false;
        }
        let now = clock::microseconds();
        now - *self.since.get_or_insert(now) >= self.limit
    }
}
