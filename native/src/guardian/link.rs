//! What supervisor and guardian tell each other: one page of memory that both see. The one that has
//! written something sends the other SIGCHLD.

use crate::guardian::counters::{Reaped, Stops};
use crate::kernel::errno::errno;
use crate::tree::verdict::{UNKILLABLE, Verdict};
use crate::tuning::{MAX_REAPED, MAX_SURVIVORS};
use std::ptr;
use std::sync::atomic::{
    AtomicBool, AtomicI32, AtomicI64, AtomicU32, AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};

/// Orders of the supervisor, as bits.
pub const SWEEP: u32 = 1;
pub const LEAVE: u32 = 2;
/// With `SWEEP`: the supervisor is not in the command's process group any more.
pub const WITH_GROUP: u32 = 4;

/// Which processes have had the will's signal from the supervisor: none, the command alone, the
/// command with its process group (2), all.
pub const TO_NONE: i32 = 0;
pub const TO_COMMAND: i32 = 1;
pub const TO_ALL: i32 = 3;

/// Stands in the place of `Will::signal_at` once the guardian has taken the instant, and sends its
/// signal.
const TAKEN: i64 = -1;

/// A flag that one side sets once. The side that sees it set also sees what was written before.
#[repr(transparent)]
pub struct Flag(AtomicBool);

impl Flag {
    pub fn set(&self) {
        self.0.store(true, Release);
    }

    pub fn is_set(&self) -> bool {
        self.0.load(Acquire)
    }
}

#[repr(C)]
pub struct Link {
    // Written by the supervisor.
    pub orders: AtomicU32,
    /// How long an ordered sweep may take, in microseconds.
    pub sweep_limit: AtomicI64,
    /// Signals for the command, as bits, where only the guardian knows its number.
    pub signals: AtomicU64,
    pub will: Will,
    /// The supervisor is stopped, or is about to stop, because the command was stopped: it has to
    /// be continued with the command.
    pub is_mirroring: AtomicBool,
    /// Signals for the other descendants of the guardian, as bits, where only the guardian can find
    /// them.
    pub rest: AtomicU64,
    /// The process group that had these signals already; 0: none.
    pub rest_group: AtomicI32,
    /// How long a process in state D is waited for after SIGKILL, in microseconds.
    pub stuck_limit: AtomicI64,
    // Written by the guardian; the command's number by the kernel.
    pub command: AtomicI32,
    /// The command's number may be another process's from now on.
    pub is_reaped: Flag,
    /// Why the command could not be started: stage and errno.
    pub failed_stage: AtomicI32,
    pub failed_errno: AtomicI32,
    pub stops: Stops,
    /// The command has executed. Set only where the plan wants that to be told.
    pub has_executed: Flag,
    pub has_ended: Flag,
    pub end_code: AtomicI32,
    pub end_status: AtomicI32,
    /// The guardian has sent the will's signal, or is about to, without an order.
    pub has_sent_backstop: Flag,
    /// When it began to send that.
    pub backstop_at: AtomicI64,
    /// Processes that were started until then, in clock ticks since boot, have had that signal; 0:
    /// the command alone.
    pub signaled_born: AtomicU64,
    /// The guardian has proven that nothing of the tree is left.
    pub is_gone: Flag,
    /// The guardian's sweep has begun.
    pub has_begun: Flag,
    pub has_swept: Flag,
    /// The guardian has said everything; that it exits is no loss.
    pub has_left: Flag,
    /// The guardian waits until the supervisor looks at the page. The supervisor takes this back.
    pub is_awaited: AtomicBool,
    pub usage: Usage,
    /// Orphans that the guardian has reaped, if the plan wants them.
    pub reaped: Reaped<MAX_REAPED>,
    pub survivors: AtomicU32,
    /// Number of each survivor, and why it survived.
    pub survivor: [[AtomicI32; 2]; MAX_SURVIVORS],
}

/// What the guardian does when the supervisor dies, or an instant passes (the name is MQTT's "last
/// will"). Times are in microseconds.
#[repr(C)]
pub struct Will {
    pub signal: AtomicI32,
    /// Which processes have had it: one of `TO_NONE`, `TO_COMMAND` and so on.
    pub recipients: AtomicI32,
    /// The time between the supervisor's death and the sweep.
    pub grace: AtomicI64,
    /// How long that sweep may take.
    pub sweep_limit: AtomicI64,
    /// When the guardian sends its signal although the supervisor lives: an instant of `clock`; 0:
    /// never. See `TAKEN`.
    pub signal_at: AtomicI64,
    /// When the guardian begins its sweep although the supervisor lives.
    pub sweep_at: AtomicI64,
    /// Whether the guardian stays with the leftovers when the command exits.
    pub stays_for_leftovers: AtomicBool,
    /// How long after an exit another one still belongs to it, and how long that goes on at most.
    pub settle_quiet: AtomicI64,
    pub settle_limit: AtomicI64,
}

/// Processor time in microseconds, memory in bytes: of all processes that were reaped.
#[repr(C)]
pub struct Usage {
    pub user: AtomicI64,
    pub system: AtomicI64,
    pub max_rss: AtomicI64,
}

