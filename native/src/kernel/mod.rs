//! What the kernel can be asked for, as plain functions over integers. It uses no other folder, and every folder may use it.

pub mod clock;
pub mod clone;
pub mod files;
pub mod identity;
pub mod namespace;
pub mod proc;
pub mod process;
pub mod processor;
pub mod raw;
pub mod signals;
pub mod stack;
pub mod wait;
