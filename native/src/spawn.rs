//! Starts the command: a guardian, and by it the command.

use crate::call::{Call, c_string, errno, kernel};
use crate::cgroup::Leaf;
use crate::link::{self, Link};
use crate::processor::{self, Processors};
use crate::world::World;
use crate::{clone, files, guardian, heap, identity, members, process, signals, stack, supervisor};
use rquickjs_sys::JSValue;
use std::ffi::{CString, c_char, c_void};
use std::ptr;
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

/// What went wrong, as TypeScript is told.
pub const NOT_CLONED: i32 = 1;
pub const NOT_EXECUTED: i32 = 2;
pub const NOT_CONFINED: i32 = 3;

/// All that guardian and command need, made before they exist: the command must not allocate.
pub struct Plan {
    files: Vec<CString>,
    /// What the vectors of pointers point into.
    _words: (Vec<CString>, CString),
    world: Option<World>,
    /// Descriptors that the command gets: which of ours, and the number it is to have.
    descriptors: Vec<[i32; 2]>,
    argv: Vec<*const c_char>,
    /// The shell's arguments for a file without an interpreter line; the second is the file.
    shell_argv: Vec<*const c_char>,
    /// Resource, soft and hard limit of each.
    limits: Vec<f64>,
    /// `cgroup.procs` of each of `cgroups`.
    joins: Vec<CString>,
    /// Control groups that were made for the command, which joins them.
    pub cgroups: Vec<Leaf>,
    /// The first of them holds the tree.
    has_leaf: bool,
    /// What a sweep reaches: 0 the main child, 1 its group too, 2 the tree.
    pub scope: i32,
    /// What the command leads: 0 nothing, 1 a session and its group, 2 a process group.
    pub leads: i32,
    /// The terminal that it is to have in its session; -1: none.
    terminal: i32,
    /// The process group that the supervisor made for it; 0: none.
    pub group: i32,
    /// CLONE_NEW...; 0: none.
    pub namespaces: i32,
    pub user: i32,
    pub user_group: i32,
    pub supervisor: i32,
    /// Somebody wants to know of each orphan that was reaped.
    pub tells_reaped: bool,
    /// Where the command may run, while we keep it here.
    pub processors: Option<Processors>,
    /// Our end of a pair of sockets, where a PID namespace hides the supervisor from us; -1: none.
    pub line: i32,
    /// Written by the command: what failed before or at its execution.
    failure: (i32, i32),
    /// The command's parent.
    guardian: AtomicI32,
}

impl Plan {
    /// The control group that holds the tree.
    pub fn leaf(&self) -> Option<&Leaf> {
        self.cgroups.first().filter(|_| self.has_leaf)
    }
}

/// `spawn(files, argv, shell, settings, limits, cgroups, variables, own, descriptors)`: executes the
/// first of `files` that can be, with `argv`; a text file without `#!` by `shell`. `variables` of the
/// environment are set (`NAME=value`) or taken away (`NAME`), those in `own` are set to the command's
/// number. Answers 0, or minus errno where not even a guardian could be made; the rest are news of
/// the guardian's.
pub fn spawn(call: &Call) -> JSValue {
    let result = prepare(call).and_then(make_guardian);
    crate::call::answer(result.map_or_else(|errno| -i64::from(errno), |()| 0))
}

