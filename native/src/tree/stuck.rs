//! Members that SIGKILL cannot end for now.

use crate::kernel::{clock, proc};

/// Time for those in state D that have had SIGKILL: waiting longer does not help.
pub struct Stuck {
    limit: f64,
    since: Option<f64>,
}

impl Stuck {
    pub fn new(limit: f64) -> Stuck {
        Stuck { limit, since: None }
    }

    /// Something else was seen.
    pub fn reset(&mut self) {
        self.since = None;
    }

    /// Whether nothing else has lived for the whole time.
    pub fn is_over(&mut self, living: &[i32]) -> bool {
        if !living.iter().all(|&pid| proc::state_of(pid) == Some(b'D')) {
            self.since = None;
            return false;
        }
        let now = clock::microseconds();
        now - *self.since.get_or_insert(now) >= self.limit
    }
}
