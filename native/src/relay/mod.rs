//! The relay of the command's outputs: pipes between the command and what it would have written to,
//! or a terminal of its own. There is one only where TypeScript asked for it. It uses `output` and
//! `kernel`; `window` uses it.

pub mod input;
pub mod pipe;
pub mod pty;
pub mod pump;
pub mod ring;
pub mod stream;
