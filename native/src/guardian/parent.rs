//! The guardian's parent, the supervisor: whether it is there, and how it is told and continued.

use crate::kernel::errno::errno;
use crate::kernel::{descriptors, identity, proc, signals, wait};
use std::cell::Cell;
use std::ffi::{CStr, CString};

/// How the guardian reaches the supervisor. A PID namespace hides the supervisor from a guardian
/// in it; what serves instead is opened by the supervisor, before the guardian is made.
pub struct Parent {
    pid: i32,
    /// Our end of a pair of sockets, readable when the supervisor has died; -1: it has a number.
    pub line: i32,
    /// Both ends of a pipe. The kernel sends a signal to the supervisor when something is written.
    bell: [i32; 2],
    /// The supervisor's `stat` in the /proc that it sees; -1: none.
    stat: i32,
    /// It was seen that it is not there any more.
    is_lost: Cell<bool>,
}

const NO_DESCRIPTOR: i32 = -1;
/// fcntl(2): which signal says that there is something to read.
const F_SETSIG: i32 = 10;
/// Fields of `stat` (proc_pid_stat(5)).
const STATE: usize = 0;
const START_TIME: usize = 19;
/// Stopped by a signal, or by a debugger.
const STOPPED: [&str; 2] = ["T", "t"];

impl Parent {
    /// For a guardian in our own PID namespace.
    pub fn seen() -> Parent {
        Parent {
            pid: identity::own_pid(),
            line: NO_DESCRIPTOR,
            bell: [NO_DESCRIPTOR; 2],
            stat: NO_DESCRIPTOR,
            is_lost: Cell::new(false),
        }
    }

    /// For a guardian in another one, which has the other end of the line. `Err` is errno.
    pub fn hidden(line: i32) -> Result<Parent, i32> {
        let mut parent = Parent {
            line,
            ..Parent::seen()
        };
        parent.bell = open_bell(parent.pid)?;
        parent.stat = open_stat(c"/proc/self/stat");
        Ok(parent)
    }

    /// What the guardian keeps open for it.
    pub fn descriptors(&self) -> [i32; 4] {
        [self.line, self.bell[0], self.bell[1], self.stat]
    }

    /// In the supervisor: the guardian has its own copies.
    pub fn close(&self) {
        self.descriptors().into_iter().for_each(descriptors::close);
    }

    pub fn is_there(&self) -> bool {
        let is_there = match self.line {
            0.. => !wait::is_readable(self.line),
            // SAFETY: no arguments, cannot fail.
            _ => self.pid == unsafe { libc::getppid() },
        };
        self.is_lost.set(!is_there);
        is_there
    }

    /// How it was at the last look.
    pub fn is_lost(&self) -> bool {
        self.is_lost.get()
    }

    /// The kernel ends all that there is when this supervisor ends, and those outside signal it, not
    /// us.
    pub fn is_first(&self) -> bool {
        self.line < 0 && self.pid == 1
    }

    /// 0: it has none here.
    pub fn number(&self) -> i32 {
        if self.line < 0 { self.pid } else { 0 }
    }

    /// Whether it has sent a signal. From outside of our PID namespace the sender's number is 0.
    pub fn is_sender(&self, sender: i32) -> bool {
        self.line < 0 && sender == self.pid
    }

    pub fn tell(&self, signal: i32) {
        if self.line >= 0 {
            // Nobody may signal into another PID namespace than one below its own.
            let byte = signal as u8;
            let flags = libc::MSG_NOSIGNAL;
            // SAFETY: one byte; where there is no room, the supervisor has not looked yet.
            unsafe { libc::send(self.line, (&raw const byte).cast(), 1, flags) };
        } else if self.is_there() {
            signals::send(self.pid, signal);
        }
    }

