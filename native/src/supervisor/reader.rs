//! Readers: copies of this process that read what may block. A file of /proc may have to wait for a
//! lock that the process it shows holds, or for a file system that does not answer. A reader puts
//! what it finds on pages that it shares with this process, and is given up when the time is over:
//! it is killed, and only curfew's end waits for it. Its SIGCHLD has it reaped with the orphans.

use crate::guardian::watch;
use crate::kernel::{clone, descriptors, errno, process, processor, raw, signals};
use std::ptr;
use std::sync::atomic::{
    AtomicI32, AtomicPtr, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};

/// One that works, and those that were given up and have not exited yet.
#[unsafe(link_section = ".data.near")]
static READERS: [AtomicI32; 4] = [const { AtomicI32::new(0) }; 4];

/// What a reader has told. The kernel gives memory only to the pages that are written to.
struct Told {
    length: AtomicUsize,
    text: [u8; ROOM],
}

/// The niceness of this process before it was raised; `USUAL`: it was not.
#[unsafe(link_section = ".data.near")]
static NICE: AtomicI32 = AtomicI32::new(USUAL);
const USUAL: i32 = i32::MAX;

const ROOM: usize = (1 << 20) - size_of::<AtomicUsize>();

/// The pages of the reader that works.
#[unsafe(link_section = ".data.near")]
static TOLD: AtomicPtr<Told> = AtomicPtr::new(ptr::null_mut());

/// The readers that have not exited: they are children of the supervisor and no part of any tree.
pub fn living() -> impl Iterator<Item = i32> {
    READERS.iter().filter_map(|reader| {
        let pid = reader.load(Relaxed);
        // If it was reaped with the orphans, its number may be that of another process by now.
        if process::reap(pid).is_some() || (pid != 0 && !process::is_child(pid)) {
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

/// Gives this process, and the reader that it makes, turns before all other processes until the
/// reader is given up, as far as the kernel lets them: a machine where something hangs is often
/// busy.
pub fn hurry() {
    if let Some(nice) = processor::raise_priority(0) {
        NICE.store(nice, Relaxed);
    }
}

/// Makes a reader. 0 in the reader; in this process a descriptor that is readable when the reader
/// has exited, or minus errno.
pub fn begin() -> i64 {
    let _ = living().count();
    let Some(place) = READERS.iter().find(|reader| reader.load(Relaxed) == 0) else {
        return -i64::from(libc::EAGAIN);
    };
    let Some(told) = map() else {
        return -i64::from(errno::errno());
    };
    let mut ends = [-1; 2];
    // SAFETY: room for two descriptors.
    if unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) } < 0 {
        let errno = errno::errno();
        unmap(told);
        return -i64::from(errno);
    }
    let [source, sink] = ends.map(|end| descriptors::above_stdio(end.into()) as i32);
    TOLD.store(told, Relaxed);
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
            // Here, because the reader itself may have to wait for its first turn.
            if NICE.load(Relaxed) != USUAL {
                processor::raise_priority(pid);
            }
            i64::from(source)
        }
        Err(errno) => {
            give_up(source, |_| ());
            -i64::from(errno)
        }
    }
}

/// The first steps of a reader: the kernel kills it with the supervisor, and it keeps no descriptor
/// open that another process waits for.
fn become_reader(sink: i32) {
    watch::announce();
    // SAFETY: integers.
    unsafe {
        let (die, kill) = (libc::PR_SET_PDEATHSIG as usize, libc::SIGKILL as usize);
        raw::call(libc::SYS_prctl, [die, kill, 0, 0, 0]);
    }
    descriptors::close_all_but(&mut [sink]);
}

/// Adds to what a reader has told; false if there is no more room. `write` fills in the bytes, and
/// answers how many.
pub fn tell(write: impl FnOnce(&mut [u8]) -> usize) -> bool {
    let told = TOLD.load(Relaxed);
    if told.is_null() {
        return false;
    }
    // SAFETY: our mapping. The other process reads no byte behind the length.
    unsafe {
        let length = (*told).length.load(Relaxed);
        let text = &raw mut (*told).text;
        let room = std::slice::from_raw_parts_mut(text.cast::<u8>().add(length), ROOM - length);
        let count = write(room);
        (*told).length.store(length + count, Release);
        count > 0
    }
}

/// The end of a reader.
pub fn end() -> ! {
    loop {
        // SAFETY: an integer.
        unsafe { raw::call(libc::SYS_exit_group, [0; 5]) };
    }
}

/// Kills the readers that have not exited; whether there are any.
pub fn kill() -> bool {
    let signalled = living().map(|pid| signals::send(pid, libc::SIGKILL));
    signalled.count() > 0
}

/// Gives a reader up, and hands over what it has told. `source` is below 0 where none was made.
pub fn give_up<T>(source: i32, take: impl FnOnce(&[u8]) -> T) -> T {
    descriptors::close(source);
    kill();
    let nice = NICE.swap(USUAL, Relaxed);
    if nice != USUAL {
        processor::restore_priority(nice);
    }
    let told = TOLD.swap(ptr::null_mut(), Relaxed);
    // SAFETY: our mapping, or null. The reader writes only behind the length.
    unsafe {
        if told.is_null() {
            return take(&[]);
        }
        let length = (*told).length.load(Acquire).min(ROOM);
        let text = (&raw const (*told).text).cast::<u8>();
        let taken = take(std::slice::from_raw_parts(text, length));
        unmap(told);
        taken
    }
}

fn map() -> Option<*mut Told> {
    let rights = libc::PROT_READ | libc::PROT_WRITE;
    let flags = libc::MAP_SHARED | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: a new mapping of zeroes, which are a valid value.
    let at = unsafe { libc::mmap(ptr::null_mut(), size_of::<Told>(), rights, flags, -1, 0) };
    (at != libc::MAP_FAILED).then(|| at.cast())
}

fn unmap(told: *mut Told) {
    // SAFETY: from `map`; nothing refers to it any more.
    unsafe { libc::munmap(told.cast(), size_of::<Told>()) };
}
