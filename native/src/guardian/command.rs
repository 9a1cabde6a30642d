//! The command before it is executed: a child that shares the guardian's memory, or has a copy of
//! it.

use crate::guardian::exec_pipe;
use crate::guardian::link::Link;
use crate::guardian::plan::{
    Draft, Failure, Leads, NOT_CLONED, NOT_CONFINED, NOT_ENTERED, NOT_EXECUTED, Plan,
};
use crate::kernel::errno::{errno, or_errno};
use crate::kernel::{
    clock, clone, descriptors, identity, process, processor, raw, signals, stack, terminal,
};
use crate::tuning::EXEC_POLL;
use std::ffi::{CString, c_char, c_void};
use std::ptr;
use std::sync::atomic::Ordering::{Acquire, Relaxed};

/// In the guardian: starts the command, and comes back when it has executed. `Err`: what kept it
/// from that, a stage and errno. `Ok`: the signal that stopped it before, which is to stop it
/// again; 0: none.
///
/// The guardian is not suspended meanwhile, as vfork(2) does it: it has to continue a command that
/// is stopped before it executes. `is_over` says that there is no use in waiting any longer.
pub fn start(
    plan: &'static Plan,
    link: &Link,
    is_over: impl Fn() -> bool,
) -> Result<i32, (i32, i32)> {
    plan.guardian.store(identity::own_pid(), Relaxed);
    plan.is_sharing.store(1, Relaxed);
    let data = ptr::from_ref(plan).cast_mut().cast::<c_void>();
    let (number, word) = (&link.command, &plan.is_sharing);
    let (pid, stop, (stage, errno)) = match clone::share(stack::child(), begin, data, number, word)
    {
        Ok(pid) => {
            let has_executed = || {
                raw::wait_while(word, 1, clock::timespec(EXEC_POLL));
                word.load(Acquire) == 0
            };
            let stop = await_execution(pid, has_executed, is_over);
            // SAFETY: the child wrote it, and has ended or executed a program.
            (pid, stop, unsafe { (*plan.draft.get()).failure })
        }
        // An emulator of another processor's programs cannot do it.
        Err(libc::EINVAL) => {
            start_apart(plan, link, is_over).map_err(|errno| (NOT_CLONED, errno))?
        }
        Err(errno) => return Err((NOT_CLONED, errno)),
    };
    if stage == 0 {
        return Ok(stop);
    }
    // The child has let go of the guardian's memory, but perhaps not yet of a cgroup that is
    // to be removed.
    let _ = process::waitid(libc::P_PID, pid, libc::WEXITED);
    Err((stage, errno))
}

/// The same with a child that has a copy of the guardian's memory. It has the one end of a pipe
/// that is closed when it executes. Gives its number, the signal that stopped it, and what kept it
/// from executing; `Err` is errno.
fn start_apart(
    plan: &'static Plan,
    link: &Link,
    is_over: impl Fn() -> bool,
) -> Result<(i32, i32, Failure), i32> {
    let (news, end) = exec_pipe::open()?;
    let pid = clone::fork(0)?;
    if pid == 0 {
        // SAFETY: the child's own copy.
        unsafe { (*plan.draft.get()).news = end };
        begin(ptr::from_ref(plan).cast_mut().cast());
    }
    link.command.store(pid, Relaxed);
    descriptors::close(end);
    let stop = await_execution(pid, || news.is_there(), is_over);
    Ok((pid, stop, news.take()))
}

/// Waits until the child has executed or exited, and continues it at once when it is stopped.
/// Answers the last signal that stopped it; 0: none. `has_executed` waits for a moment. Nothing
/// here may fail in the C library: see raw.rs.
fn await_execution(pid: i32, has_executed: impl Fn() -> bool, is_over: impl Fn() -> bool) -> i32 {
    let mut stop = 0;
    while !has_executed() {
        let signal = raw::stop_of(pid);
        if signal != 0 {
            stop = signal;
            raw::send(pid, libc::SIGCONT);
        }
        if is_over() {
            raw::send(pid, libc::SIGKILL);
        }
    }
    stop
}

