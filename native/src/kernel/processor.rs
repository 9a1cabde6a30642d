//! Which processor a process runs on, and before which others. Guardian and command begin on the
//! processor of the supervisor: the three run one after the other anyway, and another processor
//! would have to be woken for each.

use crate::kernel::errno;
use std::ptr;

const WORDS: usize = 16;

/// The first 1024 processors, and which of them a process may run on.
#[derive(Clone, Copy, PartialEq)]
pub struct Processors([u64; WORDS]);

const ALL: Processors = Processors([u64::MAX; WORDS]);

/// Keeps this process, and those it makes, on the processor where it is. Answers where it could run
/// before; `None` where the kernel does not tell that or does not change it: then nothing has
/// changed.
pub fn pin_to_this_processor() -> Option<Processors> {
    let before = current()?;
    let mut here = 0u32;
    let no_node = ptr::null_mut::<u32>();
    // SAFETY: a number of ours is written.
    let result = unsafe { libc::syscall(libc::SYS_getcpu, &mut here, no_node) };
    let mut only = Processors([0; WORDS]);
    let word = only.0.get_mut(here as usize / 64)?;
    *word = 1 << (here % 64);
    (result == 0 && change(&only)).then_some(before)
}

/// Lets this process run where it could before. Tries all processors first, and leaves it at that
/// if the kernel makes the same set of it: then the process may also use processors that are added
/// to the set later.
pub fn restore_affinity(before: Option<Processors>) {
    if let Some(before) = before {
        change(&ALL);
        if current() != Some(before) {
            change(&before);
        }
    }
}

/// Lets a process run that was just made.
pub fn yield_now() {
    // SAFETY: no arguments.
    unsafe { libc::sched_yield() };
}

/// Has this process run on one processor alone: 0, or minus errno.
pub fn run_on(number: usize) -> i64 {
    let mut only = Processors([0; WORDS]);
    match only.0.get_mut(number / 64) {
        Some(word) => *word = 1 << (number % 64),
        None => return -i64::from(libc::EINVAL),
    }
    match change(&only) {
        true => 0,
        false => -i64::from(errno::errno()),
    }
}

fn current() -> Option<Processors> {
    let mut found = Processors([0; WORDS]);
    let size = size_of_val(&found);
    // SAFETY: the kernel writes at most so many bytes; it refuses where it has more processors.
    let count = unsafe { libc::syscall(libc::SYS_sched_getaffinity, 0, size, &mut found) };
    (count > 0).then_some(found)
}

fn change(to: &Processors) -> bool {
    // SAFETY: as many bytes as are said.
    unsafe { libc::syscall(libc::SYS_sched_setaffinity, 0, size_of_val(to), to) == 0 }
}

/// Gives a process (0: this one) turns before all others, as far as the kernel lets it: a tree that
/// forks without a pause, in sessions of its own, leaves it next to nothing. Answers its niceness
/// before; `None` where its scheduling is not the default already.
pub fn raise_priority(pid: i32) -> Option<i32> {
    let real_time = libc::sched_param { sched_priority: 1 };
    let policy = libc::SCHED_RR | libc::SCHED_RESET_ON_FORK;
    // SAFETY: integers, and a structure of ours that lives through the call.
    unsafe {
        if libc::sched_getscheduler(pid) != libc::SCHED_OTHER {
            return None;
        }
        let before = libc::getpriority(libc::PRIO_PROCESS, pid as libc::id_t);
        if libc::sched_setscheduler(pid, policy, &real_time) != 0 {
            libc::setpriority(libc::PRIO_PROCESS, pid as libc::id_t, -20);
        }
        Some(before)
    }
}

/// Undoes `raise_priority` for this process.
pub fn restore_priority(nice: i32) {
    let usual = libc::sched_param { sched_priority: 0 };
    // SAFETY: integers, and a structure of ours that lives through the call.
    unsafe {
        libc::sched_setscheduler(0, libc::SCHED_OTHER, &usual);
        libc::setpriority(libc::PRIO_PROCESS, 0, nice);
    }
}
