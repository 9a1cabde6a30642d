//! Scribes: processes that write to files. A file system that is stuck (frozen, or on a server that
//! does not answer) blocks the process that writes to it, and no signal or timer frees that: so it
//! must not be the supervisor. A scribe shares the supervisor's memory and descriptors, makes one
//! write, and exits.
//!
//! Because the descriptors are shared, the supervisor closes no file at its end while a scribe
//! hangs: closing one may have to wait for its server, too.

use crate::kernel::{clock, clone, descriptors, process, raw, signals, stack};
use crate::tuning::{SCRIBE_LOOKS, SCRIBE_POLL};
use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{
    AtomicI32, AtomicI64, AtomicPtr, AtomicU32, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};

/// What a write does besides: bits of `flags`.
const CUT: u32 = 1;
const CLOSE: u32 = 2;

pub struct Scribe {
    /// The scribe's number while it lives; the kernel makes it 0 and wakes the supervisor.
    lives: AtomicI32,
    /// The same, until it is reaped and its result is taken; `REAPED` in between.
    pid: AtomicI32,
    fd: AtomicI32,
    flags: AtomicU32,
    text: AtomicPtr<u8>,
    length: AtomicUsize,
    /// The result: how much was written, and the errno that ended it, or 0.
    written: AtomicI64,
    failure: AtomicI32,
}

/// One each for stderr, the log, the report, the events, and the two outputs of a relay.
#[unsafe(link_section = ".data.near")]
static SCRIBES: [Scribe; 6] = [const { Scribe::none() }; 6];

/// The scribe of a descriptor, if one has not exited after its last write.
pub fn of(fd: i32) -> Option<&'static Scribe> {
    let is_at_it =
        |scribe: &&Scribe| scribe.pid.load(Relaxed) != 0 && scribe.fd.load(Relaxed) == fd;
    SCRIBES.iter().find(is_at_it)
}

/// The numbers of the scribes that live: they are children of the supervisor and no part of any
/// tree. For the supervisor alone: the guardian, a copy of it, would not learn that such a number
/// belongs to another process by now.
pub fn living() -> impl Iterator<Item = i32> {
    let numbers = SCRIBES.iter().map(|scribe| scribe.pid.load(Relaxed));
    numbers.filter(|&pid| pid > 0)
}

/// Reaps the scribes that have exited. Their results can still be taken.
pub fn reap_exited() {
    for scribe in &SCRIBES {
        if process::reap(scribe.pid.load(Relaxed)).is_some() {
            scribe.pid.store(REAPED, Relaxed);
        }
    }
}

/// For the end of the supervisor. A descriptor that a scribe shares stays open as long as the
/// scribe hangs, and the reader of a pipe would wait for that: so all descriptors but those of
/// files are closed.
pub fn let_go() {
    if living().next().is_none() {
        return;
    }
    let mut kept = [-1; SCRIBES.len() + 1];
    for (place, scribe) in SCRIBES.iter().enumerate() {
        if scribe.pid.load(Relaxed) != 0 {
            kept[place] = scribe.fd.load(Relaxed);
        }
    }
    if descriptors::is_file(STDERR) {
        kept[SCRIBES.len()] = STDERR;
    }
    descriptors::close_all_but(&mut kept);
}

const STDERR: i32 = 2;
const REAPED: i32 = -1;

/// Begins to write a text, which has to stay in place until the scribe has exited. `None`: all
/// scribes are busy. `Err`: no process can be made.
pub fn begin(fd: i32, text: &[u8], flags: u32) -> Option<Result<&'static Scribe, &'static Scribe>> {
    let is_free = |scribe: &Scribe| scribe.pid.load(Relaxed) == 0;
    let place = SCRIBES.iter().position(is_free)?;
    let scribe = &SCRIBES[place];
    scribe.fd.store(fd, Relaxed);
    scribe.flags.store(flags, Relaxed);
    scribe.text.store(text.as_ptr().cast_mut(), Relaxed);
    scribe.length.store(text.len(), Relaxed);
    scribe.written.store(0, Relaxed);
    // The result if the scribe is killed.
    scribe.failure.store(libc::EIO, Release);
    let mask = signals::block_all();
    let made = clone::beside(
        stack::scribe(place),
        begin_writing,
        data(scribe),
        &scribe.lives,
    );
    signals::set_mask(mask);
    Some(match made {
        Ok(pid) => {
            scribe.pid.store(pid, Relaxed);
            Ok(scribe)
        }
        Err(_) => Err(scribe),
    })
}

