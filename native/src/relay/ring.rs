//! The last bytes of a stream, however many there were.

use crate::kernel::errno::errno;
use std::ptr;

/// Memory that takes up room only as far as it was used; `Err` is errno.
pub fn map(size: usize) -> Result<*mut u8, i32> {
    let access = libc::PROT_READ | libc::PROT_WRITE;
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: a new mapping, at a place of the kernel's choice. It stays until this process exits.
    let at = unsafe { libc::mmap(ptr::null_mut(), size, access, flags, -1, 0) };
    if at == libc::MAP_FAILED {
        Err(errno())
    } else {
        Ok(at.cast())
    }
}

/// A ring that keeps less has room for as much all the same: each read(2) is to bring many bytes.
const LEAST: u64 = 64 << 10;

pub struct Ring {
    at: *mut u8,
    /// How many bytes there is room for, and how many of them are kept.
    size: u64,
    most: u64,
    /// How many bytes came before the first that is kept, and before the next that will come.
    first: u64,
    next: u64,
}

impl Ring {
    pub fn new(most: u64) -> Result<Ring, i32> {
        let size = most.max(LEAST);
        let at = map(size as usize)?;
        Ok(Ring {
            at,
            size,
            most,
            first: 0,
            next: 0,
        })
    }

    pub fn length(&self) -> u64 {
        self.next - self.first
    }

    /// Where the next bytes go, and how many of them fit there.
    pub fn room(&self) -> (*mut u8, usize) {
        let place = self.next % self.size;
        // SAFETY: inside of the mapping.
        let at = unsafe { self.at.add(place as usize) };
        (at, (self.size - place) as usize)
    }

    /// So many bytes were put into the room. Answers how many older ones they have replaced.
    pub fn added(&mut self, count: u64) -> u64 {
        self.next += count;
        let lost = self.length().saturating_sub(self.most);
        self.first += lost;
        lost
    }

    /// Takes the oldest bytes out, at most so many. They stay where they are until others come.
    pub fn take(&mut self, most: usize) -> (*const u8, usize) {
        let place = self.first % self.size;
        let count = self.length().min(self.size - place).min(most as u64);
        self.first += count;
        // SAFETY: inside of the mapping.
        let at = unsafe { self.at.add(place as usize) };
        (at.cast_const(), count as usize)
    }

    /// The newest bytes, at most so many. They stay in the ring.
    pub fn newest(&self, most: u64) -> Vec<u8> {
        let count = self.length().min(most);
        let begin = (self.next - count) % self.size;
        let first = count.min(self.size - begin);
        let mut bytes = Vec::with_capacity(count as usize);
        for (place, part) in [(begin, first), (0, count - first)] {
            // SAFETY: inside of the mapping, and written before.
            bytes.extend_from_slice(unsafe {
                std::slice::from_raw_parts(self.at.add(place as usize), part as usize)
            });
        }
        bytes
    }

    pub fn clear(&mut self) {
        self.first = self.next;
    }
}
