//! The supervisor's side of a run: it starts the guardian, reads its news, and takes over from a lost one. It uses `guardian`, `tree`, `output` and `kernel`.

pub mod adoption;
pub mod guardian;
pub mod news;
pub mod run;
pub mod spawn;
pub mod takeover;
