//! The supervisor ends the tree itself, or sees it end with the guardian.

use crate::guardian::link::{self, Link};
use crate::kernel::{clock, files, identity, proc, process, signals};
use crate::output::scribe;
use crate::supervisor::guardian::{command, guardian, has_died, wake};
use crate::supervisor::run;
use crate::tree::cgroup::Leaf;
use crate::tree::course;
use crate::tree::group::Group;
use crate::tree::sweep::{self, Scope, Sweep};
use crate::window::call::Call;
use rquickjs_sys::{JS_UNDEFINED, JSValue};
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

/// How long we rest between two looks at the guardian, and how long we look for names, in microseconds.
const LOOK_AGAIN: f64 = 1e3;
const NAMING: f64 = 100e3;

/// `sweep(group, patience, except, cgroup, stuck, scope)` by ourselves, the guardian being gone, or deaf:
/// then it goes first, and the tree comes to us. A group below 0 is one that we are in: its members are
/// killed one by one. What came of it is the next news.
pub fn sweep(call: &Call) -> JSValue {
    let Some(link) = link::get() else {
        return JS_UNDEFINED;
    };
    let guardian = run::here().guardian.swap(0, Relaxed);
    if guardian > 0 {
        // It is one of those that have to die, then: who traces it is another.
        process::send(guardian, libc::SIGKILL);
        run::close(&run::here().pidfd);
    }
    let scope = Scope::of(call.int(5));
    let mut main = command().unwrap_or(0);
    if !matches!(scope, Scope::Tree) {
        // It is signalled by its number, which is its own only where it has become a child of ours.
        await_death(guardian);
        main = Some(main)
            .filter(|&pid| process::is_child(pid))
            .unwrap_or(0);
    }
    // Where it is no child of ours, and the kernel did not end it with the guardian.
    let pidfd = run::here().command.load(Relaxed);
    if pidfd >= 0 {
        process::send_by_descriptor(pidfd, libc::SIGKILL);
    }
    let path = call.text(3).filter(|path| !path.is_empty());
    let leaf = path.map(|path| Leaf {
        path: files::path_of(&path),
    });
    link.is_reaped.set();
    let group = call.int(0);
    let mut except = call.ints(2);
    except.extend(run::other_guardians());
    except.extend(scribe::living());
    let verdict = sweep::sweep(&Sweep {
        scope,
        main,
        group: group.max(0),
        members: Group {
            number: group.abs(),
            is_shared: false,
            spare: &except,
        },
        is_namespace: false,
        // Nobody could name them, but all are ours, unless there is another run.
        is_everybody: identity::own_pid() == 1 && !proc::is_own() && except.is_empty(),
        cgroup: leaf.as_ref(),
        deadline: clock::microseconds() + call.number(1),
        stuck_limit: call.number(4),
        except: &except,
        guardian,
    });
    verdict.note_on(link);
    JS_UNDEFINED
}

/// Our niceness before we hurried.
static NICE: AtomicI32 = AtomicI32::new(NO_NICE);
const NO_NICE: i32 = i32::MAX;

/// `hurry()`: the end has begun, and nothing shall keep us or the guardian from our turns.
pub fn hurry(_: &Call) -> JSValue {
    if let Some(nice) = process::hurry(0) {
        // Only the first time: then it is changed.
        let _ = NICE.compare_exchange(NO_NICE, nice, Relaxed, Relaxed);
    }
    if guardian() > 0 {
        process::hurry(guardian());
    }
    JS_UNDEFINED
}

/// It is over.
pub fn take_time() {
    let nice = NICE.swap(NO_NICE, Relaxed);
    if nice != NO_NICE {
        process::take_time(nice);
    }
}

fn await_death(guardian: i32) {
    let until = clock::until(clock::microseconds() + NAMING);
    while guardian > 0 && !process::is_over(guardian) && !until.is_over() {
        clock::rest(LOOK_AGAIN);
    }
}

/// The guardian was the first process of a PID namespace, and has left: with its end the kernel has
/// ended all in it, and waited for each. Where that does not come in time, those that keep it are the
/// survivors, by our numbers.
pub fn await_namespace(link: &Link) {
    let run = run::here();
    let guardian = guardian();
    if run.line.load(Relaxed) < 0 || guardian <= 0 || link.is_gone.is_set() {
        return;
    }
    // It need not wait for our look at the page any longer.
    wake();
    let limit = clock::microseconds() + link.stuck_limit.load(Relaxed) as f64;
    while !has_died(guardian, run.pidfd.load(Relaxed)) && clock::microseconds() < limit {
        signals::await_child(LOOK_AGAIN);
    }
    let until = clock::until(clock::microseconds() + NAMING);
    let left = match has_died(guardian, run.pidfd.load(Relaxed)) {
        true => Vec::new(),
        false => course::members_below(guardian, &until),
    };
    for &pid in &left {
        link.note_survivor(pid, sweep::UNKILLABLE);
    }
    if !left.is_empty() {
        return;
    }
    if !link.has_ended.is_set() {
        link.note_killed();
    }
    link.is_gone.set();
}
