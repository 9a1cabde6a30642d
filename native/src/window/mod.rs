//! The functions that TypeScript calls. It uses all other folders; only `main.rs` uses it.

pub mod call;
pub mod channels;
pub mod entries;
pub mod folders;
pub mod inotify;
pub mod limit;
pub mod probe;
pub mod sockets;
pub mod table;
pub mod terminal;
pub mod unix;
