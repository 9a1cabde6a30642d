//! Signals as the kernel numbers them, 1 to 64, in masks of eight bytes: the C library's own calls
//! hide 32 and 33.

use crate::kernel::errno::or_errno;
use crate::kernel::{clock, descriptors, identity};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

const MASK_SIZE: usize = 8;
#[unsafe(link_section = ".bss.near")]
static INHERITED: AtomicU64 = AtomicU64::new(0);
#[unsafe(link_section = ".bss.near")]
static CHILD_WAS_IGNORED: AtomicBool = AtomicBool::new(false);
/// A SIGCHLD was read from the signalfd.
#[unsafe(link_section = ".bss.near")]
static IS_CHILD_HEARD: AtomicBool = AtomicBool::new(false);
/// The command is to begin with the default action of every signal that has a name.
#[unsafe(link_section = ".bss.near")]
static IS_RESET: AtomicBool = AtomicBool::new(false);
/// Signals with a name: all but the real-time signals.
const NAMED: std::ops::RangeInclusive<i32> = 1..=31;

/// The kernel's `struct sigaction`; the order of its members is the same on x86-64 and arm64.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Disposition {
    handler: usize,
    flags: usize,
    restorer: usize,
    mask: u64,
}

/// `kill(pid, signal)`; a negative pid is a group. 0, or minus errno.
pub fn send(pid: i32, signal: i32) -> i64 {
    // SAFETY: two integers.
    or_errno(i64::from(unsafe { libc::kill(pid, signal) }))
}

/// Blocks the listed signals and opens a signalfd for them. Remembers the inherited mask for the
/// command. Gives SIGCHLD its default action: while it is ignored, the kernel throws the command's
/// status away. Answers the signalfd, or minus errno where the kernel refuses any of the three.
/// `reset` says what the command does not inherit: 0 it inherits all, 1 not the mask, 2 nor the
/// ignored signals.
pub fn open(listed: u64, reset: i32) -> i64 {
    let mut inherited = 0;
    let held = change_mask(libc::SIG_BLOCK, Some(&listed), &mut inherited);
    if held < 0 {
        return held;
    }
    INHERITED.store(if reset == 0 { inherited } else { 0 }, Relaxed);
    IS_RESET.store(reset == 2, Relaxed);
    let mut before = Disposition::default();
    let set = change_disposition(libc::SIGCHLD, Some(&Disposition::default()), &mut before);
    if set < 0 {
        return set;
    }
    CHILD_WAS_IGNORED.store(before.handler == libc::SIG_IGN, Relaxed);
    let flags = libc::SFD_CLOEXEC | libc::SFD_NONBLOCK;
    // SAFETY: the mask lives through the call; a new descriptor comes back.
    let fd = unsafe { libc::syscall(libc::SYS_signalfd4, -1, &listed, MASK_SIZE, flags) };
    descriptors::above_stdio(or_errno(fd))
}

/// The next signal from a signalfd, if there is one.
pub fn next(fd: i32) -> Option<libc::signalfd_siginfo> {
    // SAFETY: all zeroes is a valid record.
    let mut info: libc::signalfd_siginfo = unsafe { std::mem::zeroed() };
    let size = size_of_val(&info);
    // SAFETY: the kernel writes at most one whole record into ours.
    let count = unsafe { libc::read(fd, (&raw mut info).cast(), size) };
    if count != size as isize {
        return None;
    }
    if info.ssi_signo == libc::SIGCHLD as u32 {
        IS_CHILD_HEARD.store(true, Relaxed);
    }
    Some(info)
}

/// Whether the kernel has told this process about any of its children so far.
pub fn was_child_heard() -> bool {
    IS_CHILD_HEARD.load(Relaxed)
}

/// Whether a signal is ignored. This process itself changes only SIGCHLD, so any other was
/// inherited so.
pub fn is_ignored(signal: i32) -> bool {
    disposition(signal, None).handler == libc::SIG_IGN
}

/// Ends this process by a signal, and a process group that is its own (0: none), without a core
/// dump. Comes back where that is not possible: PID 1 of a namespace does not die of signals sent
/// from inside.
pub fn die_by(signal: i32, group: i32) {
    disposition(signal, Some(&Disposition::default()));
    // SAFETY: integers; at most this process and a group that is ours end.
    unsafe {
        libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0);
        libc::kill(if group > 0 { -group } else { libc::getpid() }, signal);
    }
    change_mask(libc::SIG_UNBLOCK, Some(&bit(signal)), &mut 0);
}

/// Blocks every signal, so that a process can be made that begins with all of them blocked. Answers
/// the mask before.
pub fn block_all() -> u64 {
    let mut before = 0;
    change_mask(libc::SIG_SETMASK, Some(&u64::MAX), &mut before);
    before
}

/// Whether all signals are blocked: a sandbox may refuse that, or only say that it was done. Not
/// all systems have all real-time signals (an emulator keeps some), and none blocks what it has
/// not.
pub fn are_blocked() -> bool {
    let mut mask = 0;
    change_mask(libc::SIG_BLOCK, None, &mut mask);
    let standard = bit(libc::SIGSYS + 1) - 1;
    (mask | bit(libc::SIGKILL) | bit(libc::SIGSTOP)) & standard == standard
}

