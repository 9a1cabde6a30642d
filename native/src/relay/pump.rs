//! Both outputs of the command, pumped while the supervisor waits.

use crate::kernel::errno::errno;
use crate::kernel::{clock, wait};
use crate::relay::stream::{self, Allowance, Stream};
use crate::tuning::SCRIBE_POLL;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};

/// What TypeScript wants of the relay: sizes in bytes.
pub struct Limits {
    /// What both outputs may pass on together.
    pub total: u64,
    /// Of each output: what is passed on at once, and how much of the rest is kept until the end.
    pub head: u64,
    pub tail: u64,
}

pub struct Relay {
    /// The command's stdout and stderr; none: it is closed, or goes where the other one goes.
    pub streams: [Option<Stream>; 2],
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

/// Makes the relay. Answers pairs for the command, a descriptor of ours and the number that it is to
/// have for it; `Err` is errno.
pub fn open(limits: &Limits) -> Result<Vec<i64>, i32> {
    let mut relay = Box::new(Relay {
        streams: [None, None],
        allowance: Allowance {
            left: limits.total,
            is_exceeded: false,
        },
        last: clock::microseconds(),
        held_until: None,
        told: [false; 2],
    });
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
        let [source, end] = stream::pipe()?;
        relay.streams[at] = Some(stream::open(source, copy(fd)?, limits.head, limits.tail)?);
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

impl Relay {
    /// `wait::wait`, which passes on what the command writes meanwhile. It also comes back when there
    /// is news of the relay.
    pub fn wait(&mut self, fds: &[i32], deadline: f64) -> i64 {
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

    fn entries(&self) -> [libc::pollfd; 4] {
        let none = libc::pollfd {
            fd: -1,
            events: 0,
            revents: 0,
        };
        let of = |stream: &Option<Stream>| stream.as_ref().map_or([none; 2], Stream::entries);
        let [one, other] = [of(&self.streams[0]), of(&self.streams[1])];
        [one[0], one[1], other[0], other[1]]
    }

    /// When to look again, although no descriptor may be ready then.
    fn next_look(&self) -> Option<f64> {
        let mut streams = self.streams.iter().flatten();
        let is_file = streams.clone().any(Stream::awaits_file);
        let again = is_file.then(|| clock::microseconds() + SCRIBE_POLL);
        let is_held = streams.any(Stream::is_open);
        clock::earlier(again, self.held_until.filter(|_| is_held))
    }

    /// Answers when it began.
    fn pump(&mut self, entries: &[libc::pollfd; 4]) -> f64 {
        let now = clock::microseconds();
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
        self.pump(&self.entries());
        self.told = self.news();
        (self.last, self.told)
    }

    /// The run is over. A pipe that another process holds is read until an instant.
    pub fn drain(&mut self, held_until: f64) {
        self.held_until = Some(held_until);
    }

    /// Gives up what was not passed on yet.
    pub fn cut(&mut self) {
        self.streams().for_each(Stream::cut);
    }
}