/// The command's main function, in a child that may share the guardian's memory: it allocates and
/// frees nothing, and leaves by exec or exit.
extern "C" fn begin(data: *mut c_void) -> ! {
    // SAFETY: the parent's plan, which outlives us here; the draft is ours while we share memory.
    let (plan, draft) = unsafe {
        let plan = &*data.cast::<Plan>();
        (plan, &mut *plan.draft.get())
    };
    if !plan.parent.is_first() && !follow_parent(plan) {
        leave(draft, NOT_CLONED, libc::ESRCH);
    }
    let failure = lead(plan);
    if failure != 0 {
        leave(draft, NOT_CLONED, failure);
    }
    for index in 0..plan.joins.len() {
        let failure = join(&plan.joins[index]);
        if failure != 0 {
            leave(draft, NOT_CONFINED, failure);
        }
    }
    let failure = set_limits(&plan.limits);
    if failure != 0 {
        leave(draft, NOT_CONFINED, failure);
    }
    let failure = hand_over(&mut draft.descriptors, &mut draft.news);
    if failure != 0 {
        leave(draft, NOT_CLONED, failure);
    }
    if let Some(folder) = &plan.folder {
        // SAFETY: a path of ours.
        if unsafe { libc::chdir(folder.as_ptr()) } < 0 {
            leave(draft, NOT_ENTERED, errno());
        }
    }
    if let Some(environment) = &mut draft.environment {
        environment.write_pid();
    }
    signals::restore_inherited();
    processor::restore_affinity(plan.processors);
    let failure = execute(plan, draft);
    leave(draft, NOT_EXECUTED, failure)
}

/// Makes a session with its terminal, or a process group, before any process can signal the group.
/// 0 or errno: a new child leads no group, so only a filter refuses one.
fn lead(plan: &Plan) -> i32 {
    // SAFETY: integers only.
    let made = unsafe {
        match plan.leads {
            Leads::Session => libc::setsid(),
            Leads::Group | Leads::Terminal => libc::setpgid(0, 0),
            Leads::Nothing => 0,
        }
    };
    if made < 0 {
        return errno();
    }
    match plan.leads {
        // Another session may have the terminal by now: then the call is refused.
        Leads::Session if plan.terminal >= 0 => terminal::acquire(plan.terminal),
        Leads::Terminal => terminal::lead(plan.terminal),
        _ => {}
    }
    0
}

/// Gives the command its descriptors. A descriptor that stands where another one is to be is moved
/// first, and each is closed once its copy is made: so no more than one descriptor is needed beyond
/// those that are open. 0 or errno.
fn hand_over(descriptors: &mut [[i32; 2]], news: &mut i32) -> i32 {
    for index in 0..descriptors.len() {
        let to = descriptors[index][1];
        if *news == to {
            // SAFETY: integers; the number is given to another file below.
            let moved = unsafe { libc::fcntl(to, libc::F_DUPFD_CLOEXEC, 3) };
            if moved < 0 {
                return errno();
            }
            *news = moved;
        }
        if let Some(other) = descriptors[index..]
            .iter_mut()
            .find(|[from, _]| *from == to)
        {
            // SAFETY: integers; our numbers are as they were, for the table is the child's own.
            other[0] = unsafe { libc::fcntl(to, libc::F_DUPFD_CLOEXEC, 3) };
        }
        let from = descriptors[index][0];
        // SAFETY: as above.
        if from < 0 || unsafe { libc::dup2(from, to) } < 0 {
            // The kernel says EINVAL or EBADF of a number that is beyond the limit.
            return libc::EMFILE;
        }
        // SAFETY: as above.
        unsafe { libc::close(from) };
    }
    0
}

