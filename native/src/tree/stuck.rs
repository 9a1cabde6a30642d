//! Members that do not die of SIGKILL for now.

use crate::kernel::{clock, proc};

/// How long members in state D are waited for after SIGKILL; waiting longer does not help.
pub struct Stuck {
    limit: f64,
    since: Option<f64>,
}

impl Stuck {
    pub fn new(limit: f64) -> Stuck {
        Stuck { limit, since: None }
    }

    /// Begins anew: a member was seen that is not stuck.
    pub fn reset(&mut self) {
        self.since = None;
    }

    /// Whether all members that live have been in state D for the whole time.
    pub fn is_over(&mut self, living: &[i32]) -> bool {
        if !living.iter().all(|&pid| proc::state_of(pid) == Some(b'D')) {
            self.since = None;
            return false;
        }
        let now = clock::microseconds();
        now - *self.since.get_or_insert(now) >= self.limit
    }
}
