//! What the kernel can be asked for, as functions over integers, paths and `Result`. It uses no
//! other folder, and every folder may use it.

pub mod children;
pub mod clock;
pub mod clone;
pub mod descriptors;
pub mod errno;
pub mod identity;
pub mod namespace;
pub mod paths;
pub mod pidfd;
pub mod proc;
pub mod process;
pub mod processor;
pub mod procfs;
pub mod raw;
pub mod signals;
pub mod sock_diag;
pub mod stack;
pub mod terminal;
pub mod wait;
