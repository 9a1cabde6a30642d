//! The start of a command.

use crate::engine::heap;
use crate::guardian::environment::Environment;
use crate::guardian::parent::Parent;
use crate::guardian::plan::{Draft, Plan};
use crate::kernel::identity::Title;
use crate::kernel::paths::{c_string, path_of};
use crate::supervisor::spawn;
use crate::tree::cgroup::Leaf;
use crate::tree::members;
use crate::window::call::{Call, answer};
use rquickjs_sys::JSValue;
use std::cell::UnsafeCell;
use std::ffi::{CString, c_char};
use std::ptr;
use std::sync::atomic::AtomicI32;

/// `spawn(files, argv, shell, settings, limits, cgroups, variables, own, descriptors, title)`: executes the
/// first of `files` that can be, with `argv`; a text file without `#!` by `shell`. `variables` of the
/// environment are set (`NAME=value`) or taken away (`NAME`), those in `own` are set to the command's
/// number. Answers 0, or minus errno where not even a guardian could be made; the rest are news of
/// the guardian's.
pub fn spawn(call: &Call) -> JSValue {
    let result = prepare(call).and_then(|plan| {
        // The guardian has no use for what the engine loaded.
        heap::keep_from_children();
        spawn::make_guardian(plan)
    });
    answer(result.map_or_else(|errno| -i64::from(errno), |()| 0))
}

fn prepare(call: &Call) -> Result<Box<Plan>, i32> {
    let texts = |at| call.c_strings(at).ok_or_else(|| call.without_memory());
    let (files, words, cgroups) = (texts(0)?, texts(1)?, texts(5)?);
    let shell = call
        .text(2)
        .map(c_string)
        .ok_or_else(|| call.without_memory())?;
    let numbers = call.numbers(3);
    let setting = |at: usize| numbers.get(at).copied().unwrap_or(0.0) as i32;
    members::look_for_foreign(setting(10) != 0);
    let argv = pointers(words.iter());
    let mut shell_argv = vec![shell.as_ptr(), ptr::null()];
    shell_argv.extend(argv.iter().skip(1));
    let environment = Environment::of(texts(6)?, texts(7)?);
    let pairs = call.ints(8);
    let mut title = texts(9)?.into_iter();
    let mut part = || title.next().unwrap_or_default();
    let paths = cgroups.iter().map(|path| path.to_bytes());
    let joins = paths
        .clone()
        .map(|path| c_string([path, b"/cgroup.procs"].concat()));
    Ok(Box::new(Plan {
        files,
        // The heap has the strings, and moving their owners does not move them.
        _words: (words, shell),
        argv,
        limits: call.numbers(4),
        joins: joins.collect(),
        cgroups: paths
            .map(|path| Leaf {
                path: path_of(path),
            })
            .collect(),
        has_leaf: setting(6) != 0,
        scope: setting(0),
        leads: setting(1),
        terminal: if setting(7) > 0 { setting(7) } else { -1 },
        group: setting(2),
        namespaces: setting(3),
        user: setting(4),
        user_group: setting(5),
        tells_reaped: setting(8) != 0,
        wakes_stopped: setting(11) != 0,
        stuck_limit: numbers.get(9).copied().unwrap_or(0.0),
        processors: None,
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
        }),
        is_sharing: AtomicI32::new(0),
        guardian: AtomicI32::new(0),
    }))
}

fn pointers<'a>(words: impl Iterator<Item = &'a CString>) -> Vec<*const c_char> {
    words
        .map(|word| word.as_ptr())
        .chain([ptr::null()])
        .collect()
}
