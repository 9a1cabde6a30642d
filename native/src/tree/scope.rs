//! What a sweep is to reach.

use crate::tree::cgroup::Leaf;

/// As TypeScript numbers them (src/linux/run/fields.ts).
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
    /// The main child while it is ours to reap; 0: none.
    pub main: i32,
    /// A process group that is the command's alone; 0: none.
    pub group: i32,
    /// For the scope of a group: whom that reaches.
    pub members: Group<'a>,
    /// We are the first process of a PID namespace that was made for the command.
    pub is_namespace: bool,
    /// All that kill(2) reaches by -1 are ours.
    pub is_everybody: bool,
    pub cgroup: Option<&'a Leaf>,
    /// An instant in microseconds.
    pub deadline: f64,
    /// How long it goes on where nothing but members in state D is left, in microseconds.
    pub stuck_limit: f64,
    /// Children that were ours before: never touched.
    pub except: &'a [i32],
    /// The guardian, where it has to go first, too: never a survivor. 0: none.
    pub guardian: i32,
}

#[derive(Default)]
pub struct Group<'a> {
    /// 0: none.
    pub number: i32,
    /// Somebody may be in it whom we did not start: only those below us are meant.
    pub is_shared: bool,
    /// Never touched.
    pub spare: &'a [i32],
}
