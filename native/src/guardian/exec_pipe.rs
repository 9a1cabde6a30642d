//! News of a command that has a copy of the guardian's memory, for where the two cannot share it: a
//! pipe whose one end only the command has. It is closed when the command executes.

use crate::guardian::plan::Failure;
use crate::kernel::errno::errno;
use crate::kernel::{descriptors, wait};
use crate::tuning::EXEC_POLL;

/// The guardian's end.
pub struct News(i32);

/// Both ends, the guardian's and the command's; `Err` is errno.
pub fn open() -> Result<(News, i32), i32> {
    let mut ends = [-1; 2];
    // SAFETY: room for two new descriptors.
    if unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) } < 0 {
        return Err(errno());
    }
    Ok((News(ends[0]), ends[1]))
}

/// In the command, before it ends: what kept it from executing.
pub fn tell(end: i32, failure: Failure) {
    let words = [failure.0, failure.1];
    // SAFETY: words of ours; fewer than a pipe takes at once.
    unsafe { libc::write(end, words.as_ptr().cast(), size_of_val(&words)) };
}

impl News {
    /// Waits for a moment: whether the command has executed or ended.
    pub fn is_there(&self) -> bool {
        wait::is_readable_within(self.0, EXEC_POLL)
    }

    /// What kept the command from executing, once it has executed or ended.
    pub fn take(self) -> Failure {
        let mut words = [0i32; 2];
        // SAFETY: room for two words, and the kernel fills it.
        unsafe { libc::read(self.0, words.as_mut_ptr().cast(), size_of_val(&words)) };
        descriptors::close(self.0);
        (words[0], words[1])
    }
}
