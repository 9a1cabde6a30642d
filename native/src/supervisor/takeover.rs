//! The supervisor ends the tree itself, or sees it end with the guardian.

use crate::guardian::link::Link;
use crate::kernel::{clock, identity, pidfd, proc, process, processor, signals};
use crate::output::scribe;
use crate::supervisor::{command, guardian, run};
use crate::tree::cgroup::Leaf;
use crate::tree::scope::{Group, Scope, Sweep};
use crate::tree::{members, sweep, verdict};
use crate::tuning::{NAMING_LIMIT, SUPERVISOR_POLL};
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

/// What a sweep of the supervisor's own is told.
pub struct Request<'a> {
    /// The command's process group; below 0: we are in it, and its members are killed one by one.
    pub group: i32,
    /// In microseconds.
    pub patience: f64,
    /// Children that were ours before: never touched.
    pub except: Vec<i32>,
    pub cgroup: Option<&'a Leaf>,
    /// How long it goes on where nothing but members in state D is left, in microseconds.
    pub stuck_limit: f64,
    pub scope: Scope,
}

/// Sweeps ourselves, the guardian being gone, or deaf: then it goes first, and the tree comes to us.
/// What came of it is the next news.
pub fn sweep(request: Request) {
    let Some(link) = run::link() else { return };
    let guardian = run::current().guardian.swap(0, Relaxed);
    if guardian > 0 {
        // It is one of those that have to die, then: who traces it is another.
        signals::send(guardian, libc::SIGKILL);
        run::close(&run::current().pidfd);
    }
    let mut main = command::pid().unwrap_or(0);
    if request.scope != Scope::Tree {
        // It is signalled by its number, which is its own only where it has become a child of ours.
        await_death(guardian);
        main = Some(main)
            .filter(|&pid| process::is_child(pid))
            .unwrap_or(0);
    }
    // Where it is no child of ours, and the kernel did not end it with the guardian.
    let descriptor = run::current().command.load(Relaxed);
    if descriptor >= 0 {
        pidfd::send(descriptor, libc::SIGKILL);
    }
    link.is_reaped.set();
    let mut except = request.except;
    except.extend(run::other_guardians());
    except.extend(scribe::living());
    let verdict = sweep::sweep(&Sweep {
        scope: request.scope,
        main,
        group: request.group.max(0),
        members: Group {
            number: request.group.abs(),
            is_shared: false,
            spare: &except,
        },
        is_namespace: false,
        // Nobody could name them, but all are ours, unless there is another run.
        is_everybody: identity::own_pid() == 1 && !proc::is_own() && except.is_empty(),
        cgroup: request.cgroup,
        deadline: clock::microseconds() + request.patience,
        stuck_limit: request.stuck_limit,
        except: &except,
        guardian,
    });
    link.note_verdict(&verdict);
}

/// Our niceness before we hurried.
static NICE: AtomicI32 = AtomicI32::new(NO_NICE);
const NO_NICE: i32 = i32::MAX;

/// The end has begun, and nothing shall keep us or the guardian from our turns.
pub fn hurry() {
    if let Some(nice) = processor::raise_priority(0) {
        // Only the first time: then it is changed.
        let _ = NICE.compare_exchange(NO_NICE, nice, Relaxed, Relaxed);
    }
    if guardian::pid() > 0 {
        processor::raise_priority(guardian::pid());
    }
}

/// It is over.
pub fn restore_priority() {
    let nice = NICE.swap(NO_NICE, Relaxed);
    if nice != NO_NICE {
        processor::restore_priority(nice);
    }
}

fn await_death(guardian: i32) {
    let until = clock::until(clock::microseconds() + NAMING_LIMIT);
    while guardian > 0 && !process::is_over(guardian) && !until.is_over() {
        clock::rest(SUPERVISOR_POLL);
    }
}

/// The guardian was the first process of a PID namespace, and has left: with its end the kernel has
/// ended all in it, and waited for each. Where that does not come in time, those that keep it are the
/// survivors, by our numbers.
pub fn await_namespace(link: &Link) {
    let run = run::current();
    let guardian = guardian::pid();
    if run.line.load(Relaxed) < 0 || guardian <= 0 || link.is_gone.is_set() {
        return;
    }
    // It need not wait for our look at the page any longer.
    guardian::wake();
    let limit = clock::microseconds() + link.stuck_limit.load(Relaxed) as f64;
    while !guardian::has_died(guardian, run.pidfd.load(Relaxed)) && clock::microseconds() < limit {
        signals::await_child(SUPERVISOR_POLL);
    }
    let until = clock::until(clock::microseconds() + NAMING_LIMIT);
    let left = match guardian::has_died(guardian, run.pidfd.load(Relaxed)) {
        true => Vec::new(),
        false => members::below(guardian, &until),
    };
    for &pid in &left {
        link.note_survivor(pid, verdict::why(pid, false));
    }
    if !left.is_empty() {
        return;
    }
    if !link.has_ended.is_set() {
        link.note_killed();
    }
    link.is_gone.set();
}
