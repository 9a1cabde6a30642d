//! One output of the command: a pipe that the command writes to, and what that goes to. No write
//! waits for a reader, and no flag of a descriptor that other processes share is changed.

use crate::kernel::errno::or_errno;
use crate::kernel::{clock, descriptors};
use crate::output::offer;
use crate::relay::pipe;
use crate::relay::ring::{self, Ring};
use crate::tuning::{FILE_WRITE, RELAY_ROUNDS, TERMINAL_BUFFER};
use std::ptr;

/// The most bytes that are copied, or moved, by one call.
const CHUNK: usize = 256 << 10;

/// The same to a socket: one that keeps messages apart takes no larger one.
const MESSAGE: usize = 64 << 10;

/// What both streams may still pass on together.
pub struct Allowance {
    pub left: u64,
    /// More was written than may be passed on.
    pub is_exceeded: bool,
}

pub struct Stream {
    /// The reading end of the command's pipe; -1: nothing more comes.
    source: i32,
    target: i32,
    /// The source is the master of a terminal.
    is_terminal: bool,
    /// Tells the command, before that is closed, that its terminal is gone.
    hang_up: Option<fn()>,
    /// The target is a pipe, to which the kernel moves bytes without a copy.
    is_spliced: bool,
    /// The most bytes that are read for one write.
    chunk: usize,
    /// The target is a file: poll(2) does not say when it takes more.
    is_file: bool,
    /// The target took less than there is.
    is_blocked: bool,
    /// A scribe is writing the piece.
    is_writing: bool,
    /// A piece that was read and is to be written.
    piece: (*const u8, usize),
    /// Where pieces are read to.
    buffer: *mut u8,
    /// How many bytes are still passed on at once. The others are kept until the end.
    head: u64,
    /// What is kept of the others; none: nothing.
    tail: Option<Ring>,
    /// How many bytes are still read, where another process holds the pipe after the end.
    rest: Option<u64>,
    pub bytes: u64,
    /// Those of them that were not passed on.
    pub omitted: u64,
    /// At the end another process still had the pipe.
    pub is_held: bool,
    /// Why the target takes no more; 0: it does, or its readers are gone.
    pub failure: i32,
}

/// A stream from a pipe of ours to a target; or from a terminal, with `hang_up`. `kept`: how many
/// bytes are passed on at once, and how many of the others are kept.
pub fn open(
    [source, target]: [i32; 2],
    [head, tail]: [u64; 2],
    hang_up: Option<fn()>,
) -> Result<Stream, i32> {
    let is_terminal = hang_up.is_some();
    let kind = descriptors::kind_of(target).map_or(0, |(kind, _)| kind);
    let pollable = [libc::S_IFIFO, libc::S_IFSOCK, libc::S_IFCHR];
    let has_tail = head < u64::MAX && tail > 0;
    Ok(Stream {
        source,
        target,
        is_terminal,
        hang_up,
        is_spliced: kind == libc::S_IFIFO && !is_terminal,
        chunk: if kind == libc::S_IFSOCK {
            MESSAGE
        } else {
            CHUNK
        },
        is_file: !pollable.contains(&kind),
        is_blocked: false,
        is_writing: false,
        piece: (ptr::null(), 0),
        buffer: ring::map(CHUNK)?,
        head,
        tail: has_tail.then(|| Ring::new(tail)).transpose()?,
        rest: None,
        bytes: 0,
        omitted: 0,
        is_held: false,
        failure: 0,
    })
}

impl Stream {
    /// Everything was passed on, or never will be.
    pub fn is_over(&self) -> bool {
        self.source < 0 && self.piece.1 == 0 && self.kept() == 0
    }

    /// More may come than what is in the pipe.
    pub fn is_open(&self) -> bool {
        self.source >= 0 && self.rest.is_none()
    }

    pub fn source(&self) -> i32 {
        self.source
    }

    /// The target is slow.
    pub fn is_blocked(&self) -> bool {
        self.is_blocked
    }

