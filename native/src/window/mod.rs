//! The functions that TypeScript calls. It uses all other folders; only `main.rs` uses it.

pub mod acceptance;
pub mod call;
pub mod channels;
pub mod clock;
pub mod entries;
pub mod fields;
pub mod files;
pub mod folders;
pub mod identity;
pub mod inotify;
pub mod input;
pub mod limit;
pub mod members;
pub mod on_demand;
pub mod outputs;
pub mod probe;
pub mod processes;
pub mod reader;
pub mod relay;
pub mod runs;
pub mod signals;
pub mod sockets;
pub mod spawn;
pub mod table;
pub mod terminal;
pub mod unix;
