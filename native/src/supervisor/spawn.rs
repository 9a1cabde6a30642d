//! Starts the command: a guardian, and by it the command.

use crate::engine::heap;
use crate::guardian::link::{self, Link};
use crate::guardian::parent::Parent;
use crate::guardian::world::World;
use crate::guardian::{birth, command};
use crate::kernel::identity::{self, Title};
use crate::kernel::processor::{self, Processors};
use crate::kernel::{clone, files, process, raw, signals, stack, wait};
use crate::supervisor::{guardian, run};
use crate::tree::cgroup::Leaf;
use crate::tree::members;
use crate::window::call::{Call, c_string, errno};
use rquickjs_sys::JSValue;
use std::cell::UnsafeCell;
use std::ffi::{CString, c_char, c_void};
use std::ptr;
use std::sync::atomic::{
    AtomicI32,
    Ordering::{Acquire, Relaxed},
};

/// What went wrong, as TypeScript is told.
pub const NOT_CLONED: i32 = 1;
pub const NOT_EXECUTED: i32 = 2;
pub const NOT_CONFINED: i32 = 3;

/// All that guardian and command need, made before they exist: the command must not allocate.
pub struct Plan {
    pub files: Vec<CString>,
    /// What the vectors of pointers point into.
    _words: (Vec<CString>, CString),
    pub argv: Vec<*const c_char>,
    /// Resource, soft and hard limit of each.
    pub limits: Vec<f64>,
    /// `cgroup.procs` of each of `cgroups`.
    pub joins: Vec<CString>,
    /// Control groups that were made for the command, which joins them.
    pub cgroups: Vec<Leaf>,
    /// The first of them holds the tree.
    pub has_leaf: bool,
    /// What a sweep reaches: 0 the main child, 1 its group too, 2 the tree.
    pub scope: i32,
    /// What the command leads: 0 nothing, 1 a session and its group, 2 a process group.
    pub leads: i32,
    /// The terminal that it is to have in its session; -1: none.
    pub terminal: i32,
    /// The process group that the supervisor made for it; 0: none.
    pub group: i32,
    /// CLONE_NEW...; 0: none.
    pub namespaces: i32,
    pub user: i32,
    pub user_group: i32,
    /// Somebody wants to know of each orphan that was reaped.
    pub tells_reaped: bool,
    /// After a signal those are continued that are stopped, and nobody else.
    pub wakes_stopped: bool,
    /// How long a sweep waits for members in state D, in microseconds.
    pub stuck_limit: f64,
    /// Where the command may run, while we keep it here.
    pub processors: Option<Processors>,
    /// What the guardian is called, around the time when the supervisor was started.
    pub title: Title,
    /// The supervisor, as the guardian sees it.
    pub parent: Parent,
    /// What the command writes to before it is executed; until then it is the command's alone.
    pub draft: UnsafeCell<Draft>,
    /// 1 while the command shares the guardian's memory; the kernel clears it.
    is_sharing: AtomicI32,
    /// The command's parent.
    pub guardian: AtomicI32,
}

pub struct Draft {
    pub world: Option<World>,
    /// Descriptors that the command gets: which of ours, and the number it is to have.
    pub descriptors: Vec<[i32; 2]>,
    /// The shell's arguments for a file without an interpreter line; the second is the file.
    pub shell_argv: Vec<*const c_char>,
    /// What failed before or at its execution: a stage, and errno.
    pub failure: (i32, i32),
}

impl Plan {
    /// The control group that holds the tree.
    pub fn leaf(&self) -> Option<&Leaf> {
        self.cgroups.first().filter(|_| self.has_leaf)
    }
}

/// `spawn(files, argv, shell, settings, limits, cgroups, variables, own, descriptors, title)`: executes the
/// first of `files` that can be, with `argv`; a text file without `#!` by `shell`. `variables` of the
/// environment are set (`NAME=value`) or taken away (`NAME`), those in `own` are set to the command's
/// number. Answers 0, or minus errno where not even a guardian could be made; the rest are news of
/// the guardian's.
pub fn spawn(call: &Call) -> JSValue {
    let result = prepare(call).and_then(make_guardian);
    crate::window::call::answer(result.map_or_else(|errno| -i64::from(errno), |()| 0))
}