    /// Only time tells whether the target takes more.
    pub fn awaits_file(&self) -> bool {
        self.is_writing || (self.is_blocked && self.is_file)
    }

    /// What poll(2) is to look at: the pipe, and the target.
    pub fn entries(&self) -> [libc::pollfd; 2] {
        let entry = |fd, events| libc::pollfd {
            fd,
            events,
            revents: 0,
        };
        let source = if self.is_blocked { -1 } else { self.source };
        // A terminal that hangs up says so to the command at once: only a write is the time for it.
        let is_needed = self.is_blocked || !self.is_terminal;
        let is_watched = is_needed && !self.is_over() && !self.is_file && !self.is_writing;
        let target = if is_watched { self.target } else { -1 };
        let events = if self.is_blocked { libc::POLLOUT } else { 0 };
        [entry(source, libc::POLLIN), entry(target, events)]
    }

    /// Passes on what there is and what the target takes. True: bytes came.
    pub fn pump(&mut self, target: &libc::pollfd, allowance: &mut Allowance) -> bool {
        let is_gone = target.revents & (libc::POLLERR | libc::POLLHUP | libc::POLLNVAL) != 0;
        if is_gone && !self.is_blocked {
            // As without a relay: the command learns of it when it writes the next time.
            self.give_up(0);
        }
        let before = self.bytes;
        self.is_blocked = false;
        for _ in 0..RELAY_ROUNDS {
            if !self.write_piece() || self.is_over() || !self.step(allowance) {
                return self.bytes > before;
            }
        }
        // There is more. The pipe says so by itself, but what was kept waits for the target.
        self.is_blocked = self.source < 0 && !self.is_over();
        self.bytes > before
    }

    /// Moves or reads once. False: there is nothing, or the target is full.
    fn step(&mut self, allowance: &mut Allowance) -> bool {
        if self.source < 0 {
            // What was kept comes last.
            self.piece = self
                .tail
                .as_mut()
                .map_or((ptr::null(), 0), |tail| tail.take(self.chunk));
            return true;
        }
        if self.rest == Some(0) {
            self.is_held = !pipe::is_hung_up(self.source);
            self.close();
            return true;
        }
        let is_allowed = allowance.left > 0;
        let is_head = is_allowed && self.head > 0;
        let limits = [
            self.rest.unwrap_or(u64::MAX),
            if is_allowed { allowance.left } else { u64::MAX },
            if is_head { self.head } else { u64::MAX },
            self.chunk as u64,
        ];
        let most = limits.into_iter().min().unwrap_or(0) as usize;
        let is_spliced = is_head && self.is_spliced;
        let (to, room) = match &self.tail {
            Some(tail) if is_allowed && !is_head => tail.room(),
            _ => (self.buffer, CHUNK),
        };
        let result = if is_spliced {
            self.splice(most)
        } else {
            // SAFETY: the kernel writes no more than there is room for.
            or_errno(unsafe { libc::read(self.source, to.cast(), most.min(room)) } as i64)
        };
        match result {
            0 => self.close(),
            1.. => self.count(result as u64, is_head, is_spliced, allowance),
            _ => return self.stumble(-result as i32, is_spliced),
        }
        true
    }

    /// Bytes were moved, or read to where they belong.
    fn count(&mut self, count: u64, is_head: bool, is_spliced: bool, allowance: &mut Allowance) {
        self.bytes += count;
        self.rest = self.rest.map(|rest| rest - count);
        if allowance.left == 0 {
            allowance.is_exceeded = true;
            self.omitted += count;
            return;
        }
        allowance.left -= count;
        if is_head {
            self.head -= count;
            if !is_spliced {
                self.piece = (self.buffer.cast_const(), count as usize);
            }
        } else if let Some(tail) = &mut self.tail {
            self.omitted += tail.added(count);
        } else {
            self.omitted += count;
        }
    }

