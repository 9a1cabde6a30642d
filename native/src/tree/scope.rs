//! What a sweep is to reach.

use crate::tree::cgroup::Leaf;

/// What a sweep reaches, as TypeScript numbers it (src/linux/run/fields.ts).
#[derive(Clone, Copy, PartialEq)]
pub enum Scope {
    Child,
    Group,
    Tree,
}

impl Scope {
    pub fn of(number: i32) -> Scope {
        match number {
            0 => Scope::Child,
            1 => Scope::Group,
            _ => Scope::Tree,
        }
    }
}

pub struct Sweep<'a> {
    pub scope: Scope,
    /// The main child while it can be reaped; 0: none.
    pub main: i32,
    /// A process group that is the command's alone; 0: none.
    pub group: i32,
    /// For `Scope::Group`: the members that it reaches.
    pub members: Group<'a>,
    /// This process is PID 1 of a namespace that was made for the command.
    pub is_namespace: bool,
    /// All processes that kill(-1) reaches belong to the tree.
    pub is_everybody: bool,
    pub cgroup: Option<&'a Leaf>,
    /// An instant in microseconds.
    pub deadline: f64,
    /// How long the sweep goes on where only members in state D are left, in microseconds.
    pub stuck_limit: f64,
    /// Children that are not of the tree: never touched.
    pub except: &'a [i32],
    /// The guardian, where it has to be killed first: it is never a survivor. 0: none.
    pub guardian: i32,
}

#[derive(Default)]
pub struct Group<'a> {
    /// The number of the group; 0: none.
    pub number: i32,
    /// Processes outside of the tree may be in it: only descendants of this process are meant.
    pub is_shared: bool,
    /// Members that are never touched.
    pub spare: &'a [i32],
}