fn prepare(call: &Call) -> Result<Box<Plan>, i32> {
    let texts = |at| call.c_strings(at).ok_or_else(|| call.without_memory());
    let (files, words, cgroups) = (texts(0)?, texts(1)?, texts(5)?);
    let shell = call
        .text(2)
        .map(c_string)
        .ok_or_else(|| call.without_memory())?;
    let numbers = call.numbers(3);
    let setting = |at: usize| numbers.get(at).copied().unwrap_or(0.0) as i32;
    members::look_for_foreign(setting(10) != 0);
    let argv = pointers(words.iter());
    let mut shell_argv = vec![shell.as_ptr(), ptr::null()];
    shell_argv.extend(argv.iter().skip(1));
    let world = World::of(texts(6)?, texts(7)?);
    let pairs = call.ints(8);
    let mut title = texts(9)?.into_iter();
    let mut part = || title.next().unwrap_or_default();
    let paths = cgroups.iter().map(|path| path.to_bytes());
    let joins = paths
        .clone()
        .map(|path| c_string([path, b"/cgroup.procs"].concat()));
    Ok(Box::new(Plan {
        files,
        // The heap has the strings, and moving their owners does not move them.
        _words: (words, shell),
        argv,
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
        tells_reaped: setting(8) != 0,
        wakes_stopped: setting(11) != 0,
        stuck_limit: numbers.get(9).copied().unwrap_or(0.0),
        processors: None,
        title: Title {
            before: part(),
            behind: part(),
        },
        parent: Parent::seen(),
        draft: UnsafeCell::new(Draft {
            world,
            descriptors: pairs.as_chunks::<2>().0.to_vec(),
            shell_argv,
            failure: (0, 0),
        }),
        is_sharing: AtomicI32::new(0),
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
    if line[1] >= 0 {
        plan.parent =
            Parent::hidden(line[1]).inspect_err(|_| line.into_iter().for_each(run::give_back))?;
    }
    link.stuck_limit.store(plan.stuck_limit as i64, Relaxed);
    heap::keep_from_children();
    let mask = signals::block_all();
    plan.processors = processor::stay_here();
    let processors = plan.processors;
    let made = clone::fork(plan.namespaces);
    if made == Ok(0) {
        // The end of a line says that its supervisor has died: nobody else may hold it open, neither
        // we, nor the command until it is executed.
        run::all().for_each(|run| run::close(&run.line));
        run::give_back(line[0]);
        birth::live(Box::leak(plan), link);
    }
    processor::go_anywhere(processors);
    processor::make_way();
    signals::set_mask(mask);
    plan.parent.close();
    members::forget();
    match made {
        Ok(guardian) => guardian::remember(guardian, line[0]),
        Err(_) => run::give_back(line[0]),
    }
    made.map(drop)
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

/// How often a command that is not executed yet is looked at, in microseconds. Most are executed long
/// before the first look.
const LOOK: f64 = 10e3;

/// In the guardian: starts the command, and comes back when it is executed. `Err`: what kept it from
/// that. `Ok`: the signal that it was stopped by before, if it was, and is to be stopped by again.
///
/// The guardian is not suspended meanwhile, as vfork(2) does it: a command that is stopped before its
/// execution would leave nobody to continue it. `is_over` says that there is no use in waiting.
pub fn start_command(
    plan: &'static Plan,
    link: &Link,
    is_over: impl Fn() -> bool,
) -> Result<i32, (i32, i32)> {
    plan.guardian.store(identity::own_pid(), Relaxed);
    plan.is_sharing.store(1, Relaxed);
    let data = ptr::from_ref(plan).cast_mut().cast::<c_void>();
    let (number, word) = (&link.command, &plan.is_sharing);
    let pid = clone::share(stack::child(), command::begin, data, number, word)
        .map_err(|errno| (NOT_CLONED, errno))?;
    let stop = await_execution(pid, word, is_over);
    // SAFETY: the child wrote it, and has ended or executed a program.
    let (stage, errno) = unsafe { (*plan.draft.get()).failure };
    if stage == 0 {
        return Ok(stop);
    }
    // It has let go of our memory, but perhaps not yet of a control group that is to be removed.
    let _ = process::waitid(libc::P_PID, pid, libc::WEXITED);
    Err((stage, errno))
}

/// A child that shares our memory goes on at once when it is stopped; gives the last signal that did
/// it. Nothing here may fail in the C library: see raw.rs.
fn await_execution(pid: i32, is_sharing: &AtomicI32, is_over: impl Fn() -> bool) -> i32 {
    let mut stop = 0;
    loop {
        raw::wait_while(is_sharing, 1, wait::timespec(LOOK));
        if is_sharing.load(Acquire) == 0 {
            return stop;
        }
        let signal = raw::stop_of(pid);
        if signal != 0 {
            stop = signal;
            raw::send(pid, libc::SIGCONT);
        }
        if is_over() {
            raw::send(pid, libc::SIGKILL);
        }
    }
}

fn pointers<'a>(words: impl Iterator<Item = &'a CString>) -> Vec<*const c_char> {
    words
        .map(|word| word.as_ptr())
        .chain([ptr::null()])
        .collect()
}
