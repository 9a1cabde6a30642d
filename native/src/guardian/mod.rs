//! What runs in the guardian and in the command before it is executed, and the page that the guardian shares with the supervisor. It uses `tree` and `kernel`.

pub mod birth;
pub mod calling;
pub mod command;
pub mod link;
pub mod parent;
pub mod rungs;
pub mod watch;
pub mod world;
