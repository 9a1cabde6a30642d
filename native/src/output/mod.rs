//! Writes that cannot hold up a deadline. It uses `kernel`; `supervisor`, `relay` and `window` use
//! it.

pub mod offer;
pub mod scribe;
