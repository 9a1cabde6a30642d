//! What runs in the guardian, and in the command before it is executed; and what the guardian shares
//! with the supervisor. It uses `tree` and `kernel`; `supervisor` and `window` use it.

pub mod apart;
pub mod birth;
pub mod calling;
pub mod command;
pub mod counters;
pub mod environment;
pub mod link;
pub mod namespaces;
pub mod parent;
pub mod plan;
pub mod rungs;
pub mod watch;
