//! What supervisor and guardian tell each other: one page of memory that both see. Who has written
//! something sends the other SIGCHLD.

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
/// With `SWEEP`: the supervisor has left the command's process group.
pub const WITH_GROUP: u32 = 4;

/// Who has had the will's signal: nobody, the command alone, with its process group (2), all.
pub const NOBODY_TOLD: i32 = 0;
pub const COMMAND_TOLD: i32 = 1;
pub const ALL_TOLD: i32 = 3;

/// Stands in the place of `Will::signal_at`: the guardian has taken the instant, and sends its signal.
const TAKEN: i64 = -1;

/// Set once by one side. Who sees it sees what was written before.
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
    pub patience: AtomicI64,
    /// Signals to be sent to the command, as bits, where only the guardian can name it.
    pub signals: AtomicU64,
    pub will: Will,
    /// It stops, or is about to, because the command was stopped: whoever ends that continues it.
    pub is_mirroring: AtomicBool,
    /// Signals for those below the guardian whom only it can find, as bits.
    pub rest: AtomicU64,
    /// The process group that had them already; 0: none.
    pub rest_group: AtomicI32,
    /// How long somebody in state D is waited for after SIGKILL, in microseconds.
    pub stuck_limit: AtomicI64,
    // Written by the guardian; the command's number by the kernel.
    pub command: AtomicI32,
    /// The command's number may pass to another process.
    pub is_reaped: Flag,
    /// Why the command could not be started: stage and errno.
    pub failed_stage: AtomicI32,
    pub failed_errno: AtomicI32,
    /// The last stop or continuation of the command, and how many there were: see `Stop`.
    pub stop: AtomicU64,
    pub has_ended: Flag,
    pub end_code: AtomicI32,
    pub end_status: AtomicI32,
    /// It has sent the will's signal, or is about to, without an order.
    pub has_acted: Flag,
    /// When it began to.
    pub acted_at: AtomicI64,
    /// Who was started until then, in clock ticks since boot, has had that signal; 0: the command alone.
    pub told_born: AtomicU64,
    /// It has proven that nothing of the tree is left.
    pub is_gone: Flag,
    /// Its sweep has begun.
    pub has_begun: Flag,
    pub has_swept: Flag,
    /// All is said; its own end is no loss.
    pub has_left: Flag,
    /// It waits for the supervisor to look at the page, which takes this back.
    pub is_awaited: AtomicBool,
    pub usage: Usage,
    /// Orphans that the guardian has reaped, where somebody asks: how many, and the numbers of the last.
    pub reaped: AtomicU32,
    pub reaped_pid: [AtomicI32; MAX_REAPED],
    pub survivors: AtomicU32,
    /// Number and reason of each.
    pub survivor: [[AtomicI32; 2]; MAX_SURVIVORS],
}

/// What the guardian does when the supervisor dies, or an instant passes: times in microseconds.
#[repr(C)]
pub struct Will {
    pub signal: AtomicI32,
    /// Who has had it: one of the numbers below.
    pub told: AtomicI32,
    /// From the death of the supervisor until its sweep.
    pub grace: AtomicI64,
    /// How long that sweep may take.
    pub sweep_limit: AtomicI64,
    /// When it sends its signal although the supervisor lives: an instant of our clock; 0: never. See `TAKEN`.
    pub signal_at: AtomicI64,
    /// When it begins its sweep, in the same way.
    pub sweep_at: AtomicI64,
    /// Whether it stays with what is left when the command ends.
    pub stays_for_leftovers: AtomicBool,
    /// How long after an end another one belongs to it, and how long that goes on at most.
    pub settle_quiet: AtomicI64,
    pub settle_limit: AtomicI64,
}

/// Processor time in microseconds, memory in bytes: of all that was reaped.
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

/// Gives a page back; the guardian's own mapping of it stays.
pub fn unmap(link: *mut Link) {
    if !link.is_null() {
        // SAFETY: mapped by `map` with this size, and nobody has it any more.
        unsafe { libc::munmap(link.cast(), size_of::<Link>()) };
    }
}

