//! The guardian's first steps, until there is a command, and what only a longer life needs.

use crate::guardian::link::Link;
use crate::guardian::plan::{Leads, NOT_CLONED, NOT_CONFINED, Plan};
use crate::guardian::watch::{self, Guardian};
use crate::guardian::{command, namespaces, parent};
use crate::kernel::{clock, descriptors, identity, processor, signals, terminal};
use std::sync::atomic::Ordering::{Relaxed, Release};

/// The guardian's main function, in the copy that fork made. All signals are blocked; everything
/// else is as in the supervisor.
pub fn run(plan: &'static Plan, link: &'static Link) -> ! {
    watch::announce();
    plan.private.iter().for_each(|&fd| descriptors::close(fd));
    let mut guardian = Guardian {
        plan,
        link,
        sweep_at: None,
        hears_end: true,
        has_settled_in: false,
    };
    // SAFETY: integers and a constant name. The supervisor's end reaches us as SIGCHLD. Where the
    // first is refused, the supervisor was refused it, too, and says what that means. A curfew
    // above knows us by the name (native/src/tree/nested.rs): it comes before there is a command.
    guardian.hears_end = unsafe {
        libc::prctl(libc::PR_SET_NAME, c"guardian".as_ptr());
        libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGCHLD, 0, 0, 0) == 0
    };
    if !signals::are_blocked() {
        // A signal that is not blocked is lost to the guardian: it would never hear that a child
        // has exited.
        guardian.give_up_start(NOT_CLONED, libc::EPERM);
    }
    if let Err(errno) = namespaces::enter(plan) {
        guardian.give_up_start(NOT_CONFINED, errno);
    }
    // SAFETY: the guardian's own copy, and there is no command yet.
    if let Some(environment) = unsafe { &mut (*plan.draft.get()).environment } {
        environment.write_guardian(parent::own_start_time);
    }
    if plan.leads == Leads::Terminal {
        lead_session();
        terminal::acquire(plan.terminal);
    }
    let started = command::start(plan, link, || guardian.is_over());
    let stop = match started {
        Ok(stop) => stop,
        Err((stage, errno)) => guardian.give_up_start(stage, errno),
    };
    if plan.tells_start {
        link.has_executed.set();
        plan.parent.tell(libc::SIGCHLD);
    }
    // Only now: a parent in the same session would keep the command's process group from being
    // orphaned, and a stopped guardian that group from being continued.
    if plan.leads != Leads::Terminal {
        lead_session();
    }
    identity::rename(&plan.title, 0);
    processor::restore_affinity(plan.processors);
    let [line, bell, other, stat] = plan.parent.descriptors();
    descriptors::close_all_but(&mut [line, bell, other, stat, terminal::outer_fd()]);
    if stop != 0 {
        // The process that stopped the command waits for it to be stopped. In a process group that
        // only curfew has made, and that no process could continue, the kernel throws away what
        // stops at a terminal: there, SIGSTOP.
        let is_orphaned = !matches!(plan.leads, Leads::Nothing | Leads::Terminal);
        signals::send(
            guardian.command(),
            if is_orphaned { libc::SIGSTOP } else { stop },
        );
    }
    guardian.watch()
}

fn lead_session() {
    // SAFETY: integers only.
    unsafe {
        if libc::setsid() < 0 {
            // A filter refuses it: at least what is sent to the caller's group does not reach us.
            libc::setpgid(0, 0);
        }
    }
}

impl Guardian {
    /// Whether there is no use in waiting for a command that does not execute yet.
    fn is_over(&self) -> bool {
        let will = &self.link.will;
        let instants = [&will.signal_at, &will.sweep_at].map(clock::instant);
        let now = clock::microseconds();
        let is_late = instants.into_iter().flatten().any(|at| now >= at);
        is_late || self.link.orders.load(Relaxed) != 0 || !self.has_supervisor()
    }

    /// What only a longer life needs: a name that says whose guardian this is, and protection from
    /// other processes of the same user, which could trace the guardian or read a core of it.
    pub fn settle_in(&mut self) {
        if !std::mem::replace(&mut self.has_settled_in, true) {
            identity::rename(&self.plan.title, self.plan.parent.start_time());
            identity::keep_to_ourselves();
        }
    }

    fn give_up_start(&self, stage: i32, errno: i32) -> ! {
        self.link.failed_errno.store(errno, Relaxed);
        self.link.failed_stage.store(stage, Release);
        self.leave()
    }
}