fn data(scribe: &'static Scribe) -> *mut c_void {
    ptr::from_ref(scribe).cast_mut().cast()
}

impl Scribe {
    const fn none() -> Scribe {
        Scribe {
            lives: AtomicI32::new(0),
            pid: AtomicI32::new(0),
            fd: AtomicI32::new(-1),
            flags: AtomicU32::new(0),
            text: AtomicPtr::new(ptr::null_mut()),
            length: AtomicUsize::new(0),
            written: AtomicI64::new(0),
            failure: AtomicI32::new(0),
        }
    }

    /// How much was written, and errno or 0, once the scribe has exited. `None` where the deadline
    /// comes first.
    pub fn result(&self, deadline: f64) -> Option<(usize, i32)> {
        while let number = self.lives.load(Acquire)
            && number != 0
        {
            let left = deadline - clock::microseconds();
            if left <= 0.0 {
                return None;
            }
            raw::wait_while(&self.lives, number, clock::timespec(left.min(SCRIBE_POLL)));
        }
        let pid = self.pid.load(Relaxed);
        for _ in 0..SCRIBE_LOOKS {
            if pid == REAPED || process::reap(pid).is_some() {
                break;
            }
            // SAFETY: no arguments.
            unsafe { libc::sched_yield() };
        }
        self.pid.store(0, Relaxed);
        let written = self.written.load(Acquire) as usize;
        Some((written, self.failure.load(Relaxed)))
    }
}

/// The scribe's main function. It shares the supervisor's memory, which goes on: so it allocates
/// nothing and calls nothing of the C library. When the supervisor exits, the kernel kills it.
extern "C" fn begin_writing(data: *mut c_void) -> ! {
    // SAFETY: a static of ours; integers. `exit` ends this process alone.
    unsafe {
        let scribe = &*data.cast::<Scribe>();
        let (die, kill) = (libc::PR_SET_PDEATHSIG as usize, libc::SIGKILL as usize);
        raw::call(libc::SYS_prctl, [die, kill, 0, 0, 0]);
        scribe.write();
        loop {
            raw::call(libc::SYS_exit, [0; 5]);
        }
    }
}

impl Scribe {
    /// Makes the write in this process, which may be blocked.
    pub fn write_here(&self) -> (usize, i32) {
        self.write();
        let written = self.written.load(Relaxed) as usize;
        (written, self.failure.load(Relaxed))
    }

    fn write(&self) {
        let fd = self.fd.load(Relaxed) as usize;
        let flags = self.flags.load(Relaxed);
        // SAFETY: integers.
        unsafe {
            if flags & CUT != 0 {
                raw::call(libc::SYS_ftruncate, [fd, 0, 0, 0, 0]);
            }
            let mut failure = self.write_all(fd);
            if flags & CLOSE != 0 {
                let closed = raw::call(libc::SYS_close, [fd, 0, 0, 0, 0]);
                failure = if failure == 0 {
                    -closed as i32
                } else {
                    failure
                };
            }
            self.failure.store(failure, Release);
        }
    }

    /// errno, or 0 if everything was written.
    fn write_all(&self, fd: usize) -> i32 {
        let (text, length) = (self.text.load(Relaxed).addr(), self.length.load(Relaxed));
        let mut written = 0;
        while written < length {
            // SAFETY: the text stays until this has ended.
            match unsafe {
                raw::call(
                    libc::SYS_write,
                    [fd, text + written, length - written, 0, 0],
                )
            } {
                count @ 1.. => written += count as usize,
                0 => return libc::EIO,
                failure if failure == -(libc::EINTR as isize) => {}
                failure => return -failure as i32,
            }
            self.written.store(written as i64, Release);
        }
        0
    }
}
