//! Terminals: pairs of a master and a slave, sizes and settings; and the terminal that this process
//! was started at, which is in raw mode while the command has one of its own.

use crate::kernel::descriptors::above_stdio;
use crate::kernel::errno::{errno, or_errno};
use std::cell::UnsafeCell;
use std::ffi::{CStr, CString};
use std::ptr;
use std::sync::atomic::{
    AtomicBool, AtomicPtr,
    Ordering::{Acquire, Relaxed, Release},
};

const FLAGS: i32 = libc::O_RDWR | libc::O_NOCTTY | libc::O_CLOEXEC;

/// A new terminal: the master, which does not block, and the slave; `Err` is errno.
pub fn open_pair() -> Result<[i32; 2], i32> {
    let opened = open(c"/dev/ptmx", FLAGS | libc::O_NONBLOCK);
    // Without the first, the file system of the slaves may still be there.
    let master = opened
        .or_else(|failure| open(c"/dev/pts/ptmx", FLAGS | libc::O_NONBLOCK).map_err(|_| failure))?;
    // SAFETY: a number of ours that is only read.
    if unsafe { libc::ioctl(master, libc::TIOCSPTLCK, &raw const UNLOCKED) } < 0 {
        return Err(errno());
    }
    // Needs no path: /dev/pts may be another one here.
    // SAFETY: integers; a new descriptor comes back.
    let slave = match unsafe { libc::ioctl(master, libc::TIOCGPTPEER, FLAGS) } {
        failed if failed < 0 => open(&slave_path(master)?, FLAGS)?,
        slave => placed(slave)?,
    };
    Ok([master, slave])
}

static UNLOCKED: i32 = 0;

fn slave_path(master: i32) -> Result<CString, i32> {
    let mut number = 0u32;
    // SAFETY: the kernel writes one number.
    if unsafe { libc::ioctl(master, libc::TIOCGPTN, &raw mut number) } < 0 {
        return Err(errno());
    }
    CString::new(format!("/dev/pts/{number}")).map_err(|_| libc::EINVAL)
}

fn open(path: &CStr, flags: i32) -> Result<i32, i32> {
    // SAFETY: a path; a new descriptor comes back.
    placed(unsafe { libc::open(path.as_ptr(), flags) })
}

/// A new descriptor, above 2.
fn placed(fd: i32) -> Result<i32, i32> {
    match above_stdio(or_errno(fd.into())) {
        fd @ 0.. => Ok(fd as i32),
        failure => Err(-failure as i32),
    }
}

pub fn is_terminal(fd: i32) -> bool {
    size(fd).is_some()
}

/// Columns and rows.
pub fn size(fd: i32) -> Option<[u16; 2]> {
    // SAFETY: all zeroes is a valid record, and the kernel fills it in.
    unsafe {
        let mut size: libc::winsize = std::mem::zeroed();
        let result = libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut size);
        (result == 0).then_some([size.ws_col, size.ws_row])
    }
}