fn prepare(call: &Call) -> Result<Box<Plan>, i32> {
    let texts = |at| call.c_strings(at).ok_or(libc::ENOMEM);
    let (files, words, cgroups) = (texts(0)?, texts(1)?, texts(5)?);
    let shell = call.text(2).map(c_string).ok_or(libc::ENOMEM)?;
    let numbers = call.numbers(3);
    let setting = |at: usize| numbers.get(at).copied().unwrap_or(0.0) as i32;
    let argv = pointers(words.iter());
    let mut shell_argv = vec![shell.as_ptr(), ptr::null()];
    shell_argv.extend(argv.iter().skip(1));
    let world = World::of(texts(6)?, texts(7)?);
    let pairs = call.ints(8);
    let paths = cgroups.iter().map(|path| path.to_bytes());
    let joins = paths
        .clone()
        .map(|path| c_string([path, b"/cgroup.procs"].concat()));
    Ok(Box::new(Plan {
        files,
        // The heap has the strings, and moving their owners does not move them.
        _words: (words, shell),
        world,
        descriptors: pairs.as_chunks::<2>().0.to_vec(),
        argv,
        shell_argv,
        limits: call.numbers(4),
        joins: joins.collect(),
        cgroups: paths
            .map(|path| Leaf {
                path: files::path_of(path),
            })
            .collect(),
        has_leaf: setting(6) != 0,
        scope: setting(0),
        leads: setting(1),
        terminal: if setting(7) > 0 { setting(7) } else { -1 },
        group: setting(2),
        namespaces: setting(3),
        user: setting(4),
        user_group: setting(5),
        supervisor: identity::own_pid(),
        tells_reaped: setting(8) != 0,
        processors: None,
        line: -1,
        failure: (0, 0),
        guardian: AtomicI32::new(0),
    }))
}

/// Forks: memory that two processes share would be one victim for the kernel's out-of-memory killer.
fn make_guardian(mut plan: Box<Plan>) -> Result<(), i32> {
    let link = link::get().map_or_else(link::open, Ok)?;
    let line = if plan.namespaces == 0 {
        [-1; 2]
    } else {
        socket_pair()?
    };
    plan.line = line[1];
    heap::keep_from_children();
    let mask = signals::block_all();
    plan.processors = processor::stay_here();
    let processors = plan.processors;
    let made = clone::fork(plan.namespaces);
    if made == Ok(0) {
        guardian::live(Box::leak(plan), link);
    }
    processor::go_anywhere(processors);
    processor::make_way();
    signals::set_mask(mask);
    if plan.line >= 0 {
        // SAFETY: the guardian's end.
        unsafe { libc::close(plan.line) };
    }
    members::forget();
    supervisor::remember(made?, line[0]);
    Ok(())
}

/// `socketpair(AF_UNIX)`, neither end blocking, both closed on exec.
fn socket_pair() -> Result<[i32; 2], i32> {
    let mut pair = [-1; 2];
    let kind = libc::SOCK_STREAM | libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
    // SAFETY: two numbers of ours are written.
    if unsafe { libc::socketpair(libc::AF_UNIX, kind, 0, pair.as_mut_ptr()) } < 0 {
        return Err(errno());
    }
    for fd in &mut pair {
        *fd = i32::try_from(signals::above_stdio(i64::from(*fd))).unwrap_or(-libc::EMFILE);
        if *fd < 0 {
            return Err(-*fd);
        }
    }
    Ok(pair)
}

/// In the guardian: the command, and what kept it from being executed, if anything did.
pub fn start_command(plan: &'static Plan, link: &Link) -> Option<(i32, i32)> {
    plan.guardian.store(identity::own_pid(), Relaxed);
    let data = ptr::from_ref(plan).cast_mut().cast::<c_void>();
    let pid = match clone::vfork(stack::child(), begin, data, &link.command) {
        Ok(pid) => pid,
        Err(errno) => return Some((NOT_CLONED, errno)),
    };
    // SAFETY: the child wrote it while we were suspended.
    let (stage, errno) = unsafe { (&raw const plan.failure).read_volatile() };
    if stage == 0 {
        return None;
    }
    // It has let go of our memory, but perhaps not yet of a control group that is to be removed.
    let _ = process::waitid(libc::P_PID, pid, libc::WEXITED);
    Some((stage, errno))
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
        leave(plan, NOT_CLONED, libc::ESRCH);
    }
    lead(plan);
    for index in 0..plan.joins.len() {
        let failure = join(&plan.joins[index]);
        if failure != 0 {
            leave(plan, NOT_CONFINED, failure);
        }
    }
    let failure = set_limits(&plan.limits);
    if failure != 0 {
        leave(plan, NOT_CONFINED, failure);
    }
    let failure = hand_over(&mut plan.descriptors);
    if failure != 0 {
        leave(plan, NOT_CLONED, failure);
    }
    if let Some(world) = &mut plan.world {
        world.name_us();
    }
    signals::restore_inherited();
    processor::go_anywhere(plan.processors);
    let failure = execute(plan);
    leave(plan, NOT_EXECUTED, failure)
}

