//! Readers: copies of this process that read what may block. A file of /proc may have to wait for a
//! lock that the process it shows holds, or for a file system that does not answer. A reader writes
//! what it finds to a pipe, and is given up when the time is over: it is killed, and never waited
//! for.

use crate::kernel::{clone, descriptors, errno, process, raw, signals};
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

/// One that works, and those that were given up and have not exited yet.
#[unsafe(link_section = ".data.near")]
static READERS: [AtomicI32; 4] = [const { AtomicI32::new(0) }; 4];

/// Where a reader writes to.
const OUTPUT: i32 = libc::STDOUT_FILENO;

/// The readers that have not exited: they are children of the supervisor and no part of any tree.
pub fn living() -> impl Iterator<Item = i32> {
    READERS.iter().filter_map(|reader| {
        let pid = reader.load(Relaxed);
        if process::reap(pid).is_some() {
            reader.store(0, Relaxed);
            return None;
        }
        (pid != 0).then_some(pid)
    })
}

/// Whether a number is that of a reader.
pub fn is_one(pid: i32) -> bool {
    pid != 0 && READERS.iter().any(|reader| reader.load(Relaxed) == pid)
}

/// Makes a reader. 0 in the reader, whose standard output is the pipe and its only descriptor; in
/// this process the reading end of the pipe, or minus errno.
pub fn begin() -> i64 {
    let taken = living().count();
    let Some(place) = READERS.iter().find(|reader| reader.load(Relaxed) == 0) else {
        return -i64::from(libc::EAGAIN);
    };
    debug_assert!(taken < READERS.len());
    let mut ends = [-1; 2];
    let flags = libc::O_CLOEXEC | libc::O_NONBLOCK;
    // SAFETY: room for two descriptors.
    if unsafe { libc::pipe2(ends.as_mut_ptr(), flags) } < 0 {
        return -i64::from(errno::errno());
    }
    let [source, sink] = ends.map(|end| descriptors::above_stdio(end.into()) as i32);
    let mask = signals::block_all();
    let made = clone::copy();
    if made == Ok(0) {
        become_reader(sink);
        return 0;
    }
    signals::set_mask(mask);
    descriptors::close(sink);
    match made {
        Ok(pid) => {
            place.store(pid, Relaxed);
            i64::from(source)
        }
        Err(errno) => {
            descriptors::close(source);
            -i64::from(errno)
        }
    }
}

/// The first steps of a reader: the kernel kills it with the supervisor, and it keeps no descriptor
/// open that another process waits for. A write to a full pipe waits.
fn become_reader(sink: i32) {
    // SAFETY: integers.
    unsafe {
        let (die, kill) = (libc::PR_SET_PDEATHSIG as usize, libc::SIGKILL as usize);
        raw::call(libc::SYS_prctl, [die, kill, 0, 0, 0]);
        libc::dup2(sink, OUTPUT);
        libc::fcntl(OUTPUT, libc::F_SETFL, 0);
    }
    descriptors::close_all_but(&mut [OUTPUT]);
}

/// The end of a reader.
pub fn end() -> ! {
    loop {
        // SAFETY: an integer.
        unsafe { raw::call(libc::SYS_exit_group, [0; 5]) };
    }
}

/// Gives a reader up.
pub fn give_up(source: i32) {
    descriptors::close(source);
    for pid in living() {
        signals::send(pid, libc::SIGKILL);
    }
}