/// Maps the page, before the guardian is made. `Err` is errno.
pub fn map() -> Result<*mut Link, i32> {
    let flags = libc::MAP_SHARED | libc::MAP_ANONYMOUS;
    let rights = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: a new mapping, zeroed; all zeroes is a valid Link.
    let at = unsafe { libc::mmap(ptr::null_mut(), size_of::<Link>(), rights, flags, -1, 0) };
    if at == libc::MAP_FAILED {
        return Err(errno());
    }
    Ok(at.cast())
}

/// Unmaps a page; the guardian's own mapping of it stays.
pub fn unmap(link: *mut Link) {
    if !link.is_null() {
        // SAFETY: mapped by `map` with this size, and no longer used.
        unsafe { libc::munmap(link.cast(), size_of::<Link>()) };
    }
}

impl Link {
    /// Notes a stop or continuation. Only the guardian calls this.
    pub fn note_stop(&self, info: &libc::siginfo_t) {
        // SAFETY: the kernel filled in the members for a child.
        self.stops.note(info.si_code, unsafe { info.si_status() });
    }

    /// Whether the command is stopped, as far as the page says.
    pub fn is_stopped(&self) -> bool {
        let code = self.stops.last().code;
        code != 0 && code != libc::CLD_CONTINUED && !self.has_ended.is_set()
    }

    /// In the guardian: takes the instant of its signal, if that has passed and the supervisor has
    /// not taken it.
    pub fn take_signal(&self, now: f64) -> bool {
        let signal_at = &self.will.signal_at;
        let at = signal_at.load(Acquire);
        let is_due = at > 0 && now >= at as f64;
        is_due
            && signal_at
                .compare_exchange(at, TAKEN, AcqRel, Relaxed)
                .is_ok()
    }

    /// In the supervisor, which is about to act itself: has the guardian send no signal that would
    /// be due until an instant, before there is another will. A signal that it has begun to send
    /// stays.
    pub fn hold_signal(&self, until: f64) {
        let at = self.will.signal_at.load(Acquire);
        if at == TAKEN || (at > 0 && at as f64 <= until) {
            self.leave_signal(0);
        }
    }

    /// In the supervisor: sets another instant. Does not undo one that the guardian has taken.
    pub fn leave_signal(&self, at: i64) {
        if self.will.signal_at.swap(at, AcqRel) == TAKEN {
            self.has_sent_backstop.set();
        }
    }

    /// Whether a process has had the signal from a guardian that has acted, by when it was started.
    pub fn has_signaled(&self, signal: i32, start: u64) -> bool {
        let is_it = self.has_sent_backstop.is_set() && self.will.signal.load(Relaxed) == signal;
        is_it && start <= self.signaled_born.load(Acquire)
    }

    /// Notes what the reaped processes used: getrusage(RUSAGE_CHILDREN).
    pub fn note_usage(&self) {
        // SAFETY: all zeroes is a valid record, and the kernel fills it in.
        let usage = unsafe {
            let mut usage: libc::rusage = std::mem::zeroed();
            libc::getrusage(libc::RUSAGE_CHILDREN, &mut usage);
            usage
        };
        let microseconds = |time: libc::timeval| time.tv_sec * 1_000_000 + time.tv_usec;
        self.usage.user.store(microseconds(usage.ru_utime), Relaxed);
        let system = microseconds(usage.ru_stime);
        self.usage.system.store(system, Relaxed);
        self.usage.max_rss.store(usage.ru_maxrss * 1024, Relaxed);
    }

    /// Writes how the command exited, without saying so: an exit that a sweep caused is told with
    /// the sweep, not before.
    pub fn write_end(&self, info: &libc::siginfo_t) {
        // SAFETY: the kernel filled in the members for a child.
        self.end_status.store(unsafe { info.si_status() }, Relaxed);
        self.end_code.store(info.si_code, Relaxed);
    }

    /// Notes that the kernel killed the command with all of its PID namespace.
    pub fn note_killed(&self) {
        self.end_status.store(libc::SIGKILL, Relaxed);
        self.end_code.store(libc::CLD_KILLED, Relaxed);
        self.has_ended.set();
    }

    pub fn note_survivor(&self, pid: i32, why: i32) {
        let at = self.survivors.load(Relaxed) as usize;
        if let Some(entry) = self.survivor.get(at) {
            entry[0].store(pid, Relaxed);
            entry[1].store(why, Relaxed);
            self.survivors.store(at as u32 + 1, Release);
        }
    }

    /// Notes the result of a sweep.
    pub fn note_verdict(&self, verdict: &Verdict) {
        for &(pid, why) in &verdict.survivors {
            self.note_survivor(pid, why);
        }
        if verdict.is_nameless {
            self.note_survivor(0, UNKILLABLE);
        }
        self.note_usage();
        if let Some(info) = &verdict.main_end {
            self.write_end(info);
        }
        if verdict.is_gone {
            self.is_gone.set();
        }
        self.has_swept.set();
        if verdict.main_end.is_some() {
            self.has_ended.set();
        }
    }
}
