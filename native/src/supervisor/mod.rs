//! The supervisor's side of a run: it starts the guardian, reads its news, and takes over from one
//! that was lost. It uses `guardian`, `tree`, `output` and `kernel`; `window` uses it.

pub mod adoption;
pub mod command;
pub mod failure;
pub mod guardian;
pub mod news;
pub mod reader;
pub mod run;
pub mod spawn;
pub mod takeover;
