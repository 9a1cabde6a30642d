//! Starts the command: makes a guardian, which starts it.

use crate::guardian::parent::Parent;
use crate::guardian::plan::Plan;
use crate::guardian::startup;
use crate::kernel::errno::errno;
use crate::kernel::{clone, descriptors, processor, signals};
use crate::supervisor::{guardian, run};
use crate::tree::members;
use std::sync::atomic::Ordering::Relaxed;

/// Makes the guardian by fork. It shares no memory with this process: the kernel's out-of-memory
/// killer ends all processes that share a victim's memory.
pub fn make_guardian(mut plan: Box<Plan>) -> Result<(), i32> {
    let link = run::open_link()?;
    let line = if plan.namespaces == 0 {
        [-1; 2]
    } else {
        socket_pair()?
    };
    if line[1] >= 0 {
        plan.parent = Parent::hidden(line[1])
            .inspect_err(|_| line.into_iter().for_each(descriptors::close))?;
    }
    link.stuck_limit.store(plan.stuck_limit as i64, Relaxed);
    let mask = signals::block_all();
    plan.processors = processor::pin_to_this_processor();
    let processors = plan.processors;
    let made = clone::fork(plan.namespaces);
    if made == Ok(0) {
        // A line that is closed tells a guardian that its supervisor has died: no other process may
        // hold it open, neither this guardian nor the command before it executes.
        run::all().for_each(|run| run::close(&run.line));
        descriptors::close(line[0]);
        startup::run(Box::leak(plan), link);
    }
    processor::restore_affinity(processors);
    processor::yield_now();
    signals::set_mask(mask);
    plan.parent.close();
    if run::all().all(|run| run.guardian.load(Relaxed) == 0) {
        members::forget();
    }
    match made {
        Ok(guardian) => guardian::remember(guardian, line[0]),
        Err(_) => descriptors::close(line[0]),
    }
    made.map(drop)
}

/// A pair of sockets that do not block and close on exec.
fn socket_pair() -> Result<[i32; 2], i32> {
    let mut pair = [-1; 2];
    let kind = libc::SOCK_STREAM | libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
    // SAFETY: two numbers of ours are written.
    if unsafe { libc::socketpair(libc::AF_UNIX, kind, 0, pair.as_mut_ptr()) } < 0 {
        return Err(errno());
    }
    for fd in &mut pair {
        *fd = i32::try_from(descriptors::above_stdio(i64::from(*fd))).unwrap_or(-libc::EMFILE);
        if *fd < 0 {
            return Err(-*fd);
        }
    }
    Ok(pair)
}
