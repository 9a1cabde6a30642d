//! Both outputs of the command, pumped while the supervisor waits.

use crate::kernel::errno::{errno, or_errno};
use crate::kernel::{clock, descriptors, terminal, wait};
use crate::relay::pipe;
use crate::relay::pty::{self, Pty};
use crate::relay::stream::{self, Allowance, Stream};
use crate::tuning::SCRIBE_POLL;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};

/// What TypeScript wants of the relay: sizes in bytes.
pub struct Limits {
    /// The command gets a terminal, perhaps of this many columns and rows.
    pub pty: Option<Option<[u16; 2]>>,
    /// Sends the command SIGHUP.
    pub hang_up: fn(),
    /// Our controlling terminal; -1: none is known.
    pub controlling: i32,
    /// What both outputs may pass on together.
    pub total: u64,
    /// Of each output: what is passed on at once, and how much of the rest is kept until the end.
    pub head: u64,
    pub tail: u64,
}

pub struct Relay {
    /// The command's stdout and stderr; none: it is closed, or goes where the other one goes.
    pub streams: [Option<Stream>; 2],
    /// A terminal of the command's; the first stream comes from it, and there is no other.
    pub pty: Option<Pty>,
    allowance: Allowance,
    /// When bytes came last.
    last: f64,
    /// The run is over: until when a pipe that another process holds is read.
    held_until: Option<f64>,
    /// What TypeScript was told last.
    told: [bool; 2],
}

#[unsafe(link_section = ".bss.near")]
static RELAY: AtomicPtr<Relay> = AtomicPtr::new(ptr::null_mut());

/// The relay of this process, if there is one.
pub fn current() -> Option<&'static mut Relay> {
    // SAFETY: made by `open` and never freed; the program is single-threaded, and a call of
    // TypeScript's never leads to another one.
    unsafe { RELAY.load(Relaxed).as_mut() }
}

/// The descriptors that the command's output is read from.
pub fn sources() -> Vec<i32> {
    let streams = current().map(|relay| relay.streams.iter().flatten());
    streams.into_iter().flatten().map(Stream::source).collect()
}

/// Makes the relay. Answers pairs for the command, a descriptor of ours and the number that it is
/// to have for it; `Err` is errno.
pub fn open(limits: &Limits) -> Result<Vec<i64>, i32> {
    let mut relay = Box::new(Relay {
        streams: [None, None],
        pty: None,
        allowance: Allowance {
            left: limits.total,
            is_exceeded: false,
        },
        last: clock::microseconds(),
        held_until: None,
        told: [false; 2],
    });
    if let Some(size) = limits.pty {
        let pairs = relay.open_pty(limits, size)?;
        RELAY.store(Box::leak(relay), Relaxed);
        return Ok(pairs);
    }
    let mut pairs = Vec::new();
    let files = [libc::STDOUT_FILENO, libc::STDERR_FILENO].map(identity);
    for (at, fd) in [libc::STDOUT_FILENO, libc::STDERR_FILENO]
        .into_iter()
        .enumerate()
    {
        if files[at].is_none() {
            continue;
        }
        if at == 1 && files[0] == files[1] {
            // One pipe for both, so that the order stays.
            pairs.extend([copy(pairs[0] as i32)?, fd].map(i64::from));
            continue;
        }
        let [source, end] = pipe::open()?;
        let ends = [source, copy(fd)?];
        relay.streams[at] = Some(stream::open(ends, [limits.head, limits.tail], None)?);
        pairs.extend([end, fd].map(i64::from));
    }
    RELAY.store(Box::leak(relay), Relaxed);
    Ok(pairs)
}

/// A copy of a descriptor, above 2.
fn copy(fd: i32) -> Result<i32, i32> {
    // SAFETY: integers; a new descriptor comes back.
    match unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 3) } {
        failed if failed < 0 => Err(errno()),
        copy => Ok(copy),
    }
}

/// Which file a descriptor stands for, and its flags; `None`: no process could write to it.
fn identity(fd: i32) -> Option<(u64, u64, i32)> {
    // SAFETY: integers; all zeroes is a valid record, and the kernel fills it in.
    unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFL);
        let is_for_reading = flags & libc::O_ACCMODE == libc::O_RDONLY;
        let mut stat: libc::stat = std::mem::zeroed();
        let is_open = flags >= 0 && flags & libc::O_PATH == 0 && !is_for_reading;
        let is_known = is_open && libc::fstat(fd, &mut stat) == 0;
        is_known.then_some((stat.st_dev, stat.st_ino, flags))
    }
}

/// Where a terminal's output goes: stdout, else stderr, else nowhere.
fn only_target() -> Result<i32, i32> {
    let mut outputs = [libc::STDOUT_FILENO, libc::STDERR_FILENO].into_iter();
    if let Some(fd) = outputs.find(|&fd| identity(fd).is_some()) {
        return copy(fd);
    }
    // SAFETY: a path; a new descriptor comes back.
    let fd = unsafe { libc::open(c"/dev/null".as_ptr(), libc::O_WRONLY | libc::O_CLOEXEC) };
    match descriptors::above_stdio(or_errno(fd.into())) {
        fd @ 0.. => Ok(fd as i32),
        failure => Err(-failure as i32),
    }
}

