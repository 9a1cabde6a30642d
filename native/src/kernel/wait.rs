//! The one place where the supervisor blocks.

use crate::kernel::errno::{errno, or_errno};
use crate::kernel::{clock, descriptors};
use crate::tuning::REFUSED_POLL;
use std::ptr;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering::Relaxed};

/// The timer of `wait`. The time that poll(2) is given may pass late by a thousandth of it.
#[unsafe(link_section = ".data.near")]
static TIMER: AtomicI32 = AtomicI32::new(-1);
/// What it is set to, as the bits of a number: a wait that is continued need not set it again.
#[unsafe(link_section = ".data.near")]
static SET_TO: AtomicU64 = AtomicU64::new(NOTHING);
/// The bits of no instant.
const NOTHING: u64 = u64::MAX;

/// Waits until one of the descriptors is readable, or the clock has passed the deadline
/// (microseconds; negative: none). Answers a bit for each readable descriptor, 0 for the deadline.
/// Minus errno where the kernel refuses to wait; then only after a pause. Negative descriptors are
/// left out. The descriptors of `mounts` come behind the others; they are of /proc/self/mountinfo,
/// which is always readable and has POLLPRI when it has changed.
pub fn wait(fds: &[i32], deadline: f64, mounts: &[i32]) -> i64 {
    wait_besides(fds, deadline, mounts, &mut [])
}

/// The same. Comes back for each of these entries, too, but answers no bit for them: they are
/// filled in as poll(2) does it.
pub fn wait_besides(
    fds: &[i32],
    deadline: f64,
    mounts: &[i32],
    besides: &mut [libc::pollfd],
) -> i64 {
    let mut entries: Vec<libc::pollfd> = fds.iter().map(|&fd| entry(fd)).collect();
    entries.extend(mounts.iter().map(|&fd| libc::pollfd {
        events: libc::POLLPRI,
        ..entry(fd)
    }));
    let own = entries.len();
    entries.extend_from_slice(besides);
    let timer = if deadline < 0.0 {
        -1
    } else {
        set_timer(deadline)
    };
    entries.push(entry(timer));
    loop {
        // Without a timer, the call gets the time that is left.
        let left = (deadline >= 0.0 && timer < 0).then(|| time_left(deadline));
        let left = left.as_ref().map_or(ptr::null(), ptr::from_ref);
        // SAFETY: entries and time are ours and live through the call; no mask is given.
        let count =
            unsafe { libc::ppoll(entries.as_mut_ptr(), entries.len() as _, left, ptr::null()) };
        match count {
            0.. => {
                let ready = readable(&entries[..own]);
                let others = &entries[own..entries.len() - 1];
                let is_other = others.iter().any(|entry| entry.revents != 0);
                if ready != 0 || is_other || clock::microseconds() > deadline {
                    besides.copy_from_slice(others);
                    return ready;
                }
            }
            _ if errno() == libc::EINTR => {}
            // A limit of open files that was lowered from outside may refuse so many: look again.
            _ => {
                let failure = -i64::from(errno());
                let pause = clock::timespec(REFUSED_POLL);
                // SAFETY: no descriptors, and a time of ours.
                unsafe { libc::ppoll(ptr::null_mut(), 0, &pause, ptr::null()) };
                return failure;
            }
        }
    }
}

fn entry(fd: i32) -> libc::pollfd {
    libc::pollfd {
        fd,
        events: libc::POLLIN,
        revents: 0,
    }
}

/// The last bit that a number of TypeScript's holds with certainty; it stands for all descriptors
/// behind it, too.
const LAST_BIT: usize = 50;

fn readable(entries: &[libc::pollfd]) -> i64 {
    let bits = entries.iter().enumerate();
    bits.filter(|(_, entry)| entry.revents != 0)
        .fold(0, |all, (index, _)| all | 1 << index.min(LAST_BIT))
}