/// A stop or continuation in one word, so that what it was and its number are never read apart.
#[derive(Clone, Copy, Default)]
pub struct Stop {
    /// How many there were, this one included; modulo 2 to the 32.
    pub count: u32,
    pub code: i32,
    pub status: i32,
}

impl Stop {
    fn pack(self) -> u64 {
        u64::from(self.count) << 32 | (self.code as u64 & 0xFF) << 16 | self.status as u64 & 0xFFFF
    }

    fn unpack(word: u64) -> Stop {
        Stop {
            count: (word >> 32) as u32,
            code: (word >> 16 & 0xFF) as i32,
            status: (word & 0xFFFF) as i32,
        }
    }
}

impl Link {
    /// The guardian alone writes it.
    pub fn note_stop(&self, info: &libc::siginfo_t) {
        let stop = Stop {
            count: self.last_stop().count.wrapping_add(1),
            code: info.si_code,
            // SAFETY: the kernel filled in the members for a child.
            status: unsafe { info.si_status() },
        };
        self.stop.store(stop.pack(), Release);
    }

    pub fn last_stop(&self) -> Stop {
        Stop::unpack(self.stop.load(Acquire))
    }

    /// The command is stopped, as far as the page says.
    pub fn is_stopped(&self) -> bool {
        let code = self.last_stop().code;
        code != 0 && code != libc::CLD_CONTINUED && !self.has_ended.is_set()
    }

    /// In the guardian: takes the instant of its signal if that has passed, and the supervisor has not taken it.
    pub fn take_signal(&self, now: f64) -> bool {
        let signal_at = &self.will.signal_at;
        let at = signal_at.load(Acquire);
        let is_due = at > 0 && now >= at as f64;
        is_due
            && signal_at
                .compare_exchange(at, TAKEN, AcqRel, Relaxed)
                .is_ok()
    }

    /// In the supervisor, which is about to act itself. The guardian has sent its signal, or it sends none
    /// that would be due until an instant, before there is another will.
    pub fn hold_signal(&self, until: f64) {
        let at = self.will.signal_at.load(Acquire);
        if at == TAKEN || (at > 0 && at as f64 <= until) {
            self.leave_signal(0);
        }
    }

    /// In the supervisor: another instant, unless the guardian has taken the last one.
    pub fn leave_signal(&self, at: i64) {
        if self.will.signal_at.swap(at, AcqRel) == TAKEN {
            self.has_acted.set();
        }
    }

    /// Whether a process has had the signal from a guardian that has acted, by when it was started.
    pub fn has_told(&self, signal: i32, start: u64) -> bool {
        let is_it = self.has_acted.is_set() && self.will.signal.load(Relaxed) == signal;
        is_it && start <= self.told_born.load(Acquire)
    }

    /// `getrusage(RUSAGE_CHILDREN)`, for the other side.
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

    pub fn note_end(&self, info: &libc::siginfo_t) {
        self.write_end(info);
        self.has_ended.set();
    }

    /// Without saying so: an end that a sweep made is told with the sweep, not before it.
    pub fn write_end(&self, info: &libc::siginfo_t) {
        // SAFETY: the kernel filled in the members for a child.
        self.end_status.store(unsafe { info.si_status() }, Relaxed);
        self.end_code.store(info.si_code, Relaxed);
    }

    /// The command's end, where the kernel killed it with all of its PID namespace.
    pub fn note_killed(&self) {
        self.end_status.store(libc::SIGKILL, Relaxed);
        self.end_code.store(libc::CLD_KILLED, Relaxed);
        self.has_ended.set();
    }

    pub fn note_reaped(&self, pid: i32) {
        let count = self.reaped.load(Relaxed);
        self.reaped_pid[count as usize % MAX_REAPED].store(pid, Relaxed);
        self.reaped.store(count.wrapping_add(1), Release);
    }

    pub fn note_survivor(&self, pid: i32, why: i32) {
        let at = self.survivors.load(Relaxed) as usize;
        if let Some(entry) = self.survivor.get(at) {
            entry[0].store(pid, Relaxed);
            entry[1].store(why, Relaxed);
            self.survivors.store(at as u32 + 1, Release);
        }
    }

    /// What came of a sweep.
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