impl Relay {
    /// Makes a terminal for the command. Answers pairs as `open` does.
    fn open_pty(&mut self, limits: &Limits, size: Option<[u16; 2]>) -> Result<Vec<i64>, i32> {
        let pty = pty::open(size, limits.controlling)?;
        let ends = [pty.master(), only_target()?];
        let hang_up = Some(limits.hang_up);
        self.streams[0] = Some(stream::open(ends, [limits.head, limits.tail], hang_up)?);
        let mut pairs = Vec::new();
        for fd in 0..3 {
            pairs.extend([copy(pty.slave())?, fd].map(i64::from));
        }
        self.pty = Some(pty);
        Ok(pairs)
    }

    /// `wait::wait`, which passes on what the command writes meanwhile. It also comes back when
    /// there is news of the relay.
    pub fn wait(&mut self, fds: &[i32], deadline: f64) -> i64 {
        if let Some(pty) = &mut self.pty {
            pty.refresh();
        }
        loop {
            let mut entries = self.entries();
            let until = self.next_look().map_or(deadline, |at| match deadline {
                0.0.. => at.min(deadline),
                _ => at,
            });
            let ready = wait::wait_besides(fds, until, &[], &mut entries);
            let now = self.pump(&entries);
            let is_late = deadline >= 0.0 && now > deadline;
            if ready != 0 || is_late || self.has_news() {
                return ready;
            }
        }
    }

    fn streams(&mut self) -> impl Iterator<Item = &mut Stream> {
        self.streams.iter_mut().flatten()
    }

    fn entries(&self) -> [libc::pollfd; 6] {
        let none = libc::pollfd {
            fd: -1,
            events: 0,
            revents: 0,
        };
        let of = |stream: &Option<Stream>| stream.as_ref().map_or([none; 2], Stream::entries);
        let [one, other] = [of(&self.streams[0]), of(&self.streams[1])];
        let typed = self
            .pty
            .as_ref()
            .map_or([none; 2], |pty| pty.input.entries());
        [one[0], one[1], other[0], other[1], typed[0], typed[1]]
    }

    /// When to look again, although no descriptor may be ready then.
    fn next_look(&self) -> Option<f64> {
        let mut streams = self.streams.iter().flatten();
        let is_file = streams.clone().any(Stream::awaits_file);
        let again = is_file.then(|| clock::microseconds() + SCRIBE_POLL);
        let is_held = streams.any(Stream::is_open);
        let typed = self.pty.as_ref().and_then(|pty| pty.input.next_look());
        let again = clock::earlier(again, typed);
        clock::earlier(again, self.held_until.filter(|_| is_held))
    }

    /// Answers when it began.
    fn pump(&mut self, entries: &[libc::pollfd; 6]) -> f64 {
        let now = clock::microseconds();
        if let Some(pty) = &mut self.pty {
            pty.pump(&entries[4]);
        }
        let is_late = self.held_until.is_some_and(|until| now > until);
        let Relay {
            streams, allowance, ..
        } = self;
        let mut has_come = false;
        for (at, stream) in streams.iter_mut().enumerate() {
            if let Some(stream) = stream {
                if is_late {
                    stream.read_no_more();
                }
                has_come |= stream.pump(&entries[2 * at + 1], allowance);
                has_come |= stream.is_blocked();
            }
        }
        if has_come {
            self.last = now;
        }
        let is_gone = self.streams[0].as_ref().is_none_or(|one| one.source() < 0);
        if let Some(pty) = self.pty.as_mut().filter(|_| is_gone) {
            pty.end();
        }
        now
    }

    /// Everything was passed on, after the end of the run.
    fn is_over(&self) -> bool {
        self.held_until.is_some() && self.streams.iter().flatten().all(Stream::is_over)
    }

    /// What there is to tell: more was written than may be passed on; all is over.
    fn news(&self) -> [bool; 2] {
        [self.allowance.is_exceeded, self.is_over()]
    }

    fn has_news(&self) -> bool {
        self.told != self.news()
    }

    /// Passes on what there is. Answers when bytes came last, and the news.
    pub fn look(&mut self) -> (f64, [bool; 2]) {
        if let Some(pty) = &mut self.pty {
            pty.refresh();
        }
        self.pump(&self.entries());
        self.told = self.news();
        if self.told[1] {
            terminal::give_back();
        }
        (self.last, self.told)
    }

    /// The run is over. A pipe that another process holds is read until an instant.
    pub fn drain(&mut self, held_until: f64) {
        self.held_until = Some(held_until);
        if let Some(pty) = &mut self.pty {
            pty.end();
        }
    }

    /// Gives up what was not passed on yet.
    pub fn cut(&mut self) {
        self.streams().for_each(Stream::cut);
    }
}
