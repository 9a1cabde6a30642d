//! The engine, its memory, and the frozen heap. It uses `kernel`.

pub mod freeze;
pub mod heap;
pub mod layout;
pub mod memory;
pub mod program;
pub mod runtime;
pub mod text;
pub mod trigonometry;
