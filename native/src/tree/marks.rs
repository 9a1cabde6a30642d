//! Which processes have got SIGKILL.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A bit for each process number, modulo their count. A process that shares its bit with another is
/// passed over at first, and killed with those that did not exit.
static SIGNALLED: [AtomicU64; 1 << 10] = [const { AtomicU64::new(0) }; 1 << 10];

fn place(pid: i32) -> (&'static AtomicU64, u64) {
    (
        &SIGNALLED[pid as usize >> 6 & (SIGNALLED.len() - 1)],
        1 << (pid & 63),
    )
}

/// Marks a process; true the first time.
pub fn mark(pid: i32) -> bool {
    let (word, bit) = place(pid);
    let before = word.load(Relaxed);
    word.store(before | bit, Relaxed);
    before & bit == 0
}

/// Unmarks a process whose number may become another's.
pub fn unmark(pid: i32) {
    let (word, bit) = place(pid);
    word.store(word.load(Relaxed) & !bit, Relaxed);
}

/// Unmarks all: numbers of an earlier command may be another process's now.
pub fn clear() {
    SIGNALLED.iter().for_each(|word| word.store(0, Relaxed));
}
