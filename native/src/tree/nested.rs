//! Other curfews in the tree. The processes that such a curfew holds get the first signal from it,
//! once; a signal from this process would be a second one.

use crate::kernel::namespace::Namespace;
use crate::kernel::proc::Entry;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;

/// The name of a guardian (native/src/guardian/startup.rs); its command line begins with it, too.
const NAME: &str = "guardian";

/// Whether a process is the guardian of another curfew. Any process can have that name. It is
/// believed if it runs curfew; or, where that cannot be seen, if the supervisor that it names is
/// its parent and runs curfew. Of other users only root is believed.
pub fn is_guardian(entry: &Entry) -> bool {
    entry.name() == Some(NAME) && (is_curfew(entry.pid()) || is_held(entry))
}

fn is_held(entry: &Entry) -> bool {
    let supervisor = entry.command_line().as_deref().and_then(supervisor_in);
    let parent = entry.parent().unwrap_or(0);
    // In another PID namespace the supervisor has another number.
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

/// Whether a process of this user or of root runs curfew: the same file, a copy, or a file of that
/// name.
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

/// The name of a file; the kernel puts a word behind it if the file was replaced.
fn name_of(link: &str) -> Option<String> {
    let target = fs::read_link(link).ok()?;
    let name = target.file_name()?.to_str()?;
    Some(name.strip_suffix(" (deleted)").unwrap_or(name).to_owned())
}
