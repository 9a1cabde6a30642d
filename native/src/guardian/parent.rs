//! The guardian's parent, the supervisor: whether it lives, and how the guardian signals and
//! continues it.

use crate::kernel::errno::errno;
use crate::kernel::{descriptors, identity, proc, signals, wait};
use std::cell::Cell;
use std::ffi::{CStr, CString};

/// How the guardian reaches the supervisor. A guardian in a PID namespace of its own cannot see the
/// supervisor, and has no number for it; then it uses descriptors that the supervisor opened before
/// it made the guardian.
pub struct Parent {
    pid: i32,
    /// The guardian's end of a pair of sockets; it is readable when the supervisor has died. -1:
    /// the supervisor has a number here.
    pub line: i32,
    /// Both ends of a pipe. When the guardian writes to it, the kernel sends the supervisor a
    /// signal.
    bell: [i32; 2],
    /// The supervisor's `stat` in the /proc that it sees; -1: none.
    stat: i32,
    /// The last look has shown that the supervisor is gone.
    is_lost: Cell<bool>,
}

const NO_DESCRIPTOR: i32 = -1;
/// fcntl(2): which signal the kernel sends when there is something to read.
const F_SETSIG: i32 = 10;
/// Fields of `stat` (proc_pid_stat(5)).
const STATE: usize = 0;
const START_TIME: usize = 19;
/// Stopped by a signal, or by a debugger.
const STOPPED: [&str; 2] = ["T", "t"];

impl Parent {
    /// For a guardian in the supervisor's PID namespace.
    pub fn seen() -> Parent {
        Parent {
            pid: identity::own_pid(),
            line: NO_DESCRIPTOR,
            bell: [NO_DESCRIPTOR; 2],
            stat: NO_DESCRIPTOR,
            is_lost: Cell::new(false),
        }
    }

    /// For a guardian in another one, which gets the other end of the line. `Err` is errno.
    pub fn hidden(line: i32) -> Result<Parent, i32> {
        let mut parent = Parent {
            line,
            ..Parent::seen()
        };
        parent.bell = open_bell(parent.pid)?;
        parent.stat = open_stat(c"/proc/self/stat");
        Ok(parent)
    }

    /// The descriptors that the guardian keeps open for this.
    pub fn descriptors(&self) -> [i32; 4] {
        [self.line, self.bell[0], self.bell[1], self.stat]
    }

    /// In the supervisor, once the guardian has its own copies.
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

    /// Whether the last look has shown that the supervisor is gone.
    pub fn is_lost(&self) -> bool {
        self.is_lost.get()
    }

    /// Whether the supervisor is PID 1: the kernel kills all other processes with it, and signals
    /// from outside are sent to it and not to the guardian.
    pub fn is_first(&self) -> bool {
        self.line < 0 && self.pid == 1
    }

    /// The supervisor's number; 0: it has none here.
    pub fn number(&self) -> i32 {
        if self.line < 0 { self.pid } else { 0 }
    }

    /// Whether the supervisor has sent a signal. In another PID namespace its number is 0, which
    /// may be another sender's: false.
    pub fn is_sender(&self, sender: i32) -> bool {
        self.line < 0 && sender == self.pid
    }

    pub fn tell(&self, signal: i32) {
        if self.line >= 0 {
            // No process may send a signal to a PID namespace above its own.
            let byte = signal as u8;
            let flags = libc::MSG_NOSIGNAL;
            // SAFETY: one byte; where there is no room, the supervisor has not looked yet.
            unsafe { libc::send(self.line, (&raw const byte).cast(), 1, flags) };
        } else if self.is_there() {
            signals::send(self.pid, signal);
        }
    }

    /// Says that the command has exited, or the whole tree. A supervisor that is stopped is
    /// continued to hear it.
    pub fn tell_end(&self) {
        if self.line >= 0 {
            self.tell(libc::SIGCHLD);
            self.ring();
        } else if self.is_there() {
            signals::send(self.pid, libc::SIGCHLD);
            signals::send(self.pid, libc::SIGCONT);
        }
    }

    /// Continues the supervisor. Nothing happens to one that is not stopped.
    pub fn go_on(&self) {
        if self.line >= 0 {
            self.ring();
        } else if self.is_there() {
            signals::send(self.pid, libc::SIGCONT);
        }
    }

    /// Kills the supervisor.
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

    /// Whether the supervisor is stopped, by a signal or by a debugger. False where /proc does not
    /// show it.
    pub fn is_stopped(&self) -> bool {
        let state = self.field(STATE);
        state.is_some_and(|state| STOPPED.contains(&state.as_str()))
    }

    /// When the supervisor was started, as /proc says it; 0 where /proc does not show it.
    pub fn start_time(&self) -> u64 {
        let text = self.field(START_TIME).unwrap_or_default();
        text.parse().unwrap_or(0)
    }

    /// A field of the supervisor's `stat`, counted from the one behind the name.
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

/// When this process was started, as /proc says it; 0 where /proc does not show it.
pub fn own_start_time() -> u64 {
    let stat = open_stat(c"/proc/self/stat");
    let text = field(stat, START_TIME).unwrap_or_default();
    descriptors::close(stat);
    text.parse().unwrap_or(0)
}

/// Opens a file of /proc; -1 where that is not possible.
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
/// kernel sends the signal, to a process that the writer may not signal from its own PID namespace.
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
