//! Writes that cannot hold up a deadline. It uses `kernel`.

pub mod offer;
pub mod scribe;