/// A timer of the wall clock that never expires, and is readable when that clock was set. Minus
/// errno where it cannot be had.
pub fn watch_wall_clock() -> i64 {
    let flags = libc::TFD_CLOEXEC | libc::TFD_NONBLOCK;
    // SAFETY: two integers; a new descriptor comes back.
    let timer = unsafe { libc::timerfd_create(libc::CLOCK_REALTIME, flags) };
    let timer = descriptors::above_stdio(or_errno(timer.into()));
    if timer < 0 {
        return timer;
    }
    let never = libc::timespec {
        tv_sec: FAR_AWAY,
        tv_nsec: 0,
    };
    let none = clock::timespec(0.0);
    let setting = libc::itimerspec {
        it_interval: none,
        it_value: never,
    };
    let kind = libc::TFD_TIMER_ABSTIME | libc::TFD_TIMER_CANCEL_ON_SET;
    // SAFETY: a setting of ours; the old one is not asked for.
    let result = unsafe { libc::timerfd_settime(timer as i32, kind, &setting, ptr::null_mut()) };
    if result == 0 {
        return timer;
    }
    let failure = -i64::from(errno());
    descriptors::close(timer as i32);
    failure
}

/// Seconds since 1970, in the year 2200: the kernel's clock ends in 2262.
const FAR_AWAY: i64 = 7_258_118_400;

/// Whether a descriptor is readable now.
pub fn is_readable(fd: i32) -> bool {
    let mut entry = entry(fd);
    let no_time = clock::timespec(0.0);
    // SAFETY: one entry of ours; does not wait.
    unsafe { libc::ppoll(&mut entry, 1, &no_time, ptr::null()) > 0 }
}

/// Sets the timer to just after `deadline`: then the limit has passed, and is not only reached. -1
/// where there is no timer to be had.
fn set_timer(deadline: f64) -> i32 {
    if TIMER.load(Relaxed) < 0 {
        let flags = libc::TFD_CLOEXEC | libc::TFD_NONBLOCK;
        // SAFETY: two integers; a new descriptor comes back.
        let timer = unsafe { libc::timerfd_create(libc::CLOCK_MONOTONIC, flags) };
        TIMER.store(
            descriptors::above_stdio(or_errno(timer.into())) as i32,
            Relaxed,
        );
    }
    let timer = TIMER.load(Relaxed);
    if SET_TO.swap(deadline.to_bits(), Relaxed) == deadline.to_bits() {
        return timer;
    }
    let time = libc::itimerspec {
        it_interval: clock::timespec(0.0),
        it_value: clock::timespec(deadline + 1.0),
    };
    // SAFETY: a structure of ours; an invalid descriptor is refused.
    let result =
        unsafe { libc::timerfd_settime(timer, libc::TFD_TIMER_ABSTIME, &time, ptr::null_mut()) };
    if result < 0 {
        SET_TO.store(NOTHING, Relaxed);
        return -1;
    }
    timer
}

/// The time from now until just after `deadline`.
fn time_left(deadline: f64) -> libc::timespec {
    clock::timespec((deadline - clock::microseconds() + 1.0).max(0.0))
}

/// Whether a descriptor becomes readable within a time. Most do at once, so the clock is read only
/// when a signal interrupts the wait.
pub fn is_readable_within(fd: i32, time: f64) -> bool {
    let mut entry = entry(fd);
    let (mut left, mut deadline) = (clock::timespec(time), None);
    loop {
        // SAFETY: one entry of ours; waits no longer than the time given.
        let count = unsafe { libc::ppoll(&mut entry, 1, &left, ptr::null()) };
        if count >= 0 || errno() != libc::EINTR {
            return count > 0;
        }
        left = time_left(*deadline.get_or_insert_with(|| clock::microseconds() + time));
    }
}

/// Waits until a descriptor takes a little more, or until `deadline` (microseconds of `clock`).
/// False where the deadline came first.
pub fn until_writable(fd: i32, deadline: f64) -> bool {
    let mut entry = entry(fd);
    entry.events = libc::POLLOUT;
    let left = time_left(deadline - 1.0);
    // SAFETY: one entry of ours; waits no longer than the time given.
    unsafe { libc::ppoll(&mut entry, 1, &left, ptr::null()) > 0 }
}
