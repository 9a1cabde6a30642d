//! The engine, its memory, and the frozen heap. It uses `kernel`; `window` uses it.

pub mod allocator;
pub mod failure;
pub mod freeze;
pub mod heap;
pub mod layout;
pub mod memory;
pub mod program;
pub mod quit;
pub mod runtime;
pub mod substitutes;
pub mod text;
