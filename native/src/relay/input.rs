//! What is typed, or comes on stdin, for the command's terminal. No read waits, and no flag of a
//! descriptor that other processes share is changed.

use crate::kernel::errno::or_errno;
use crate::kernel::{clock, descriptors, terminal};
use crate::output::offer;
use crate::relay::ring;
use crate::tuning::INPUT_AGAIN;

/// The most bytes that are read at once: a terminal takes no more.
const CHUNK: usize = 4096;

pub struct Input {
    /// Where bytes come from; -1: no more come.
    source: i32,
    way: Way,
    /// The master of the command's terminal.
    target: i32,
    buffer: *mut u8,
    /// The part of the buffer that was read and is to be written.
    from: usize,
    to: usize,
    /// The last byte that was written; before it there is the end of a line.
    last: u8,
    /// The source has ended, and the command was not told yet.
    owes_end: bool,
    /// When to look at the source again, where poll(2) does not say it.
    again: Option<f64>,
    /// The key that suspends was passed on to a line discipline that acts on it.
    pub has_suspended: bool,
}

/// How to read without being blocked.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// The descriptor does not block, or has something to read when poll(2) says so.
    Plain,
    Socket,
    /// Only what is in memory is read. The kernel fetches the rest meanwhile.
    File,
}

/// Opens what comes on stdin.
pub fn open(target: i32) -> Result<Input, i32> {
    let stdin = libc::STDIN_FILENO;
    let kind = descriptors::kind_of(stdin).map(|(kind, _)| kind);
    let way = match kind {
        Some(libc::S_IFSOCK) => Way::Socket,
        Some(libc::S_IFREG | libc::S_IFBLK) => Way::File,
        _ => Way::Plain,
    };
    let source = match (kind, way) {
        (None, _) => -1,
        (_, Way::Plain) => offer::reopen(stdin, libc::O_RDONLY).map_or_else(copy, Ok)?,
        _ => copy()?,
    };
    Ok(Input {
        source,
        way,
        target,
        buffer: ring::map(CHUNK)?,
        from: 0,
        to: 0,
        last: b'\n',
        owes_end: source < 0,
        again: None,
        has_suspended: false,
    })
}

fn copy() -> Result<i32, i32> {
    // SAFETY: integers; a new descriptor comes back.
    let fd = unsafe { libc::fcntl(libc::STDIN_FILENO, libc::F_DUPFD_CLOEXEC, 3) };
    match or_errno(fd.into()) {
        fd @ 0.. => Ok(fd as i32),
        failure => Err(-failure as i32),
    }
}

impl Input {
    pub fn source(&self) -> i32 {
        self.source
    }

    /// What poll(2) is to look at: the source, and the master where it has to take something.
    pub fn entries(&self) -> [libc::pollfd; 2] {
        let entry = |fd, events| libc::pollfd {
            fd,
            events,
            revents: 0,
        };
        let is_waiting = self.from < self.to;
        let is_read = !is_waiting && self.again.is_none();
        let source = if is_read { self.source } else { -1 };
        let target = if is_waiting { self.target } else { -1 };
        [entry(source, libc::POLLIN), entry(target, libc::POLLOUT)]
    }

    /// When to look again, although no descriptor may be ready then.
    pub fn next_look(&self) -> Option<f64> {
        self.again.filter(|_| self.source >= 0)
    }

    /// Passes on what there is, if `is_ready` says that there is something. `may_read` asks whether
    /// this process may read it. False: the command's terminal takes nothing any more.
    pub fn pump(&mut self, is_ready: bool, may_read: impl Fn() -> bool) -> bool {
        if !self.write() {
            return false;
        }
        let now = clock::microseconds();
        self.again = self.again.filter(|&at| now < at);
        if is_ready && self.from == self.to && self.source >= 0 {
            if may_read() {
                self.read(now);
            } else {
                // What is typed now is another process's.
                self.again = Some(now + INPUT_AGAIN);
            }
        }
        self.tell_end();
        self.write()
    }