/// Leaves, and says why the command could not be started.
fn leave(draft: &mut Draft, stage: i32, errno: i32) -> ! {
    draft.failure = (stage, errno);
    if draft.news >= 0 {
        exec_pipe::tell(draft.news, draft.failure);
    }
    // SAFETY: ends this child only.
    unsafe { libc::_exit(0) }
}

/// Has the kernel kill this child when its parent exits. False if the parent has exited before.
fn follow_parent(plan: &Plan) -> bool {
    // SAFETY: integers only.
    let parent = unsafe {
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0);
        libc::getppid()
    };
    parent == plan.guardian.load(Relaxed)
}

/// Moves this process to a cgroup: writes `0` to the group's `cgroup.procs`. 0 or errno.
fn join(path: &CString) -> i32 {
    // SAFETY: a path, and one byte; the descriptor is ours.
    unsafe {
        let fd = libc::open(path.as_ptr(), libc::O_WRONLY | libc::O_CLOEXEC);
        if fd < 0 {
            return errno();
        }
        let written = libc::write(fd, b"0".as_ptr().cast(), 1);
        let failure = if written == 1 { 0 } else { errno() };
        libc::close(fd);
        failure
    }
}

/// A limit that no process has: the soft one is above the hard one. Where it is still there after a
/// question, the kernel (or what stands for it) did not answer.
const UNANSWERED: libc::rlimit = libc::rlimit {
    rlim_cur: 1,
    rlim_max: 0,
};

/// Sets each limit, never above the inherited one, and reads it back: not everything that calls
/// itself Linux keeps limits. 0 or errno.
fn set_limits(limits: &[f64]) -> i32 {
    for &[resource, soft, hard] in limits.as_chunks::<3>().0 {
        let (mut limit, mut after) = (UNANSWERED, UNANSWERED);
        // SAFETY: a structure of ours; only this child's limits change.
        unsafe {
            if libc::getrlimit(resource as _, &mut limit) != 0 {
                return errno();
            }
            limit.rlim_max = limit.rlim_max.min(hard as libc::rlim_t);
            limit.rlim_cur = limit.rlim_max.min(limit.rlim_cur).min(soft as libc::rlim_t);
            if libc::setrlimit(resource as _, &limit) != 0
                || libc::getrlimit(resource as _, &mut after) != 0
            {
                return errno();
            }
            if (after.rlim_cur, after.rlim_max) != (limit.rlim_cur, limit.rlim_max) {
                return libc::ENOSYS;
            }
        }
    }
    0
}

/// Executes the first file that can be, as execvp(3) documents it: a missing file is passed over,
/// one that may not be executed is remembered, any other error ends the search. Comes back only
/// with an errno.
fn execute(plan: &Plan, draft: &mut Draft) -> i32 {
    let environment = match &draft.environment {
        Some(environment) => environment.pointers.as_ptr(),
        None => identity::environ(),
    };
    let mut last = libc::ENOENT;
    let mut denied = false;
    for file in &plan.files {
        // SAFETY: vectors of strings, each ended by a null, that outlive the call.
        last = unsafe {
            libc::execve(file.as_ptr(), plan.argv.as_ptr(), environment);
            errno()
        };
        match last {
            libc::ENOEXEC => return run_by_shell(&mut draft.shell_argv, file, environment),
            libc::EACCES => denied = true,
            libc::ENOENT | libc::ENOTDIR | libc::ESTALE | libc::ENODEV | libc::ETIMEDOUT => {}
            _ => return last,
        }
    }
    if denied { libc::EACCES } else { last }
}

/// Executes a file by the shell, where the kernel cannot: a script without `#!`.
fn run_by_shell(
    shell_argv: &mut [*const c_char],
    file: &CString,
    environment: *const *const c_char,
) -> i32 {
    shell_argv[1] = file.as_ptr();
    // SAFETY: as above.
    unsafe {
        let result = libc::execve(shell_argv[0], shell_argv.as_ptr(), environment);
        -or_errno(i64::from(result)) as i32
    }
}