/// The kernel sends SIGWINCH to the terminal's foreground process group if this changes anything.
pub fn set_size(fd: i32, [columns, rows]: [u16; 2]) -> i64 {
    let size = libc::winsize {
        ws_row: rows,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    // SAFETY: a record of ours that is only read.
    or_errno(unsafe { libc::ioctl(fd, libc::TIOCSWINSZ, &raw const size) }.into())
}

pub fn settings(fd: i32) -> Option<libc::termios> {
    // SAFETY: all zeroes is a valid record, and the kernel fills it in.
    unsafe {
        let mut settings: libc::termios = std::mem::zeroed();
        (libc::tcgetattr(fd, &mut settings) == 0).then_some(settings)
    }
}

pub fn set(fd: i32, settings: &libc::termios) {
    // SAFETY: a record of ours that is only read. SIGTTOU is blocked, so nothing stops this
    // process.
    unsafe { libc::tcsetattr(fd, libc::TCSANOW, settings) };
}

fn is_same(one: &libc::termios, other: &libc::termios) -> bool {
    let flags = |it: &libc::termios| [it.c_iflag, it.c_oflag, it.c_cflag, it.c_lflag];
    flags(one) == flags(other) && one.c_cc == other.c_cc
}

/// Whether this process may read from a terminal: it is in the foreground, or the terminal is not
/// that of its session, or is gone. Two zeroes stand for one group of another PID namespace.
pub fn is_ours(fd: i32) -> bool {
    // SAFETY: integers.
    let (foreground, own) = unsafe { (libc::tcgetpgrp(fd), libc::getpgrp()) };
    foreground < 0 || foreground == own
}

/// Makes this process, which leads a session, the one that a terminal signals. A refusal leaves the
/// terminal a terminal, and the session without keys.
pub fn acquire(fd: i32) {
    // SAFETY: integers.
    unsafe { libc::ioctl(fd, libc::TIOCSCTTY, 0) };
}

/// Puts the process group of this process into the foreground.
pub fn lead(fd: i32) {
    // SAFETY: integers. All signals are blocked, so SIGTTOU does not stop this process.
    unsafe { libc::tcsetpgrp(fd, libc::getpgrp()) };
}

/// The terminal that this process was started at. Its settings are on a page that the guardian
/// shares: the guardian gives the terminal back where the supervisor was killed.
pub struct Outer {
    fd: i32,
    /// Output is left to the terminal's own processing where other processes print there.
    keeps_output: bool,
    is_raw: AtomicBool,
    before: UnsafeCell<libc::termios>,
    raw: UnsafeCell<libc::termios>,
}

#[unsafe(link_section = ".bss.near")]
static OUTER: AtomicPtr<Outer> = AtomicPtr::new(ptr::null_mut());

/// The terminal, where it was remembered.
pub fn outer() -> Option<&'static Outer> {
    // SAFETY: made by `remember` and never freed.
    unsafe { OUTER.load(Relaxed).as_ref() }
}

/// Its descriptor; -1: none.
pub fn outer_fd() -> i32 {
    outer().map_or(-1, |outer| outer.fd)
}

/// Gives it back, where there is one.
pub fn give_back() {
    if let Some(outer) = outer() {
        outer.give_back();
    }
}

/// Remembers the terminal. `Err` is errno.
pub fn remember(fd: i32, keeps_output: bool) -> Result<&'static Outer, i32> {
    let access = libc::PROT_READ | libc::PROT_WRITE;
    let flags = libc::MAP_SHARED | libc::MAP_ANONYMOUS;
    // SAFETY: a new mapping at a place of the kernel's choice; zeroes are a valid `Outer`.
    let outer = unsafe {
        let size = size_of::<Outer>();
        let at = libc::mmap(ptr::null_mut(), size, access, flags, -1, 0);
        if at == libc::MAP_FAILED {
            return Err(errno());
        }
        &mut *at.cast::<Outer>()
    };
    outer.fd = placed(or_errno(
        // SAFETY: integers; a new descriptor comes back.
        unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 3) }.into(),
    ) as i32)?;
    outer.keeps_output = keeps_output;
    OUTER.store(outer, Relaxed);
    Ok(outer)
}

impl Outer {
    /// Puts the terminal into raw mode, where it is not. False: this process may not read from it.
    pub fn take(&self) -> bool {
        if !is_ours(self.fd) {
            return false;
        }
        let Some(now) = settings(self.fd) else {
            return true;
        };
        // SAFETY: the guardian reads them only when this process has died.
        let (before, raw) = unsafe { (&mut *self.before.get(), &mut *self.raw.get()) };
        if self.is_raw.load(Relaxed) && is_same(&now, raw) {
            return true;
        }
        // Where a shell has set them meanwhile, these are the ones to come back to.
        *before = now;
        *raw = now;
        // SAFETY: a record of ours.
        unsafe { libc::cfmakeraw(raw) };
        if self.keeps_output {
            raw.c_oflag = now.c_oflag;
        }
        self.is_raw.store(true, Release);
        set(self.fd, raw);
        // A driver may keep some of them as they were.
        *raw = settings(self.fd).unwrap_or(*raw);
        true
    }

    /// Gives it the settings that it had, unless another process has changed them since.
    pub fn give_back(&self) {
        // SAFETY: written before `is_raw` was set, and by no process since.
        let (before, raw) = unsafe { (&*self.before.get(), &*self.raw.get()) };
        let is_raw = self.is_raw.swap(false, Acquire);
        if is_raw && settings(self.fd).is_some_and(|now| is_same(&now, raw)) {
            set(self.fd, before);
        }
    }
}