    /// A move or a read was refused. False: there is nothing to be done now.
    fn stumble(&mut self, failure: i32, is_spliced: bool) -> bool {
        match failure {
            libc::EINTR => {}
            libc::EAGAIN if self.is_terminal && self.rest.is_some() => self.rest = Some(0),
            libc::EAGAIN => {
                self.is_blocked = is_spliced && pipe::unread(self.source) > 0;
                return false;
            }
            // No process has the terminal open, and all is read.
            libc::EIO if self.is_terminal => self.close(),
            // A kernel or a sandbox that cannot move bytes: they are copied.
            libc::EINVAL | libc::ENOSYS | libc::EPERM if is_spliced => self.is_spliced = false,
            libc::EPIPE => self.give_up(0),
            _ => self.give_up(failure),
        }
        true
    }

    fn splice(&self, most: usize) -> i64 {
        let none = ptr::null_mut::<i64>();
        let flags = libc::SPLICE_F_MOVE | libc::SPLICE_F_NONBLOCK;
        let (from, to) = (self.source, self.target);
        // SAFETY: descriptors and a size; pipes have no offsets.
        or_errno(unsafe { libc::splice(from, none, to, none, most, flags) } as i64)
    }

    /// Writes the piece. False: the target took less.
    fn write_piece(&mut self) -> bool {
        let (at, size) = self.piece;
        if size == 0 {
            return true;
        }
        let now = clock::microseconds();
        let (count, failure) = if self.is_writing {
            offer::offered(self.target, now)
        } else {
            // A healthy file takes a piece sooner.
            let until = if self.is_file { now + FILE_WRITE } else { now };
            // SAFETY: a part of a mapping that stays.
            let bytes = unsafe { std::slice::from_raw_parts(at, size) };
            offer::write(self.target, bytes, until, 0.0, 0)
        };
        self.is_writing = failure == libc::EINPROGRESS;
        // SAFETY: no more was written than there was.
        self.piece = (unsafe { at.add(count) }, size - count);
        match failure {
            0 => return true,
            libc::EAGAIN | libc::EINPROGRESS => self.is_blocked = true,
            libc::EPIPE | libc::ECONNRESET => self.give_up(0),
            // As a terminal that is gone does it.
            libc::EIO if self.is_terminal => self.give_up(0),
            _ => self.give_up(failure),
        }
        false
    }

    /// At the end of the run: no more is read than what is there now.
    pub fn read_no_more(&mut self) {
        if self.source >= 0 && self.rest.is_none() {
            // What the kernel still has of a terminal's output is not all counted.
            let unread = if self.is_terminal {
                TERMINAL_BUFFER
            } else {
                pipe::unread(self.source)
            };
            self.rest = Some(unread);
        }
    }

    /// The target takes no more, or the relay does not wait until it does.
    pub fn give_up(&mut self, failure: i32) {
        self.failure = failure;
        if self.source >= 0 {
            let unread = pipe::unread(self.source);
            self.bytes += unread;
            self.omitted += unread;
            self.hang_up.inspect(|hang_up| hang_up());
        }
        self.omitted += self.piece.1 as u64 + self.kept();
        self.piece.1 = 0;
        if let Some(tail) = &mut self.tail {
            tail.clear();
        }
        self.is_blocked = false;
        self.close();
    }

    /// The same at the end, where it says something that another process has the pipe.
    pub fn cut(&mut self) {
        self.is_held |= self.source >= 0 && !pipe::is_hung_up(self.source);
        self.give_up(self.failure);
    }

    /// How many bytes are kept until the end.
    pub fn kept(&self) -> u64 {
        self.tail.as_ref().map_or(0, Ring::length)
    }

    /// The newest of them, at most so many.
    pub fn newest(&self, most: u64) -> Vec<u8> {
        self.tail
            .as_ref()
            .map_or(Vec::new(), |tail| tail.newest(most))
    }

    fn close(&mut self) {
        descriptors::close(std::mem::replace(&mut self.source, -1));
    }
}
