//! The start of a command.

use crate::engine::heap;
use crate::guardian::environment::Environment;
use crate::guardian::parent::Parent;
use crate::guardian::plan::{Draft, Leads, Plan};
use crate::kernel::identity::Title;
use crate::kernel::paths::{c_string, path_of};
use crate::relay::pump;
use crate::supervisor::spawn;
use crate::tree::cgroup::Leaf;
use crate::tree::members;
use crate::tree::scope::Scope;
use crate::window::call::{Call, answer};
use crate::window::fields::{SpawnField, SpawnSetting};
use rquickjs_sys::JSValue;
use std::cell::UnsafeCell;
use std::ffi::{CString, c_char};
use std::ptr;
use std::sync::atomic::AtomicI32;

/// `spawn(...fields)`: executes the first of the files that can be. Answers 0, or minus errno where
/// not even a guardian could be made; the rest are news of the guardian's.
pub fn spawn(call: &Call) -> JSValue {
    let result = prepare(call).and_then(|plan| {
        // The guardian has no use for what the engine loaded.
        heap::keep_from_children();
        spawn::make_guardian(plan)
    });
    answer(result.map_or_else(|errno| -i64::from(errno), |()| 0))
}

fn prepare(call: &Call) -> Result<Box<Plan>, i32> {
    let texts = |field: SpawnField| {
        call.c_strings(field as usize)
            .ok_or_else(|| call.without_memory())
    };
    let (files, words) = (texts(SpawnField::Files)?, texts(SpawnField::Argv)?);
    let cgroups = texts(SpawnField::Cgroups)?;
    let shell = call
        .text(SpawnField::Shell as usize)
        .map(c_string)
        .ok_or_else(|| call.without_memory())?;
    let numbers = call.numbers(SpawnField::Settings as usize);
    let number = |setting: SpawnSetting| numbers.get(setting as usize).copied().unwrap_or(0.0);
    let int = |setting| number(setting) as i32;
    let is_set = |setting| int(setting) != 0;
    members::look_for_foreign(is_set(SpawnSetting::LooksForForeign));
    let argv = pointers(words.iter());
    let mut shell_argv = vec![shell.as_ptr(), ptr::null()];
    shell_argv.extend(argv.iter().skip(1));
    let environment = environment_in(texts)?;
    let pairs = call.ints(SpawnField::Descriptors as usize);
    let mut title = texts(SpawnField::Title)?.into_iter();
    let mut part = || title.next().unwrap_or_default();
    let paths = cgroups.iter().map(|path| path.to_bytes());
    let procs_of = |path: &[u8]| c_string([path, b"/cgroup.procs"].concat());
    let leaf_of = |path: &[u8]| Leaf {
        path: path_of(path),
    };
    Ok(Box::new(Plan {
        files,
        // The heap has the strings, and moving their owners does not move them.
        _words: (words, shell),
        argv,
        limits: call.numbers(SpawnField::Limits as usize),
        joins: paths.clone().map(procs_of).collect(),
        cgroups: paths.map(leaf_of).collect(),
        has_leaf: is_set(SpawnSetting::HasLeaf),
        scope: Scope::of(int(SpawnSetting::Scope)),
        leads: Leads::of(int(SpawnSetting::Leads)),
        terminal: int(SpawnSetting::Terminal),
        group: int(SpawnSetting::Group),
        namespaces: int(SpawnSetting::Namespaces),
        user: int(SpawnSetting::User),
        user_group: int(SpawnSetting::UserGroup),
        says_reaped: is_set(SpawnSetting::SaysReaped),
        continues_stopped_only: is_set(SpawnSetting::ContinuesStoppedOnly),
        tells_start: is_set(SpawnSetting::TellsStart),
        folder: folder_in(call),
        stuck_limit: number(SpawnSetting::StuckLimit),
        processors: None,
        private: pump::sources(),
        title: Title {
            before: part(),
            behind: part(),
        },
        parent: Parent::seen(),
        draft: UnsafeCell::new(Draft {
            environment,
            descriptors: pairs.as_chunks::<2>().0.to_vec(),
            shell_argv,
            failure: (0, 0),
            news: -1,
        }),
        is_sharing: AtomicI32::new(0),
        guardian: AtomicI32::new(0),
    }))
}

/// The command's environment, where it is not ours.
fn environment_in(
    texts: impl Fn(SpawnField) -> Result<Vec<CString>, i32>,
) -> Result<Option<Environment>, i32> {
    let changes = texts(SpawnField::Variables)?;
    let (own, above) = (texts(SpawnField::Own)?, texts(SpawnField::Above)?);
    Ok(Environment::of(changes, own, above))
}

/// The command's working directory, where it is not ours.
fn folder_in(call: &Call) -> Option<CString> {
    let folder = call.text(SpawnField::Folder as usize)?;
    (!folder.is_empty()).then(|| c_string(folder))
}

fn pointers<'a>(words: impl Iterator<Item = &'a CString>) -> Vec<*const c_char> {
    words
        .map(|word| word.as_ptr())
        .chain([ptr::null()])
        .collect()
}
