//! Where the first instructions of guardian and command run: on the processor that we run on. They
//! come one after the other anyway, and another processor would have to be woken for each.

use std::ptr;

const WORDS: usize = 16;

/// The processors that a process may run on; the first 1024.
#[derive(Clone, Copy, PartialEq)]
pub struct Processors([u64; WORDS]);

const ALL: Processors = Processors([u64::MAX; WORDS]);

/// Keeps this process, and those it makes, where it is. Gives what it could run on before; `None`
/// where that cannot be told or be changed: then nothing was.
pub fn stay_here() -> Option<Processors> {
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

/// Lets this process run where it could before. "Everywhere" is tried first, and stays where that
/// comes to the same: so a set of processors that is made larger later is open to it, too.
pub fn go_anywhere(before: Option<Processors>) {
    if let Some(before) = before {
        change(&ALL);
        if current() != Some(before) {
            change(&before);
        }
    }
}

/// Lets who has just been made begin.
pub fn make_way() {
    // SAFETY: no arguments.
    unsafe { libc::sched_yield() };
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

/// A process (0: we) takes turns before all others, as far as we may: whoever forks without a pause, in
/// sessions of their own, leaves it next to nothing. Gives its niceness, where somebody had not settled
/// that already.
pub fn hurry(pid: i32) -> Option<i32> {
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

/// We take turns with the others, as before `hurry`.
pub fn take_time(nice: i32) {
    let usual = libc::sched_param { sched_priority: 0 };
    // SAFETY: integers, and a structure of ours that lives through the call.
    unsafe {
        libc::sched_setscheduler(0, libc::SCHED_OTHER, &usual);
        libc::setpriority(libc::PRIO_PROCESS, 0, nice);
    }
}
