//! What came of a sweep.

/// Why a process survived, as TypeScript is told.
pub const NOT_PERMITTED: i32 = 0;
pub const UNKILLABLE: i32 = 1;
pub const STILL_FORKING: i32 = 2;

#[derive(Default)]
pub struct Verdict {
    pub is_gone: bool,
    /// Somebody is there whom we cannot name.
    pub is_nameless: bool,
    pub main_end: Option<libc::siginfo_t>,
    pub survivors: Vec<(i32, i32)>,
}
