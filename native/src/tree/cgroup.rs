//! A leaf of the cgroup v2 tree that was made for one run.

use crate::kernel::clock::{self, Until};
use crate::kernel::pidfd;
use crate::tuning::{CGROUP_BATCH, CGROUP_REMOVAL, CGROUP_REMOVAL_POLL};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

pub struct Leaf {
    pub path: PathBuf,
}

impl Leaf {
    /// Writes `1` to `cgroup.kill`; kernels before 5.14 have no such file, and members are killed
    /// one by one.
    pub fn kill(&self, until: &Until) {
        if fs::write(self.path.join("cgroup.kill"), "1").is_err() {
            self.kill_members(until);
        }
    }

    /// Whether it says `populated 0`: no process is in it or below.
    pub fn is_empty(&self) -> bool {
        match fs::read_to_string(self.path.join("cgroup.events")) {
            Ok(text) => text.lines().any(|line| line == "populated 0"),
            // It was removed: only an empty one can be.
            Err(_) => !self.path.exists(),
        }
    }

    /// Kills the members one by one, also those that `cgroup.kill` does not reach: processes whose
    /// first thread has exited. Each is killed by a descriptor, if its number is still a member's
    /// once the descriptors of its batch are open.
    pub fn kill_members(&self, until: &Until) {
        for batch in self.members(until).chunks(CGROUP_BATCH) {
            if until.is_over() {
                return;
            }
            let opened: Vec<_> = batch.iter().map(|&pid| (pid, pidfd::open(pid))).collect();
            let members: BTreeSet<i32> = self.members(until).into_iter().collect();
            for (pid, pidfd) in opened {
                pidfd::send_and_close(pid, pidfd, libc::SIGKILL, || members.contains(&pid));
            }
        }
    }

    /// The processes in it and below, as far as there is time.
    pub fn members(&self, until: &Until) -> Vec<i32> {
        let mut found = Vec::new();
        for path in self.directories(until) {
            let list = fs::read_to_string(path.join("cgroup.procs")).unwrap_or_default();
            found.extend(list.lines().filter_map(|line| line.parse::<i32>().ok()));
            if until.is_over() {
                break;
            }
        }
        found.retain(|&pid| pid > 0);
        found
    }

    /// Removes it and all groups below it, the deepest first. A group with a process in it stays. A
    /// process that was just reaped may hold its group for a moment.
    pub fn remove(&self) {
        let until = clock::until(clock::microseconds() + CGROUP_REMOVAL);
        loop {
            for path in self.directories(&until).iter().rev() {
                let _ = fs::remove_dir(path);
            }
            if !self.path.exists() || !self.members(&until).is_empty() || until.is_over() {
                return;
            }
            clock::rest(CGROUP_REMOVAL_POLL);
        }
    }

    /// It and all groups below it, parents first; members may make more of them without a pause.
    fn directories(&self, until: &Until) -> Vec<PathBuf> {
        let mut found = vec![self.path.clone()];
        let mut at = 0;
        while let Some(path) = found.get(at) {
            let below = subdirectories(path, until);
            found.extend(below);
            at += 1;
            if until.is_over() {
                break;
            }
        }
        found
    }
}

fn subdirectories(path: &Path, until: &Until) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(path) else {
        return Vec::new();
    };
    entries
        .take_while(|_| !until.is_over())
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .collect()
}