pub fn set_mask(mask: u64) {
    change_mask(libc::SIG_SETMASK, Some(&mask), &mut 0);
}

/// Waits for any blocked signal: its number, and the number of the process that sent it, 0 for the
/// kernel. Both are 0 where the time (microseconds) has passed.
pub fn await_any(time: Option<f64>) -> (i32, i32) {
    await_signal(u64::MAX, time)
}

/// Waits for a SIGCHLD, for some microseconds at most; false where none came.
pub fn await_child(time: f64) -> bool {
    await_signal(bit(libc::SIGCHLD), Some(time)).0 > 0
}

fn await_signal(mask: u64, time: Option<f64>) -> (i32, i32) {
    let time = time.map(clock::timespec);
    let time = time.as_ref().map_or(ptr::null(), ptr::from_ref);
    // SAFETY: all zeroes is a valid record, filled in by the kernel; a mask of eight bytes and a
    // time that live through the call. A signal of a process's has its sender's number.
    unsafe {
        let mut info: libc::siginfo_t = std::mem::zeroed();
        let call = libc::SYS_rt_sigtimedwait;
        let signal = libc::syscall(call, &mask, &mut info, time, MASK_SIZE);
        let is_sent = signal > 0 && info.si_code <= 0;
        (
            signal.max(0) as i32,
            if is_sent { info.si_pid() } else { 0 },
        )
    }
}

/// Stops this process as a signal does that means this. `guard` gets a function that stops, and
/// answers whether it called that. Comes back when this process is continued. True: it was stopped,
/// or `guard` did not want it. False: the kernel threw the stop away, as it does with TSTP where no
/// process could continue this one.
pub fn stop_self(signal: i32, guard: impl FnOnce(&dyn Fn()) -> bool) -> bool {
    let before = disposition(signal, Some(&Disposition::default()));
    let mut mask = 0;
    // A process that continues this one leaves a pending SIGCONT behind, if SIGCONT is blocked. A
    // stop removes older ones.
    change_mask(libc::SIG_BLOCK, Some(&bit(libc::SIGCONT)), &mut mask);
    let is_tried = guard(&|| {
        send(identity::own_pid(), signal);
        change_mask(libc::SIG_UNBLOCK, Some(&bit(signal)), &mut 0);
    });
    let is_ours = mask & bit(libc::SIGCONT) == 0;
    let was_stopped = match is_ours {
        true => await_signal(bit(libc::SIGCONT), Some(0.0)).0 > 0,
        // The signalfd will show it later, like any other signal.
        false => is_pending(libc::SIGCONT),
    };
    set_mask(mask);
    disposition(signal, Some(&before));
    was_stopped || !is_tried
}

/// Whether a signal is pending for this process.
fn is_pending(signal: i32) -> bool {
    let mut pending = 0u64;
    // SAFETY: a mask of eight bytes is filled in.
    unsafe { libc::syscall(libc::SYS_rt_sigpending, &mut pending, MASK_SIZE) };
    pending & bit(signal) != 0
}

/// In the command, before exec: undoes what this process changed for itself, or gives every signal
/// its default action.
pub fn restore_inherited() {
    if IS_RESET.load(Relaxed) {
        // SIGKILL and SIGSTOP are refused, and have no other action.
        for signal in NAMED {
            disposition(signal, Some(&Disposition::default()));
        }
    } else if CHILD_WAS_IGNORED.load(Relaxed) {
        let ignore = Disposition {
            handler: libc::SIG_IGN,
            ..Disposition::default()
        };
        disposition(libc::SIGCHLD, Some(&ignore));
    }
    change_mask(libc::SIG_SETMASK, Some(&INHERITED.load(Relaxed)), &mut 0);
}

fn bit(signal: i32) -> u64 {
    1u64.checked_shl(signal as u32 - 1).unwrap_or(0)
}

/// Changes the mask of blocked signals, if one is given, and reads the one before. 0, or minus
/// errno. A sandbox that let `open` make this call lets all later ones through.
fn change_mask(how: i32, mask: Option<&u64>, before: &mut u64) -> i64 {
    let mask = mask.map_or(ptr::null(), ptr::from_ref);
    // SAFETY: two masks of eight bytes that live through the call, or none to change to.
    or_errno(unsafe { libc::syscall(libc::SYS_rt_sigprocmask, how, mask, before, MASK_SIZE) })
}

/// Changes a signal's disposition, if one is given. Answers the one before, or the default where
/// the kernel does not tell.
fn disposition(signal: i32, change: Option<&Disposition>) -> Disposition {
    let mut before = Disposition::default();
    change_disposition(signal, change, &mut before);
    before
}

/// `rt_sigaction(signal, change, &before)`; a disposition of zeroes is the default. 0, or minus
/// errno.
fn change_disposition(signal: i32, change: Option<&Disposition>, before: &mut Disposition) -> i64 {
    let change = change.map_or(ptr::null(), ptr::from_ref);
    // SAFETY: structures of the kernel's own shape that live through the call.
    or_errno(unsafe { libc::syscall(libc::SYS_rt_sigaction, signal, change, before, MASK_SIZE) })
}
