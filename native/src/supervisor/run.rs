//! What the supervisor knows of the current run. There are two runs while one generation of the
//! command takes over from another.

use crate::guardian::link::{self, Link};
use crate::kernel::descriptors;
use std::ptr;
use std::sync::atomic::{
    AtomicBool, AtomicI32, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed,
};

pub struct Run {
    pub link: AtomicPtr<Link>,
    /// The guardian's number until it is reaped; 0: none.
    pub guardian: AtomicI32,
    /// The supervisor's end of the line to a guardian in another PID namespace, in which the
    /// command has its number; -1: none.
    pub line: AtomicI32,
    /// A descriptor that stands for the guardian: readable when it has died, even if another
    /// process traces it. -1: none.
    pub pidfd: AtomicI32,
    /// A descriptor that stands for the command, opened when the command is first signalled.
    pub command: AtomicI32,
    /// News that TypeScript was told: as bits, and how many stops and reaped orphans.
    pub told: AtomicU32,
    pub stops: AtomicU32,
    pub reaped: AtomicU32,
    /// Signals that the guardian has passed on by the line, as bits.
    pub relayed: AtomicU64,
    /// The guardian has left its children to the supervisor.
    pub is_ours: AtomicBool,
    /// The guardian was lost, and the command is a child of the supervisor now.
    pub is_adopted: AtomicBool,
    /// The guardian was told to sweep.
    pub is_sweeping: AtomicBool,
}

impl Run {
    const fn none() -> Run {
        Run {
            link: AtomicPtr::new(ptr::null_mut()),
            guardian: AtomicI32::new(0),
            line: AtomicI32::new(-1),
            pidfd: AtomicI32::new(-1),
            command: AtomicI32::new(-1),
            told: AtomicU32::new(0),
            stops: AtomicU32::new(0),
            reaped: AtomicU32::new(0),
            relayed: AtomicU64::new(0),
            is_ours: AtomicBool::new(false),
            is_adopted: AtomicBool::new(false),
            is_sweeping: AtomicBool::new(false),
        }
    }
}

impl Run {
    /// The page that is shared with the guardian, once anything was started.
    pub fn link(&self) -> Option<&'static Link> {
        // SAFETY: mapped by `open_link`, until `close` is called for the run; shared data is
        // atomic.
        unsafe { self.link.load(Relaxed).as_ref() }
    }

    /// The command's number if it is a child of the supervisor and not reaped yet.
    pub fn adopted(&self) -> Option<i32> {
        let link = self.link().filter(|_| self.is_adopted.load(Relaxed))?;
        let pid = link.command.load(Relaxed);
        (pid > 0 && !link.is_reaped.is_set()).then_some(pid)
    }
}

/// A run that ends, and one that begins.
#[unsafe(link_section = ".data.near")]
static RUNS: [Run; 2] = [Run::none(), Run::none()];
#[unsafe(link_section = ".bss.near")]
static CHOSEN: AtomicUsize = AtomicUsize::new(0);

/// The current run: all calls are about it.
pub fn current() -> &'static Run {
    &RUNS[CHOSEN.load(Relaxed)]
}

/// All runs, begun or not.
pub fn all() -> impl Iterator<Item = &'static Run> {
    RUNS.iter()
}

/// The guardians of the other runs: their descendants do not belong to the current one.
pub fn other_guardians() -> impl Iterator<Item = i32> {
    let others = all().filter(|&run| !ptr::eq(run, current()));
    let guardians = others.map(|run| run.guardian.load(Relaxed));
    guardians.filter(|&pid| pid > 0)
}

/// Selects the run that all calls are about from now on.
pub fn select(index: usize) {
    CHOSEN.store(index % RUNS.len(), Relaxed);
}

/// The page of the current run.
pub fn link() -> Option<&'static Link> {
    current().link()
}

/// The same; maps the page where there is none yet. `Err` is errno.
pub fn open_link() -> Result<&'static Link, i32> {
    if let Some(link) = link() {
        return Ok(link);
    }
    let link = link::map()?;
    current().link.store(link, Relaxed);
    // SAFETY: as in `Run::link`.
    Ok(unsafe { &*link })
}

/// Clears the current run: its place is free for another.
pub fn clear() {
    let run = current();
    close(&run.line);
    close(&run.command);
    link::unmap(run.link.swap(ptr::null_mut(), Relaxed));
    run.told.store(0, Relaxed);
    run.stops.store(0, Relaxed);
    run.reaped.store(0, Relaxed);
    run.relayed.store(0, Relaxed);
    for flag in [&run.is_ours, &run.is_adopted, &run.is_sweeping] {
        flag.store(false, Relaxed);
    }
}

/// Closes a descriptor of a run, if there is one.
pub fn close(descriptor: &AtomicI32) {
    descriptors::close(descriptor.swap(-1, Relaxed));
}
