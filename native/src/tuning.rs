//! Durations and counts of native code, each with its reason: the one table of them. No user
//! chooses them; what a user chooses comes from TypeScript. Every folder may use this file, and it
//! uses none. Durations are in microseconds.

// How the guardian waits.

/// Before it looks at its children once the command has ended: each look goes through all that
/// live, and so one look serves for the ends that come together.
pub const ENDS_TOGETHER: f64 = 1e3;
/// For how long it reaps before it looks at its orders again.
pub const REAP_SLICE: f64 = 20e3;
/// So many orphans are reaped between two steps of a walk, so that a fork bomb's dead do not take
/// every process number.
pub const REAP_BATCH: usize = 16;
/// Between two looks where the kernel tells the guardian nothing of an end.
pub const GUARDIAN_POLL: f64 = 20e3;
/// The longest wait of a guardian whose supervisor has died: no process wakes it.
pub const ALONE_POLL: f64 = 1e6;
/// A command that ends sooner does not pay for what only a longer life needs.
pub const SETTLE_IN: f64 = 20e3;
/// Between two looks at a command that does not execute yet. Most execute long before the first
/// look.
pub const EXEC_POLL: f64 = 10e3;
/// For how long a walk that sends the first signal may keep the guardian from its children.
pub const WALK_LIMIT: f64 = 1e6;
/// Between two continuations of a supervisor that has not looked at the page yet: seldom enough to
/// cost nothing, often enough to be quick.
pub const CONTINUE_AGAIN: f64 = 100e3;
/// A supervisor that is held for longer at the end is killed: ten continuations did nothing.
pub const HELD_LIMIT: f64 = 1e6;

// How the supervisor waits for its guardian.

/// A guardian starts the command after a few hundred microseconds. For so long the supervisor only
/// yields: on a busy machine the guardian needs the processor more.
pub const START_YIELD: f64 = 1e3;
/// Only a guardian that was stopped at that very moment takes longer; it passes the signal on when
/// it goes on.
pub const START_LIMIT: f64 = 2e6;
/// Between two looks at a guardian that takes longer than `START_YIELD`.
pub const START_POLL: f64 = 100.0;
/// The end of a guardian takes less by far, but a tracer may keep it from us.
pub const GUARDIAN_END_LIMIT: f64 = 1e6;
/// Between two looks at a guardian that nothing tells us of.
pub const SUPERVISOR_POLL: f64 = 1e3;

// How a tree is signalled and ended.

/// So many looks for members, then what still forks is left to SIGKILL.
pub const LOOKS: usize = 8;
/// So long a process that dies needs until its children have their new parent.
pub const HANDOVER: f64 = 1e3;
/// Looks at PID namespaces that follow one another sooner are one look at each process.
pub const NAMESPACE_LOOK: f64 = 100e3;
/// How long a sweep sleeps while its victims die.
pub const NAP: f64 = 2e3;
/// After so long without progress a sweep looks below the victims that do not die, and how long
/// after that it does so again.
pub const NO_PROGRESS: f64 = 10e3;
pub const DEEP_AGAIN: f64 = 20e3;
/// For how long a sweep looks below its victims before it looks at its own children again: what has
/// become its child takes one call, and what is below another takes several.
pub const DEEP_SLICE: f64 = 5e3;
/// So many processes are opened at a time on the way down. Each parent takes a descriptor: with
/// more of them than a few, the walk goes down before it goes on.
pub const WALK_BATCH: usize = 64;
pub const FEW_PARENTS: usize = 128;
pub const MAX_PARENTS: usize = 512;
/// An end is progress, but for no longer than this: a victim that does not die would hide its
/// children.
pub const PROGRESS_LIMIT: f64 = 100e3;
/// With more children than that a sweep reaps the dead between two looks.
pub const CROWD: usize = 1 << 12;
/// More victims than that would wake the sweep one by one, which goes before them all. They get so
/// long each, and no longer than this together, before the next look.
pub const MANY: usize = 64;
pub const ONE_END: f64 = 10.0;
pub const ENDS_LIMIT: f64 = 5e3;
/// How long members that may not be signalled can take to be gone.
pub const DENIED_LIMIT: f64 = 50e3;
/// How long a sweep waits for scribes and readers that are about to exit.
pub const HELPERS_LIMIT: f64 = 500e3;
/// How long the end of curfew waits for readers that were killed; one may be blocked for ever.
pub const READERS_LIMIT: f64 = 50e3;
/// How long the names of survivors are looked for.
pub const NAMING_LIMIT: f64 = 100e3;
/// One look at the clock for so many process numbers that are tried.
pub const STRIDE: i32 = 256;
/// So many members of a cgroup are opened at a time: each takes a descriptor.
pub const CGROUP_BATCH: usize = 64;
/// How long the removal of a cgroup that looks empty is tried, and the time in between: a
/// process that was just reaped may hold it for a moment.
pub const CGROUP_REMOVAL: f64 = 50e3;
pub const CGROUP_REMOVAL_POLL: f64 = 1e3;

// How much the page has room for.

/// Survivors that are named; the report says how many there were.
pub const MAX_SURVIVORS: usize = 64;
/// Reaped orphans that are named. The supervisor is told of each at once; only one that does not
/// come to read misses some.
pub const MAX_REAPED: usize = 256;

// How long a write may take.

/// For how long the line that says a failure of ours is written on, once it has begun.
pub const LAST_LINE: f64 = 20e3;
/// Between two tries at a terminal that another process is writing to.
pub const WRITE_AGAIN: f64 = 1e3;
/// So many looks at a scribe that has let go of our memory, but has not ended yet.
pub const SCRIBE_LOOKS: u32 = 1000;
/// The kernel may refuse to wake us at the end of a scribe; then we look again.
pub const SCRIBE_POLL: f64 = 10e3;
/// For how long the relay waits for a file to take a piece of the command's output, before it does
/// something else meanwhile: a healthy file takes it sooner.
pub const FILE_WRITE: f64 = 5e3;
/// Between two looks at input that poll(2) does not tell of: a part of a file that is not in memory
/// yet, or a terminal that other processes read meanwhile.
pub const INPUT_AGAIN: f64 = 50e3;
/// No more bytes than that are in a terminal: what is read of one that a process still holds at the
/// end.
pub const TERMINAL_BUFFER: u64 = 256 << 10;
/// So often the relay moves bytes of one stream before it looks at all else.
pub const RELAY_ROUNDS: u32 = 16;

/// Between two looks where the kernel refuses to wait for us.
pub const REFUSED_POLL: f64 = 20e3;
