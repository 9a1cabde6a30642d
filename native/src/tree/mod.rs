//! A tree of processes: its members, signals to them, and its end. It uses `kernel`; guardian and supervisor use it.

pub mod cgroup;
pub mod course;
pub mod group;
pub mod members;
pub mod nested;
pub mod numbers;
pub mod sweep;
pub mod waking;
