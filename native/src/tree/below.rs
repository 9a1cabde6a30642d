//! Kills everything below children that have not exited yet, and hide their children.
//!
//! A tree that forks without a pause leaves this process little of the processors, and goes on
//! forking while this process looks. So each process is killed before its children are read,
//! because it can fork no others then; and those that are closer to the top come first, because
//! their children become ours. /proc/PID/stat, which says whose child a process is, is not read,
//! because that takes longer than the signal: the children of one parent are opened together, and
//! its list is read again.

use crate::kernel::children::Children;
use crate::kernel::clock::Until;
use crate::kernel::process;
use crate::kernel::procfs::{self, Unseen};
use crate::tuning::{FEW_PARENTS, MAX_PARENTS, WALK_BATCH};
use std::collections::VecDeque;
use std::os::fd::OwnedFd;

/// A walk through all descendants of some children. It can be interrupted and continued.
#[derive(Default)]
pub struct Walk {
    tops: VecDeque<i32>,
    /// Processes that got SIGKILL, with the children that they had then.
    parents: VecDeque<(Children, Vec<i32>)>,
    has_missed: bool,
}

impl Walk {
    /// Begins below children that have got SIGKILL.
    pub fn begin(&mut self, tops: Vec<i32>) {
        *self = Walk {
            tops: tops.into(),
            ..Walk::default()
        };
    }

    pub fn is_over(&self) -> bool {
        self.tops.is_empty() && self.parents.is_empty()
    }

    /// Whether a process was passed over for want of descriptors or rights.
    pub fn has_missed(&self) -> bool {
        self.has_missed
    }

    /// Kills as far as there is time; `note` is told of each process that got the signal.
    pub fn go_on(&mut self, until: &Until, mut note: impl FnMut(i32)) {
        while !until.is_over() {
            if self.parents.len() < FEW_PARENTS
                && let Some(top) = self.tops.pop_front()
            {
                if let Some(directory) = self.open(top)
                    && process::is_child(top)
                {
                    self.add(top, &directory, until);
                }
            } else if let Some((parent, mut list)) = self.parents.pop_front() {
                let others = list.split_off(list.len().min(WALK_BATCH));
                for (pid, directory) in self.open_children(&parent, &list, until) {
                    if procfs::send(&directory, pid, libc::SIGKILL) {
                        note(pid);
                    }
                    self.add(pid, &directory, until);
                }
                if !others.is_empty() {
                    self.parents.push_front((parent, others));
                }
            } else {
                return;
            }
        }
    }

    fn open(&mut self, pid: i32) -> Option<OwnedFd> {
        let directory = procfs::open_directory(pid);
        self.has_missed |= directory.as_ref().is_err_and(|unseen| unseen.missed() != 0);
        directory.ok()
    }

    /// Opens the processes of a list that are children of `parent`, or of this process, once they
    /// are open. Before that, the number cannot have been another process's, or that process is
    /// gone and gets nothing.
    fn open_children(
        &mut self,
        parent: &Children,
        list: &[i32],
        until: &Until,
    ) -> Vec<(i32, OwnedFd)> {
        let open = |&pid: &i32| Some((pid, self.open(pid)?));
        let mut opened: Vec<_> = list.iter().filter_map(open).collect();
        let still = parent.read(until).unwrap_or_default();
        opened.retain(|(pid, _)| still.contains(pid) || process::is_child(*pid));
        opened
    }

    /// Notes the children of a process that got SIGKILL for later.
    fn add(&mut self, pid: i32, directory: &OwnedFd, until: &Until) {
        let parent = Children::open(pid, directory);
        match parent.and_then(|parent| Ok((parent.read(until)?, parent))) {
            Ok((list, _)) if list.is_empty() => {}
            Ok((list, parent)) if self.parents.len() < FEW_PARENTS => {
                self.parents.push_back((parent, list));
            }
            Ok((list, parent)) if self.parents.len() < MAX_PARENTS => {
                self.parents.push_front((parent, list));
            }
            Err(Unseen::Gone) => {}
            _ => self.has_missed = true,
        }
    }
}
