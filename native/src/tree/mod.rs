//! A tree of processes: its members, signals to them, and its end. It uses `kernel`; `guardian`,
//! `supervisor` and `window` use it.

pub mod below;
pub mod cgroup;
pub mod pid_scan;

pub mod marks;
pub mod members;
pub mod nested;
pub mod scope;
pub mod stuck;
pub mod sweep;
pub mod sweep_group;
pub mod sweep_tree;
pub mod verdict;
pub mod waking;
