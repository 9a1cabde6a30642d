//! The supervisor ends the tree itself, or sees it end with the guardian.

use crate::guardian::link::Link;
use crate::kernel::{clock, identity, pidfd, proc, process, processor, signals};
use crate::output::scribe;
use crate::supervisor::{command, guardian, reader, run};
use crate::tree::cgroup::Leaf;
use crate::tree::scope::{Group, Scope, Sweep};
use crate::tree::{members, sweep, verdict};
use crate::tuning::{HELPERS_LIMIT, NAMING_LIMIT, READERS_LIMIT, SUPERVISOR_POLL};
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

/// What a sweep by the supervisor is told.
pub struct Request<'a> {
    /// The command's process group. Below 0: this process is in it, and its members are killed one
    /// by one.
    pub group: i32,
    /// In microseconds.
    pub sweep_limit: f64,
    /// Children that are not of the tree: never touched.
    pub except: Vec<i32>,
    pub cgroup: Option<&'a Leaf>,
    /// How long the sweep goes on where only members in state D are left, in microseconds.
    pub stuck_limit: f64,
    pub scope: Scope,
}

/// Sweeps in the place of a guardian that is gone, or does not answer: then that is killed first,
/// and the tree becomes this process's. The result is the next news.
pub fn sweep(request: Request) {
    let Some(link) = run::link() else { return };
    let guardian = run::current().guardian.swap(0, Relaxed);
    if guardian > 0 {
        // Then it has to die, too; if it does not, another process traces it.
        signals::send(guardian, libc::SIGKILL);
        run::close(&run::current().pidfd);
    }
    let mut main = command::pid().unwrap_or(0);
    if request.scope != Scope::Tree {
        // It is signalled by its number, which is its own only if it has become a child of this
        // process.
        await_death(guardian);
        main = Some(main)
            .filter(|&pid| process::is_child(pid))
            .unwrap_or(0);
    } else if link.end_code.load(Relaxed) == 0 && run::current().line.load(Relaxed) < 0 {
        // The guardian may have been killed when it was about to reap the command.
        main = link.command.load(Relaxed);
    }
    // For a command that has not become a child of this process, and that the kernel did not kill
    // with the guardian.
    let descriptor = run::current().command.load(Relaxed);
    if descriptor >= 0 {
        pidfd::send(descriptor, libc::SIGKILL);
    }
    link.is_reaped.set();
    let others = [request.except, run::other_guardians().collect()].concat();
    let deadline = clock::microseconds() + request.sweep_limit;
    let order = |main: i32, group: i32, except: &[i32]| {
        sweep::sweep(&Sweep {
            scope: request.scope,
            main,
            group: group.max(0),
            members: Group {
                number: group.abs(),
                is_shared: false,
                spare: except,
            },
            is_namespace: false,
            // Without /proc they have no names. But all belong to the tree, unless there is another
            // run.
            is_everybody: identity::own_pid() == 1 && !proc::is_own() && except.is_empty(),
            cgroup: request.cgroup,
            deadline,
            stuck_limit: request.stuck_limit,
            except,
            guardian,
        })
    };
    let except: Vec<i32> = others.iter().copied().chain(helpers()).collect();
    let mut verdict = order(main, request.group, &except);
    // While a helper of this process lives, the kernel cannot say that no child is left.
    let is_alone = others.is_empty() && (guardian <= 0 || process::is_over(guardian));
    let is_in_doubt = request.scope == Scope::Tree && verdict.is_unproven() && is_alone;
    if is_in_doubt && !except.is_empty() && await_helpers(deadline) {
        let seen = verdict.main_end;
        verdict = order(seen.map_or(main, |_| 0), 0, &[]);
        verdict.main_end = seen.or(verdict.main_end);
    }
    link.note_verdict(&verdict);
}

/// The scribes and readers that have not exited: children of this process that are of no tree.
pub fn helpers() -> impl Iterator<Item = i32> {
    scribe::living().chain(reader::living())
}

/// Waits until all helpers have exited, and reaps them. False where one hangs.
fn await_helpers(deadline: f64) -> bool {
    let until = clock::until(deadline.min(clock::microseconds() + HELPERS_LIMIT));
    scribe::reap_exited();
    while helpers().next().is_some() && !until.is_over() {
        clock::rest(SUPERVISOR_POLL);
        scribe::reap_exited();
    }
    helpers().next().is_none()
}

/// For the end of this process. Readers are killed and get the time to exit: an init or a curfew
/// around this one would take a reader for a process that was left behind.
pub fn let_go_of_helpers() {
    let until = clock::until(clock::microseconds() + READERS_LIMIT);
    while reader::kill() && !until.is_over() {
        clock::rest(SUPERVISOR_POLL);
    }
    scribe::let_go();
}

/// The niceness of this process before it was raised.
#[unsafe(link_section = ".data.near")]
static NICE: AtomicI32 = AtomicI32::new(NO_NICE);
const NO_NICE: i32 = i32::MAX;

/// Raises the priority of this process and of the guardian, because the end has begun.
pub fn raise_priorities() {
    if let Some(nice) = processor::raise_priority(0) {
        // Only the first time: later it is the raised one.
        let _ = NICE.compare_exchange(NO_NICE, nice, Relaxed, Relaxed);
    }
    if guardian::pid() > 0 {
        processor::raise_priority(guardian::pid());
    }
}

/// Undoes that: the end is over.
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

/// The guardian was PID 1 of a namespace, and has left. When it exits, the kernel kills all
/// processes in the namespace and waits for each. Processes that keep it from exiting in time are
/// the survivors, by their numbers here.
pub fn await_namespace(link: &Link) {
    let run = run::current();
    let guardian = guardian::pid();
    if run.line.load(Relaxed) < 0 || guardian <= 0 || link.is_gone.is_set() {
        return;
    }
    // It need not wait any longer for a look at the page.
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
