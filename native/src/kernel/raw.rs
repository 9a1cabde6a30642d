//! System calls without the C library. The library keeps errno in memory, and a child that shares
//! this process's memory shares that place: neither of the two may write it while the other one may
//! read it.

use std::arch::asm;
use std::sync::atomic::AtomicI32;

/// The kernel's result, or minus errno.
///
/// # Safety
/// As the call itself asks.
pub unsafe fn call(number: i64, args: [usize; 5]) -> isize {
    let result;
    let [a, b, c, d, e] = args;
    // SAFETY: the caller's promise; what the kernel changes besides is declared.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        asm!("syscall", inlateout("rax") number as isize => result, in("rdi") a, in("rsi") b,
             in("rdx") c, in("r10") d, in("r8") e, out("rcx") _, out("r11") _,
             options(nostack));
        #[cfg(target_arch = "aarch64")]
        asm!("svc 0", in("x8") number, inlateout("x0") a as isize => result, in("x1") b,
             in("x2") c, in("x3") d, in("x4") e, options(nostack));
    }
    result
}

/// Waits while a word holds a value, until the kernel wakes this process or the time is over. A
/// kernel or sandbox may refuse futex(2): then waits for the whole time.
pub fn wait_while(word: &AtomicI32, value: i32, time: libc::timespec) {
    let at = word.as_ptr().expose_provenance();
    let time = (&raw const time).expose_provenance();
    let waits = libc::FUTEX_WAIT as usize;
    let done = [0, -libc::EAGAIN, -libc::EINTR, -libc::ETIMEDOUT];
    // SAFETY: the word and the time live through the calls.
    unsafe {
        let result = call(libc::SYS_futex, [at, waits, value as usize, time, 0]);
        if !done.contains(&(result as i32)) {
            call(libc::SYS_ppoll, [0, 0, time, 0, 0]);
        }
    }
}

/// The signal that a child was stopped by, told once; 0: it is not stopped, or this was told
/// before.
pub fn stop_of(pid: i32) -> i32 {
    let flags = (libc::WSTOPPED | libc::WNOHANG) as usize;
    // SAFETY: all zeroes is a valid record, and the kernel fills it in.
    unsafe {
        let mut info: libc::siginfo_t = std::mem::zeroed();
        let at = (&raw mut info).expose_provenance();
        let kind = libc::P_PID as usize;
        let result = call(libc::SYS_waitid, [kind, pid as usize, at, flags, 0]);
        let is_told = result == 0 && info.si_pid() == pid && info.si_code == libc::CLD_STOPPED;
        if is_told { info.si_status() } else { 0 }
    }
}

pub fn send(pid: i32, signal: i32) {
    // SAFETY: two integers.
    unsafe { call(libc::SYS_kill, [pid as usize, signal as usize, 0, 0, 0]) };
}
