//! Signals as numbers of the kernel, 1 to 64, in masks of eight bytes: the C library's own calls
//! hide 32 and 33.

use crate::kernel::{identity, process, wait};
use crate::output::scribe;
use crate::supervisor::guardian;
use crate::window::call::{Call, answer, kernel};
use rquickjs_sys::{JS_UNDEFINED, JSValue};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

const MASK_SIZE: usize = 8;
static INHERITED: AtomicU64 = AtomicU64::new(0);
static CHILD_WAS_IGNORED: AtomicBool = AtomicBool::new(false);
/// A SIGCHLD was read.
static IS_CHILD_HEARD: AtomicBool = AtomicBool::new(false);
/// The command begins with the default action of every signal that has a name.
static IS_RESET: AtomicBool = AtomicBool::new(false);
/// Without the real-time signals.
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

/// Blocks the listed signals and opens a signalfd for them. Remembers the inherited mask for the
/// command, and gives SIGCHLD its default meaning: ignored, it would take the command's status away.
/// Minus errno where the kernel refuses any of the three. The third number says what the command does
/// not inherit: 0 it inherits all, 1 not the mask, 2 nor what is ignored.
pub fn open(call: &Call) -> JSValue {
    let listed = call.number(0) as u64 | (call.number(1) as u64) << 32;
    let mut inherited = 0;
    let held = change_mask(libc::SIG_BLOCK, Some(&listed), &mut inherited);
    if held < 0 {
        return answer(held);
    }
    let reset = call.int(2);
    INHERITED.store(if reset == 0 { inherited } else { 0 }, Relaxed);
    IS_RESET.store(reset == 2, Relaxed);
    let mut before = Disposition::default();
    let set = change_disposition(libc::SIGCHLD, Some(&Disposition::default()), &mut before);
    if set < 0 {
        return answer(set);
    }
    CHILD_WAS_IGNORED.store(before.handler == libc::SIG_IGN, Relaxed);
    let flags = libc::SFD_CLOEXEC | libc::SFD_NONBLOCK;
    // SAFETY: the mask lives through the call; a new descriptor comes back.
    let fd = unsafe { libc::syscall(libc::SYS_signalfd4, -1, &listed, MASK_SIZE, flags) };
    answer(above_stdio(kernel(fd)))
}

/// Where standard descriptors were closed, ours would take their place: messages would go into it.
pub fn above_stdio(fd: i64) -> i64 {
    if !(0..3).contains(&fd) {
        return fd;
    }
    // SAFETY: `fd` is ours; it is given up for the copy.
    unsafe {
        let moved = kernel(i64::from(libc::fcntl(fd as i32, libc::F_DUPFD_CLOEXEC, 3)));
        libc::close(fd as i32);
        // So fcntl(2) says that the limit of open files leaves no number from 3 on.
        if moved == -i64::from(libc::EINVAL) {
            return -i64::from(libc::EMFILE);
        }
        moved
    }
}

/// The next signal from a signalfd: number, si_code, sender's pid and user, and the halves of the
/// value that came with it; undefined when there is none.
pub fn next(call: &Call) -> JSValue {
    // SAFETY: all zeroes is a valid record.
    let mut info: libc::signalfd_siginfo = unsafe { std::mem::zeroed() };
    let size = size_of_val(&info);
    // SAFETY: the kernel writes at most one whole record into ours.
    let count = unsafe { libc::read(call.int(0), (&raw mut info).cast(), size) };
    if count != size as isize {
        return JS_UNDEFINED;
    }
    let sender = i64::from(info.ssi_pid);
    let (code, user) = (i64::from(info.ssi_code), i64::from(info.ssi_uid));
    let number = i64::from(info.ssi_signo);
    if number == i64::from(libc::SIGCHLD) {
        IS_CHILD_HEARD.store(true, Relaxed);
    }
    if code >= 0 {
        return call.answer_numbers(&[number, code, sender]);
    }
    let (low, high) = (info.ssi_ptr & 0xFFFF_FFFF, info.ssi_ptr >> 32);
    call.answer_numbers(&[number, code, sender, user, low as i64, high as i64])
}

/// Whether one of our children had any news so far.
pub fn was_child_heard() -> bool {
    IS_CHILD_HEARD.load(Relaxed)
}

/// Whether a signal's disposition is "ignored"; we never set one but SIGCHLD's, so it was inherited.
pub fn is_ignored(call: &Call) -> JSValue {
    let ignored = disposition(call.int(0), None).handler == libc::SIG_IGN;
    answer(i64::from(ignored))
}