    /// The command has ended, or all of the tree: that is heard by a stopped supervisor, too.
    pub fn tell_end(&self) {
        if self.line >= 0 {
            self.tell(libc::SIGCHLD);
            self.ring();
        } else if self.is_there() {
            signals::send(self.pid, libc::SIGCHLD);
            signals::send(self.pid, libc::SIGCONT);
        }
    }

    /// Continues the supervisor if it is stopped; nothing happens to one that is not.
    pub fn go_on(&self) {
        if self.line >= 0 {
            self.ring();
        } else if self.is_there() {
            signals::send(self.pid, libc::SIGCONT);
        }
    }

    /// SIGKILL.
    pub fn kill(&self) {
        if self.line >= 0 {
            // SAFETY: integers; only the signal that the kernel sends changes.
            unsafe { libc::fcntl(self.bell[0], F_SETSIG, libc::SIGKILL) };
            self.ring();
        } else if self.is_there() {
            signals::send(self.pid, libc::SIGKILL);
        }
    }

    fn ring(&self) {
        // SAFETY: one byte; a full pipe is never blocked on, and rings all the same.
        unsafe { libc::write(self.bell[1], b"!".as_ptr().cast(), 1) };
    }

    /// Whether the supervisor is stopped, by a signal or by a debugger. False where it is not known.
    pub fn is_stopped(&self) -> bool {
        let state = self.field(STATE);
        state.is_some_and(|state| STOPPED.contains(&state.as_str()))
    }

    /// When it was started, as /proc says it; 0 where it is not known.
    pub fn start_time(&self) -> u64 {
        let text = self.field(START_TIME).unwrap_or_default();
        text.parse().unwrap_or(0)
    }

    /// A field of its `stat`, counted from the one behind the name.
    fn field(&self, at: usize) -> Option<String> {
        if self.line >= 0 {
            return field(self.stat, at);
        }
        let path = CString::new(format!("/proc/{}/stat", self.pid)).ok()?;
        let stat = if proc::is_own() {
            open_stat(&path)
        } else {
            NO_DESCRIPTOR
        };
        let found = field(stat, at);
        descriptors::close(stat);
        found
    }
}

/// `open(path)`; -1 where it cannot be.
fn open_stat(path: &CStr) -> i32 {
    // SAFETY: a path; a new descriptor comes back.
    let fd = unsafe { libc::open(path.as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC) };
    descriptors::above_stdio(i64::from(fd)).max(-1) as i32
}

fn field(stat: i32, at: usize) -> Option<String> {
    let mut text = [0u8; 512];
    // SAFETY: pointer and length of the buffer; -1 is refused.
    let count = unsafe { libc::pread(stat, text.as_mut_ptr().cast(), text.len(), 0) };
    let text = String::from_utf8_lossy(&text[..count.max(0) as usize]);
    // The name may hold anything, parentheses too.
    let (_, rest) = text.rsplit_once(')')?;
    rest.split_whitespace().nth(at).map(str::to_owned)
}

/// A pipe that continues a process whenever something is written to it (`F_SETSIG`, fcntl(2)): the
/// kernel's way around the rule that nobody signals a process outside of its PID namespace.
fn open_bell(pid: i32) -> Result<[i32; 2], i32> {
    let mut pipe = [NO_DESCRIPTOR; 2];
    // SAFETY: two numbers of ours are written; the rest are integers.
    unsafe {
        if libc::pipe2(pipe.as_mut_ptr(), libc::O_CLOEXEC | libc::O_NONBLOCK) < 0 {
            return Err(errno());
        }
        for fd in &mut pipe {
            *fd = descriptors::above_stdio(i64::from(*fd)) as i32;
            if *fd < 0 {
                return Err(-*fd);
            }
        }
        libc::fcntl(pipe[0], libc::F_SETOWN, pid);
        libc::fcntl(pipe[0], F_SETSIG, libc::SIGCONT);
        libc::fcntl(pipe[0], libc::F_SETFL, libc::O_NONBLOCK | libc::O_ASYNC);
    }
    Ok(pipe)
}
