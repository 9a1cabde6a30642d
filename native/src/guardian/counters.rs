//! What the guardian counts on the shared page, and the supervisor reads meanwhile. Each look at a
//! counter reads it once, so that nothing falls between two reads. This file uses no other one of
//! ours: test/native compiles it for a model of memory.

use std::sync::atomic::{
    AtomicI32, AtomicU32, AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};

/// A stop or continuation in one word, so that its kind and its count are never read apart.
#[derive(Clone, Copy, Default)]
pub struct Stop {
    /// How many there were, this one included, modulo 2 to the 32.
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

/// The last stop or continuation of the command, and how many there were.
#[repr(transparent)]
pub struct Stops(AtomicU64);

impl Stops {
    /// Notes one. Only one side may call this.
    pub fn note(&self, code: i32, status: i32) {
        let count = self.last().count.wrapping_add(1);
        let stop = Stop {
            count,
            code,
            status,
        };
        self.0.store(stop.pack(), Release);
    }

    pub fn last(&self) -> Stop {
        Stop::unpack(self.0.load(Acquire))
    }

    /// The last one, if it came after those that were told.
    pub fn news(&self, told: &AtomicU32) -> Option<Stop> {
        let stop = self.last();
        (stop.count != told.swap(stop.count, Relaxed)).then_some(stop)
    }
}

/// Processes that were reaped: how many, and the numbers of the last.
#[repr(C)]
pub struct Reaped<const ROOM: usize> {
    count: AtomicU32,
    pid: [AtomicI32; ROOM],
}

impl<const ROOM: usize> Reaped<ROOM> {
    /// Notes one. Only one side may call this.
    pub fn note(&self, pid: i32) {
        let count = self.count.load(Relaxed);
        self.pid[count as usize % ROOM].store(pid, Relaxed);
        self.count.store(count.wrapping_add(1), Release);
    }

    /// Those that came after those that were told, as far as there is room for them.
    pub fn news(&self, told: &AtomicU32) -> impl ExactSizeIterator<Item = i32> {
        let count = self.count.load(Acquire);
        let new = count
            .wrapping_sub(told.swap(count, Relaxed))
            .min(ROOM as u32);
        let first = count.wrapping_sub(new);
        (0..new).map(move |at| self.pid[first.wrapping_add(at) as usize % ROOM].load(Relaxed))
    }
}
