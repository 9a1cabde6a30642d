//! The plan for guardian and command, made before they exist.

use crate::guardian::environment::Environment;
use crate::guardian::parent::Parent;
use crate::kernel::identity::Title;
use crate::kernel::processor::Processors;
use crate::tree::cgroup::Leaf;
use crate::tree::scope::Scope;
use std::cell::UnsafeCell;
use std::ffi::{CString, c_char};
use std::sync::atomic::AtomicI32;

/// The stages in which a start can fail, numbered as in src/linux/run/guardian-news.ts.
pub const NOT_CLONED: i32 = 1;
pub const NOT_EXECUTED: i32 = 2;
pub const NOT_CONFINED: i32 = 3;
pub const NOT_ENTERED: i32 = 4;

/// What the command leads, as TypeScript numbers it (src/linux/run/fields.ts).
#[derive(Clone, Copy, PartialEq)]
pub enum Leads {
    Nothing,
    /// A session, and its process group.
    Session,
    Group,
    /// The foreground process group of a terminal whose session the guardian leads: the command can
    /// be stopped there, as kernels stop no process that only another session could continue.
    Terminal,
}

impl Leads {
    pub fn of(number: i32) -> Leads {
        match number {
            0 => Leads::Nothing,
            1 => Leads::Session,
            2 => Leads::Group,
            _ => Leads::Terminal,
        }
    }
}

/// All that guardian and command need. It is made before they exist, because the command may not
/// allocate.
pub struct Plan {
    pub files: Vec<CString>,
    /// Owns the strings that the vectors of pointers point to.
    pub _words: (Vec<CString>, CString),
    pub argv: Vec<*const c_char>,
    /// Resource, soft and hard limit, one after the other.
    pub limits: Vec<f64>,
    /// `cgroup.procs` of each of `cgroups`.
    pub joins: Vec<CString>,
    /// Control groups that were made for the command, which joins them.
    pub cgroups: Vec<Leaf>,
    /// The first of `cgroups` holds the tree.
    pub has_leaf: bool,
    /// What a sweep reaches.
    pub scope: Scope,
    pub leads: Leads,
    /// The terminal of the command's session, or of the guardian's; -1: none.
    pub terminal: i32,
    /// The process group that the supervisor made for it; 0: none.
    pub group: i32,
    /// CLONE_NEW...; 0: none.
    pub namespaces: i32,
    pub user: i32,
    pub user_group: i32,
    /// Each orphan that was reaped is told to TypeScript.
    pub says_reaped: bool,
    /// After a signal only the processes that are stopped get SIGCONT.
    pub continues_stopped_only: bool,
    /// The supervisor is told when the command has executed.
    pub tells_start: bool,
    /// The command's working directory; `None`: the supervisor's.
    pub folder: Option<CString>,
    /// How long a sweep waits for members in state D, in microseconds.
    pub stuck_limit: f64,
    /// Where the command may run; until it executes, it is kept on this processor.
    pub processors: Option<Processors>,
    /// Descriptors that the supervisor alone may hold: the kernel tells a command that its output
    /// is not read any more only when no other process has the reading end.
    pub private: Vec<i32>,
    /// The guardian's name for ps(1), around the time when the supervisor was started.
    pub title: Title,
    /// The supervisor, as the guardian sees it.
    pub parent: Parent,
    /// What the command writes to before it executes; until then no other process uses it.
    pub draft: UnsafeCell<Draft>,
    /// 1 while the command shares the guardian's memory; the kernel makes it 0.
    pub is_sharing: AtomicI32,
    /// The guardian's number: the command's parent.
    pub guardian: AtomicI32,
}

pub struct Draft {
    pub environment: Option<Environment>,
    /// Descriptors for the command: which of ours, and the number that it is to have for it.
    pub descriptors: Vec<[i32; 2]>,
    /// The arguments of the shell that runs a file without an interpreter line; the second is the
    /// file.
    pub shell_argv: Vec<*const c_char>,
    pub failure: Failure,
    /// Where a command that shares no memory tells its failure; -1: it shares it.
    pub news: i32,
}

/// What failed before exec or at it: a stage, 0 for nothing, and errno.
pub type Failure = (i32, i32);

impl Plan {
    /// The cgroup that holds the tree.
    pub fn leaf(&self) -> Option<&Leaf> {
        self.cgroups.first().filter(|_| self.has_leaf)
    }
}
