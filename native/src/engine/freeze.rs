//! Freezing: the finished program, after it has loaded everything, writes a copy of itself that has
//! the arena as a segment of its own. The kernel maps that segment at the next start.

use crate::engine::{heap, layout, program, runtime};
use crate::kernel::{files, identity};
use std::ops::Range;
use std::os::unix::fs::PermissionsExt;

/// Names of the environment variables that the build sets; a frozen program never looks at them.
const BUNDLE: &[u8] = b"CURFEW_BUNDLE";
const IMAGE: &[u8] = b"CURFEW_FREEZE";
/// With IMAGE: a profile to lay out the image by; without one, the image is for a trial run. For a
/// trial run: where the profile is to be written.
const PROFILE: &[u8] = b"CURFEW_PROFILE";
/// What a start that cannot go on ends with.
const FAILED: i32 = 125;

/// An unfrozen start: load the bundle; then freeze and leave, or go on.
pub fn or_load() {
    let image = identity::variable(IMAGE);
    if image.is_some() {
        match identity::variable(PROFILE).map(files::map) {
            Some(Ok(profile)) => layout::keep_together(profile),
            Some(Err(error)) => quit(&error.to_string()),
            None => layout::spread(),
        }
    }
    let bundle = identity::variable(BUNDLE).unwrap_or_else(|| quit("no bundle"));
    let bundle = files::map(bundle).unwrap_or_else(|error| quit(&error.to_string()));
    runtime::load(bundle);
    if let Some(image) = image {
        match freeze(image) {
            Ok(()) => quit(""),
            Err(reason) => quit(&reason),
        }
    }
}

/// Where this was a trial run, writes down what it wrote to.
pub fn end_trial() {
    let Some(arena) = heap::trial() else { return };
    let to = identity::variable(PROFILE).unwrap_or_else(|| quit("no profile"));
    if let Err(error) = layout::write_profile(to, arena) {
        quit(&error.to_string());
    }
}

/// Ends a start that cannot go on; there is nobody yet who would know better words.
pub fn quit(reason: &str) -> ! {
    if !reason.is_empty() {
        files::write_all(2, reason.as_bytes());
        files::write_all(2, b"\n");
    }
    // SAFETY: ends the process.
    unsafe { libc::_exit(if reason.is_empty() { 0 } else { FAILED }) }
}

fn freeze(to: &[u8]) -> Result<(), String> {
    let failed = |what: &str, error: std::io::Error| format!("{what}: {error}");
    let image = heap::seal();
    let maps = std::fs::read_to_string("/proc/self/maps").map_err(|error| failed("maps", error))?;
    refuse_foreign_addresses(image, &foreign_ranges(&maps))?;
    let program = std::fs::read("/proc/self/exe").map_err(|error| failed("exe", error))?;
    let program = program::with_arena(program, image)?;
    let path = files::path_of(to);
    std::fs::write(&path, program).map_err(|error| failed("write", error))?;
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&path, mode).map_err(|error| failed("mode", error))
}

/// The mappings of this process that will not be the same in another: its stack, heap, thread block
/// and everything the kernel placed. The program itself, its variables among it, stays where it is:
/// what points to a variable is right in every process. The end of the variables lies where small
/// numbers of other kinds lie, too.
fn foreign_ranges(maps: &str) -> Vec<Range<usize>> {
    let own = own_range();
    let mut ranges = Vec::new();
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let Some(range) = words.next() else {
            continue;
        };
        let Some((start, end)) = range.split_once('-') else {
            continue;
        };
        let parse = |text| usize::from_str_radix(text, 16).unwrap_or(0);
        let (start, end) = (parse(start), parse(end));
        if start != heap::ARENA_BASE {
            ranges.extend([start..end.min(own.start), start.max(own.end)..end]);
        }
    }
    ranges.retain(|range| !range.is_empty());
    ranges
}

/// From the program's first page to its last.
fn own_range() -> Range<usize> {
    const PAGE: usize = 1 << 12;
    let loaded = identity::segments().iter();
    let loaded = loaded.filter(|segment| segment.p_type == libc::PT_LOAD);
    let start = loaded.clone().map(|segment| segment.p_vaddr as usize);
    let end = loaded.map(|segment| (segment.p_vaddr + segment.p_memsz) as usize);
    let first = start.min().unwrap_or(0) / PAGE * PAGE;
    first..end.max().unwrap_or(0).next_multiple_of(PAGE)
}

fn refuse_foreign_addresses(image: &[u8], foreign: &[Range<usize>]) -> Result<(), String> {
    let (words, _) = image.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let value = u64::from_ne_bytes(*word) as usize;
        if is_text(word) {
            continue;
        }
        if let Some(range) = foreign.iter().find(|range| range.contains(&value)) {
            let at = heap::ARENA_BASE + index * 8;
            return Err(format!(
                "the image at {at:#x} holds {value:#x}, an address in {range:x?}"
            ));
        }
    }
    Ok(())
}

/// Up to four letters and then nothing: a short text, whatever address it may spell.
fn is_text(word: &[u8; 8]) -> bool {
    let length = word.iter().position(|&byte| byte == 0).unwrap_or(8);
    let (text, rest) = word.split_at(length);
    length <= 4 && text.is_ascii() && rest.iter().all(|&byte| byte == 0)
}
