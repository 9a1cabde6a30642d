//! Which processes have had SIGKILL.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A bit per number of a process, modulo their count. Who shares a bit with another is passed over at
/// first, and killed with those that did not die.
static SIGNALLED: [AtomicU64; 1 << 10] = [const { AtomicU64::new(0) }; 1 << 10];

fn place(pid: i32) -> (&'static AtomicU64, u64) {
    (
        &SIGNALLED[pid as usize >> 6 & (SIGNALLED.len() - 1)],
        1 << (pid & 63),
    )
}

/// True the first time.
pub fn mark(pid: i32) -> bool {
    let (word, bit) = place(pid);
    let before = word.load(Relaxed);
    word.store(before | bit, Relaxed);
    before & bit == 0
}

/// Its number may be another's.
pub fn unmark(pid: i32) {
    let (word, bit) = place(pid);
    word.store(word.load(Relaxed) & !bit, Relaxed);
}

/// No process has had it: numbers of an earlier command may be another's now.
pub fn clear() {
    SIGNALLED.iter().for_each(|word| word.store(0, Relaxed));
}
