//! Starts the command.

use crate::call::{Call, c_string, errno, kernel};
use crate::{clone, identity, process, signals, stack};
use rquickjs_sys::JSValue;
use std::ffi::{CString, c_char, c_void};
use std::ptr;
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

/// What went wrong, as TypeScript is told.
const STARTED: i64 = 0;
const NOT_CLONED: i64 = 1;
const NOT_EXECUTED: i64 = 2;

/// All the child needs, made before it exists: it must not allocate.
struct Plan {
    files: Vec<CString>,
    argv: Vec<*const c_char>,
    /// The shell's arguments for a file without an interpreter line; the second is the file.
    shell_argv: Vec<*const c_char>,
    parent: i32,
    parent_death_signal: i32,
    /// Resource, soft and hard limit of each.
    limits: Vec<f64>,
    /// Written by the child: errno of the exec that failed.
    failure: i32,
}

static CHILD: AtomicI32 = AtomicI32::new(0);

/// The command while it has not been reaped; 0 before and after.
pub fn child() -> i32 {
    CHILD.load(Relaxed)
}

/// It was reaped: its number may pass to another process.
pub fn forget_child() {
    CHILD.store(0, Relaxed);
}

/// `spawn(files, argv, shell, parentDeathSignal, limits)`: executes the first of `files` that can be, with
/// `argv`; a text file without `#!` by `shell`. Answers [failure, errno, pid, pidfd].
pub fn spawn(call: &Call) -> JSValue {
    let no_memory = || call.answer_numbers(&[NOT_CLONED, i64::from(libc::ENOMEM), 0, -1]);
    let (Some(files), Some(words)) = (call.c_strings(0), call.c_strings(1)) else {
        return no_memory();
    };
    let Some(shell) = call.text(2).map(c_string) else {
        return no_memory();
    };
    let argv = pointers(words.iter());
    let mut shell_argv = vec![shell.as_ptr(), ptr::null()];
    shell_argv.extend(argv.iter().skip(1));
    // SAFETY: no arguments, cannot fail.
    let parent = unsafe { libc::getpid() };
    let parent_death_signal = call.int(3);
    let limits = call.numbers(4);
    let mut plan = Plan {
        files,
        argv,
        shell_argv,
        parent,
        parent_death_signal,
        limits,
        failure: 0,
    };
    let data = (&raw mut plan).cast::<c_void>();
    let child = match clone::clone(stack::child(), begin, data) {
        Ok(child) => child,
        Err(errno) => return call.answer_numbers(&[NOT_CLONED, i64::from(errno), 0, -1]),
    };
    // SAFETY: the child wrote it while we were suspended.
    let failure = unsafe { (&raw const plan.failure).read_volatile() };
    let (pid, pidfd) = (child.pid, signals::above_stdio(i64::from(child.pidfd)));
    if failure != 0 {
        process::end_child(pid);
        return call.answer_numbers(&[NOT_EXECUTED, i64::from(failure), 0, -1]);
    }
    CHILD.store(pid, Relaxed);
    call.answer_numbers(&[STARTED, 0, i64::from(pid), pidfd])
}

fn pointers<'a>(words: impl Iterator<Item = &'a CString>) -> Vec<*const c_char> {
    words
        .map(|word| word.as_ptr())
        .chain([ptr::null()])
        .collect()
}

/// In the child. It shares our memory: nothing is allocated or freed, and it leaves by exec or exit.
extern "C" fn begin(data: *mut c_void) -> ! {
    // SAFETY: the parent's plan, which outlives us here; the parent is suspended.
    let plan = unsafe { &mut *data.cast::<Plan>() };
    if !follow_parent(plan) {
        leave(plan, libc::ESRCH);
    }
    set_limits(&plan.limits);
    signals::restore_inherited();
    let failure = execute(plan);
    leave(plan, failure)
}

/// The command could not be started; whoever waits for it learns why.
fn leave(plan: &mut Plan, failure: i32) -> ! {
    plan.failure = failure;
    // SAFETY: ends this child only.
    unsafe { libc::_exit(0) }
}

/// `prctl(PR_SET_PDEATHSIG)`, and the parent checked again: false if it has died before. It has no
/// number (0) where the command is the first of a PID namespace of its own.
fn follow_parent(plan: &Plan) -> bool {
    if plan.parent_death_signal <= 0 {
        return true;
    }
    // SAFETY: integers only.
    let parent = unsafe {
        libc::prctl(libc::PR_SET_PDEATHSIG, plan.parent_death_signal, 0, 0, 0);
        libc::getppid()
    };
    parent == plan.parent || parent == 0
}

/// `setrlimit(resource, {soft, hard})` for each, never above what was inherited.
fn set_limits(limits: &[f64]) {
    for &[resource, soft, hard] in limits.as_chunks::<3>().0 {
        let mut limit = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: a structure of ours; only this child's limits change.
        unsafe {
            libc::getrlimit(resource as _, &mut limit);
            limit.rlim_max = limit.rlim_max.min(hard as libc::rlim_t);
            limit.rlim_cur = limit.rlim_max.min(soft as libc::rlim_t);
            libc::setrlimit(resource as _, &limit);
        }
    }
}

/// Tries the files in order, as execvp(3) documents: what is missing is passed over, what may not
/// be executed is remembered, anything else ends the search. Comes back with an errno only.
fn execute(plan: &mut Plan) -> i32 {
    let mut last = libc::ENOENT;
    let mut denied = false;
    for file in &plan.files {
        // SAFETY: vectors of strings, each ended by a null, that outlive the call.
        last = unsafe {
            libc::execve(file.as_ptr(), plan.argv.as_ptr(), identity::environ());
            errno()
        };
        match last {
            libc::ENOEXEC => return run_by_shell(&mut plan.shell_argv, file),
            libc::EACCES => denied = true,
            libc::ENOENT | libc::ENOTDIR | libc::ESTALE | libc::ENODEV | libc::ETIMEDOUT => {}
            _ => return last,
        }
    }
    if denied { libc::EACCES } else { last }
}

/// For a file the kernel cannot execute: a script without `#!`.
fn run_by_shell(shell_argv: &mut [*const c_char], file: &CString) -> i32 {
    shell_argv[1] = file.as_ptr();
    // SAFETY: as above.
    unsafe {
        let result = libc::execve(shell_argv[0], shell_argv.as_ptr(), identity::environ());
        -kernel(i64::from(result)) as i32
    }
}