/// A session with its terminal, or a process group: before anybody can signal the group.
fn lead(plan: &Plan) {
    // SAFETY: integers; a fresh child leads no group, so neither can fail.
    unsafe {
        match plan.leads {
            1 => drop(libc::setsid()),
            2 => drop(libc::setpgid(0, 0)),
            _ => {}
        }
        if plan.leads == 1 && plan.terminal >= 0 {
            // Somebody else may have it by now: then there is none.
            libc::ioctl(plan.terminal, libc::TIOCSCTTY, 0);
        }
    }
}

/// Gives the command its descriptors: first each of ours goes where no number is wanted, for one may
/// stand where another is to be. 0 or errno.
fn hand_over(descriptors: &mut [[i32; 2]]) -> i32 {
    let above = descriptors.iter().map(|[_, to]| to + 1).max().unwrap_or(0);
    for [from, _] in descriptors.iter_mut() {
        // SAFETY: integers; our numbers are as they were, for the table is the child's own.
        *from = unsafe { libc::fcntl(*from, libc::F_DUPFD_CLOEXEC, above) };
        if *from < 0 {
            return errno();
        }
    }
    for &mut [from, to] in descriptors {
        // SAFETY: as above.
        if unsafe { libc::dup2(from, to) } < 0 {
            return errno();
        }
    }
    0
}

/// The command could not be started; whoever waits for it learns why.
fn leave(plan: &mut Plan, stage: i32, errno: i32) -> ! {
    plan.failure = (stage, errno);
    // SAFETY: ends this child only.
    unsafe { libc::_exit(0) }
}

/// `prctl(PR_SET_PDEATHSIG, SIGKILL)`, and the parent checked again: false if it has died before.
fn follow_parent(plan: &Plan) -> bool {
    // SAFETY: integers only.
    let parent = unsafe {
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0);
        libc::getppid()
    };
    parent == plan.guardian.load(Relaxed)
}

/// Moves this process to a control group: writes `0` to its `cgroup.procs`. 0 or errno.
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

/// `setrlimit(resource, {soft, hard})` for each, never above what was inherited. 0 or errno.
fn set_limits(limits: &[f64]) -> i32 {
    for &[resource, soft, hard] in limits.as_chunks::<3>().0 {
        let mut limit = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: a structure of ours; only this child's limits change.
        unsafe {
            libc::getrlimit(resource as _, &mut limit);
            limit.rlim_max = limit.rlim_max.min(hard as libc::rlim_t);
            limit.rlim_cur = limit.rlim_max.min(limit.rlim_cur).min(soft as libc::rlim_t);
            if libc::setrlimit(resource as _, &limit) != 0 {
                return errno();
            }
        }
    }
    0
}

/// Tries the files in order, as execvp(3) documents: what is missing is passed over, what may not
/// be executed is remembered, anything else ends the search. Comes back with an errno only.
fn execute(plan: &mut Plan) -> i32 {
    let environment = match &plan.world {
        Some(world) => world.pointers.as_ptr(),
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
            libc::ENOEXEC => return run_by_shell(&mut plan.shell_argv, file, environment),
            libc::EACCES => denied = true,
            libc::ENOENT | libc::ENOTDIR | libc::ESTALE | libc::ENODEV | libc::ETIMEDOUT => {}
            _ => return last,
        }
    }
    if denied { libc::EACCES } else { last }
}

/// For a file the kernel cannot execute: a script without `#!`.
fn run_by_shell(
    shell_argv: &mut [*const c_char],
    file: &CString,
    environment: *const *const c_char,
) -> i32 {
    shell_argv[1] = file.as_ptr();
    // SAFETY: as above.
    unsafe {
        let result = libc::execve(shell_argv[0], shell_argv.as_ptr(), environment);
        -kernel(i64::from(result)) as i32
    }
}
