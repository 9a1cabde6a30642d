//! Other curfews below us. What one of them holds hears of an end from that one, once: a signal of
//! ours to it would be a second one.

use crate::kernel::namespace::Namespace;
use crate::kernel::proc::Entry;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;

/// How a guardian is called (native/src/guardian/birth.rs), and what its command line begins with.
const NAME: &str = "guardian";

/// Whether a process is the guardian of another curfew. Anybody can call a process so: it is believed
/// if it runs our program, or, where that is not to be seen, if its parent is the supervisor that it
/// names, and that one does. No user but root is believed by another.
pub fn is_guardian(entry: &Entry) -> bool {
    entry.name() == Some(NAME) && (is_curfew(entry.pid()) || is_held(entry))
}

fn is_held(entry: &Entry) -> bool {
    let supervisor = entry.command_line().as_deref().and_then(supervisor_in);
    let parent = entry.parent().unwrap_or(0);
    // In another PID namespace it names its supervisor by another number.
    let is_named =
        supervisor == Some(parent) || (supervisor.is_some() && entry.is_foreign(Namespace::own()));
    is_named && is_curfew(parent)
}

/// `guardian: SUPERVISOR STARTED LIMIT:` (src/linux/run/guardian-title.ts).
fn supervisor_in(text: &str) -> Option<i32> {
    let mut words = text.split(' ');
    let name = words.next()?.strip_suffix(':')?;
    let supervisor = words.next()?.parse().ok()?;
    (name == NAME && supervisor > 0).then_some(supervisor)
}

/// Whether a process of ours or root's runs our program: the same file, a copy, or one of that name.
fn is_curfew(pid: i32) -> bool {
    let [ours, theirs] = ["self".to_owned(), pid.to_string()].map(|who| format!("/proc/{who}/exe"));
    let (Ok(own), Ok(other)) = (fs::metadata(&ours), fs::metadata(&theirs)) else {
        return false;
    };
    // SAFETY: no arguments, cannot fail.
    let user = unsafe { libc::geteuid() };
    let is_trusted = |entry: Metadata| [0, user].contains(&entry.uid());
    if !fs::metadata(format!("/proc/{pid}")).is_ok_and(is_trusted) {
        return false;
    }
    let is_same = own.dev() == other.dev() && own.ino() == other.ino();
    is_same || own.len() == other.len() || name_of(&ours) == name_of(&theirs)
}

/// The file's name; a file that was replaced meanwhile has a word behind it.
fn name_of(link: &str) -> Option<String> {
    let target = fs::read_link(link).ok()?;
    let name = target.file_name()?.to_str()?;
    Some(name.strip_suffix(" (deleted)").unwrap_or(name).to_owned())
}