/// Ends this process by a signal, without a core dump of our own. Returns if that is not possible:
/// the first process of a PID namespace does not die of signals sent from inside.
pub fn die_by(call: &Call) -> JSValue {
    let (signal, group) = (call.int(0), call.int(1));
    disposition(signal, Some(&Disposition::default()));
    scribe::let_go();
    // SAFETY: integers and a mask of ours; at most this process and a group that is ours end.
    unsafe {
        libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0);
        libc::kill(if group > 0 { -group } else { libc::getpid() }, signal);
    }
    change_mask(libc::SIG_UNBLOCK, Some(&bit(signal)), &mut 0);
    JS_UNDEFINED
}

/// Blocks every signal for the life of a new process; gives the mask as it was.
pub fn block_all() -> u64 {
    let mut before = 0;
    change_mask(libc::SIG_SETMASK, Some(&u64::MAX), &mut before);
    before
}

/// Whether that was done: a sandbox may refuse it, or only say that it did it.
pub fn are_blocked() -> bool {
    let mut mask = 0;
    change_mask(libc::SIG_BLOCK, None, &mut mask);
    mask | bit(libc::SIGKILL) | bit(libc::SIGSTOP) == u64::MAX
}

pub fn set_mask(mask: u64) {
    change_mask(libc::SIG_SETMASK, Some(&mask), &mut 0);
}

/// `rt_sigtimedwait` for any blocked signal: its number and who sent it, 0 for the kernel. 0, 0 where
/// the time (microseconds) has passed.
pub fn await_any(time: Option<f64>) -> (i32, i32) {
    await_signal(u64::MAX, time)
}

/// Until a child's news, at most for some microseconds; false where there was none.
pub fn await_child(time: f64) -> bool {
    await_signal(bit(libc::SIGCHLD), Some(time)).0 > 0
}

fn await_signal(mask: u64, time: Option<f64>) -> (i32, i32) {
    let time = time.map(wait::timespec);
    let time = time.as_ref().map_or(ptr::null(), ptr::from_ref);
    // SAFETY: all zeroes is a valid record, filled in by the kernel; a mask of eight bytes and a time
    // that live through the call. A signal of a process's has its sender's number.
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

/// `stopSelf(signal)`: stops this process as a signal does that means this. Comes back when it is
/// continued: 1; 0 where the kernel threw the stop away, as it does with TSTP where nobody could
/// continue us. 1 also where the command went on before we could stop.
pub fn stop_self(call: &Call) -> JSValue {
    let signal = call.int(0);
    let before = disposition(signal, Some(&Disposition::default()));
    let mut mask = 0;
    // Whoever continues us leaves a SIGCONT behind, if it is blocked. A stop takes away older ones.
    change_mask(libc::SIG_BLOCK, Some(&bit(libc::SIGCONT)), &mut mask);
    let is_tried = guardian::mirror(|| {
        process::send(identity::own_pid(), signal);
        change_mask(libc::SIG_UNBLOCK, Some(&bit(signal)), &mut 0);
    });
    let is_ours = mask & bit(libc::SIGCONT) == 0;
    let was_stopped = match is_ours {
        true => await_signal(bit(libc::SIGCONT), Some(0.0)).0 > 0,
        // Somebody reads it later, as any other signal.
        false => is_pending(libc::SIGCONT),
    };
    set_mask(mask);
    disposition(signal, Some(&before));
    answer(i64::from(was_stopped || !is_tried))
}

/// `rt_sigpending`
fn is_pending(signal: i32) -> bool {
    let mut pending = 0u64;
    // SAFETY: a mask of eight bytes is filled in.
    unsafe { libc::syscall(libc::SYS_rt_sigpending, &mut pending, MASK_SIZE) };
    pending & bit(signal) != 0
}

/// In the command, before it executes: what we changed is as it was, or as for a first process.
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

/// 0, or minus errno. Where `open` was let through, so are all that follow.
fn change_mask(how: i32, mask: Option<&u64>, before: &mut u64) -> i64 {
    let mask = mask.map_or(ptr::null(), ptr::from_ref);
    // SAFETY: two masks of eight bytes that live through the call, or none to change to.
    kernel(unsafe { libc::syscall(libc::SYS_rt_sigprocmask, how, mask, before, MASK_SIZE) })
}

/// What a signal's disposition was; the default where it cannot be told.
fn disposition(signal: i32, change: Option<&Disposition>) -> Disposition {
    let mut before = Disposition::default();
    change_disposition(signal, change, &mut before);
    before
}

/// `rt_sigaction(signal, change, &before)`; all zeroes is the default. 0, or minus errno.
fn change_disposition(signal: i32, change: Option<&Disposition>, before: &mut Disposition) -> i64 {
    let change = change.map_or(ptr::null(), ptr::from_ref);
    // SAFETY: structures of the kernel's own shape that live through the call.
    kernel(unsafe { libc::syscall(libc::SYS_rt_sigaction, signal, change, before, MASK_SIZE) })
}
