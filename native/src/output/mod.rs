//! Writes that cannot hold up a deadline. It uses `kernel`; `supervisor` and `window` use it.

pub mod offer;
pub mod scribe;
