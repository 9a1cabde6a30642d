//! Freezing: the program, once it has loaded everything, writes a copy of itself that has the arena
//! as a segment of its own. The kernel maps that segment at the next start.

use crate::engine::layout::{self, ARENA_BASE};
use crate::engine::quit::quit;
use crate::engine::{heap, program, runtime};
use crate::kernel::identity;
use crate::kernel::paths::path_of;
use rquickjs_sys::JSContext;
use std::fs;
use std::ops::Range;
use std::os::unix::fs::PermissionsExt;

/// Names of the environment variables that the build sets; a frozen program never looks at them.
const BUNDLE: &[u8] = b"CURFEW_BUNDLE";
const IMAGE: &[u8] = b"CURFEW_FREEZE";
/// With IMAGE: the profile that the image is laid out by; without a profile, the image is for a
/// trial run. For a trial run: where to write the profile.
const PROFILE: &[u8] = b"CURFEW_TRIAL_PROFILE";

/// Starts an unfrozen program: loads the bundle over the window that `install` makes; then freezes
/// and leaves, or goes on.
pub fn or_load(install: fn(*mut JSContext)) {
    let image = identity::variable(IMAGE);
    if image.is_some() {
        match identity::variable(PROFILE).map(map) {
            Some(Ok(profile)) => layout::keep_together(profile),
            Some(Err(error)) => quit(&error.to_string()),
            None => layout::spread(),
        }
    }
    let bundle = identity::variable(BUNDLE).unwrap_or_else(|| quit("no bundle"));
    let bundle = map(bundle).unwrap_or_else(|error| quit(&error.to_string()));
    runtime::load(bundle, install);
    if let Some(image) = image {
        match freeze(image) {
            Ok(()) => quit(""),
            Err(reason) => quit(&reason),
        }
    }
}

/// If this was a trial run, writes down which pieces it wrote to.
pub fn end_trial() {
    let Some(arena) = heap::trial() else { return };
    let to = identity::variable(PROFILE).unwrap_or_else(|| quit("no profile"));
    if let Err(error) = layout::write_profile(to, arena) {
        quit(&error.to_string());
    }
}

fn freeze(to: &[u8]) -> Result<(), String> {
    let failed = |what: &str, error: std::io::Error| format!("{what}: {error}");
    let image = heap::seal();
    let maps = fs::read_to_string("/proc/self/maps").map_err(|error| failed("maps", error))?;
    refuse_foreign_addresses(image, &foreign_ranges(&maps))?;
    let program = fs::read("/proc/self/exe").map_err(|error| failed("exe", error))?;
    let program = program::with_arena(program, image)?;
    let path = path_of(to);
    fs::write(&path, program).map_err(|error| failed("write", error))?;
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(&path, mode).map_err(|error| failed("mode", error))
}

/// More than anything takes of the stack that the kernel gave, below the environment: the engine
/// has its own. The kernel maps a stack as far as it was used, an emulator all of it, always at the
/// same address: numbers that lie in the unused part are no addresses, however often the build
/// tries.
const DEEPEST: usize = 1 << 20;

/// The mappings of this process that another process will not have at the same place: stack, heap,
/// thread block and everything the kernel placed. The program and its variables stay where they
/// are: a pointer to a variable is right in every process. Small numbers of other kinds lie in the
/// same range as the end of the variables.
fn foreign_ranges(maps: &str) -> Vec<Range<usize>> {
    let own = own_range();
    let top = identity::environ().addr();
    let mut ranges = Vec::new();
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (Some(range), Some(rights)) = (words.next(), words.next()) else {
            continue;
        };
        // Nothing can be read there: a guard, such as an emulator's below the stack.
        if !rights.contains(['r', 'w', 'x']) {
            continue;
        }
        let Some((start, end)) = range.split_once('-') else {
            continue;
        };
        let parse = |text| usize::from_str_radix(text, 16).unwrap_or(0);
        let (mut start, end) = (parse(start), parse(end));
        if (start..end).contains(&top) {
            start = start.max(top.saturating_sub(DEEPEST));
        }
        if start != ARENA_BASE {
            ranges.extend([start..end.min(own.start), start.max(own.end)..end]);
        }
    }
    ranges.retain(|range| !range.is_empty());
    ranges
}

/// The addresses from the program's first page to its last.
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
            let at = ARENA_BASE + index * 8;
            return Err(format!(
                "the image at {at:#x} holds {value:#x}, an address in {range:x?}"
            ));
        }
    }
    Ok(())
}

/// Whether a word is a short text, up to four letters and zeroes, whatever address it may spell.
fn is_text(word: &[u8; 8]) -> bool {
    let length = word.iter().position(|&byte| byte == 0).unwrap_or(8);
    let (text, rest) = word.split_at(length);
    length <= 4 && text.is_ascii() && rest.iter().all(|&byte| byte == 0)
}

/// Reads a file into memory outside of the allocator. At least one zero byte follows it.
fn map(path: &[u8]) -> std::io::Result<&'static [u8]> {
    let file = fs::File::open(path_of(path))?;
    let length = file.metadata()?.len() as usize;
    let rights = libc::PROT_READ | libc::PROT_WRITE;
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    // SAFETY: a new mapping with a byte to spare, filled by us, kept for good.
    let memory = unsafe {
        let at = libc::mmap(std::ptr::null_mut(), length + 1, rights, flags, -1, 0);
        if at == libc::MAP_FAILED {
            return Err(std::io::Error::last_os_error());
        }
        std::slice::from_raw_parts_mut(at.cast::<u8>(), length)
    };
    std::io::Read::read_exact(&mut &file, memory)?;
    Ok(memory)
}
