//! What runs in the guardian, and in the command before it is executed; and what the guardian
//! shares with the supervisor. It uses `tree` and `kernel`; `supervisor` and `window` use it.

pub mod command;
pub mod continuing;
pub mod counters;
pub mod environment;
pub mod exec_pipe;
pub mod ladder;
pub mod link;
pub mod namespaces;
pub mod parent;
pub mod plan;
pub mod startup;
pub mod watch;
