//! A leaf of the cgroup v2 tree that was made for one run.

use crate::{clock, process};
use std::fs;
use std::path::{Path, PathBuf};

/// How often it is tried to remove a group that looks empty, and the time in between, in
/// microseconds.
const ATTEMPTS: usize = 50;
const MOMENT: f64 = 1e3;

pub struct Leaf {
    pub path: PathBuf,
}

impl Leaf {
    /// Writes `1` to `cgroup.kill`; kernels before 5.14 have no such file, and members are killed
    /// one by one.
    pub fn kill(&self) {
        if fs::write(self.path.join("cgroup.kill"), "1").is_err() {
            self.kill_members();
        }
    }

    /// `populated 0`: no process in it or below.
    pub fn is_empty(&self) -> bool {
        match fs::read_to_string(self.path.join("cgroup.events")) {
            Ok(text) => text.lines().any(|line| line == "populated 0"),
            // Only an empty one can be removed.
            Err(_) => !self.path.exists(),
        }
    }

    /// What `cgroup.kill` did not reach: a process whose first thread has ended.
    pub fn kill_members(&self) {
        for pid in self.members() {
            process::send_to(pid, libc::SIGKILL, || self.members().contains(&pid));
        }
    }

    /// Every process in it and below.
    pub fn members(&self) -> Vec<i32> {
        let mut found = Vec::new();
        for path in self.directories() {
            let list = fs::read_to_string(path.join("cgroup.procs")).unwrap_or_default();
            found.extend(list.lines().filter_map(|line| line.parse::<i32>().ok()));
        }
        found.retain(|&pid| pid > 0);
        found
    }

    /// Removes it and all below it, the deepest first; it stays where somebody is in it. Who has just
    /// been reaped may hold it for a moment yet.
    pub fn remove(&self) {
        for _ in 0..ATTEMPTS {
            for path in self.directories().iter().rev() {
                let _ = fs::remove_dir(path);
            }
            if !self.path.exists() || !self.members().is_empty() {
                return;
            }
            clock::rest(MOMENT);
        }
    }

    /// It and all below it, parents first.
    fn directories(&self) -> Vec<PathBuf> {
        let mut found = vec![self.path.clone()];
        let mut at = 0;
        while let Some(path) = found.get(at) {
            let below = subdirectories(path);
            found.extend(below);
            at += 1;
        }
        found
    }
}

fn subdirectories(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(path) else {
        return Vec::new();
    };
    entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .collect()
}