    fn read(&mut self, now: f64) {
        let part = libc::iovec {
            iov_base: self.buffer.cast(),
            iov_len: CHUNK,
        };
        // SAFETY: the kernel writes no more than there is room for.
        let result = or_errno(unsafe {
            match self.way {
                Way::Plain => libc::read(self.source, part.iov_base, CHUNK),
                Way::Socket => libc::recv(self.source, part.iov_base, CHUNK, libc::MSG_DONTWAIT),
                Way::File => libc::preadv2(self.source, &part, 1, -1, libc::RWF_NOWAIT),
            }
        } as i64);
        match -result as i32 {
            ..0 => {
                (self.from, self.to) = (0, result as usize);
                self.notice();
            }
            libc::EINTR => {}
            libc::EAGAIN => {
                if self.way == Way::File {
                    self.fetch();
                    self.again = Some(now + INPUT_AGAIN);
                }
            }
            // A file system that has no such read.
            libc::EOPNOTSUPP | libc::ENOSYS | libc::EINVAL if self.way == Way::File => {
                self.way = Way::Plain;
            }
            _ => {
                self.close();
                self.owes_end = true;
            }
        }
    }

    /// Has the kernel fetch what comes next in a file.
    fn fetch(&self) {
        // SAFETY: integers.
        unsafe {
            let at = libc::lseek(self.source, 0, libc::SEEK_CUR);
            libc::posix_fadvise(self.source, at, CHUNK as i64, libc::POSIX_FADV_WILLNEED);
        }
    }

    /// Notes a key that suspends.
    fn notice(&mut self) {
        let Some(settings) = terminal::settings(self.target) else {
            return;
        };
        // SAFETY: the part of the buffer that was read.
        let bytes = unsafe { std::slice::from_raw_parts(self.buffer, self.to) };
        let key = settings.c_cc[libc::VSUSP];
        let acts = settings.c_lflag & libc::ISIG != 0 && key != 0;
        self.has_suspended |= acts && bytes.contains(&key);
    }

    /// Writes what was read. False: the terminal is gone.
    fn write(&mut self) -> bool {
        while self.from < self.to {
            // SAFETY: a part of the buffer.
            let result = or_errno(unsafe {
                let at = self.buffer.add(self.from).cast();
                libc::write(self.target, at, self.to - self.from)
            } as i64);
            match -result as i32 {
                ..0 => self.from += result as usize,
                libc::EINTR => {}
                0 | libc::EAGAIN => return true,
                _ => return false,
            }
        }
        if self.to > 0 {
            // SAFETY: the last byte of the buffer that was read.
            self.last = unsafe { *self.buffer.add(self.to - 1) };
        }
        true
    }

    /// Writes the end-of-file character once the source has ended: where it does not follow the end
    /// of a line, it only ends that, and a second one is the end. A program that reads single keys
    /// gets none.
    fn tell_end(&mut self) {
        if !self.owes_end || self.from < self.to {
            return;
        }
        let Some(settings) = terminal::settings(self.target) else {
            return;
        };
        let key = |at: usize| settings.c_cc[at];
        if settings.c_lflag & libc::ICANON == 0 || key(libc::VEOF) == 0 {
            return;
        }
        let is_line_end = match self.last {
            b'\n' => settings.c_iflag & libc::INLCR == 0,
            b'\r' => settings.c_iflag & libc::ICRNL != 0,
            last => [libc::VEOF, libc::VEOL, libc::VEOL2]
                .map(key)
                .contains(&last),
        };
        let count = if is_line_end { 1 } else { 2 };
        // SAFETY: the buffer has room.
        unsafe { self.buffer.write_bytes(key(libc::VEOF), count) };
        (self.from, self.to) = (0, count);
        self.owes_end = false;
    }

    /// Nothing more is passed on.
    pub fn close(&mut self) {
        descriptors::close(std::mem::replace(&mut self.source, -1));
    }
}
