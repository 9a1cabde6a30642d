//! Where the loaded objects lie. A run writes to few of them, mostly to reference counts, but each
//! written word costs a page: the kernel copies it, and frees the copy at the end. So the build
//! freezes in two ways. First *spread*: every piece of memory lies on pages of its own, and a trial
//! run of that program shows which pieces a run writes to. Then *together*: the same load once more
//! makes the same pieces in the same order, and the written ones lie side by side. Pieces that were
//! freed while loading lie far behind all others then, outside of the image, and leave no holes.
//!
//! Used only while loading, and at the end of a trial run.

use crate::engine::quit::quit;
use crate::kernel::identity;
use crate::kernel::paths::path_of;
use std::alloc::Layout;
use std::cell::UnsafeCell;
use std::ops::Range;
use std::ptr;

/// The arena lies above everything that the kernel may place near a program at a fixed address (its
/// brk heap starts at most 1 GiB behind it), and below everything that the kernel maps on its own.
pub const ARENA_BASE: usize = 0x8000_0000;
/// How much address space an unfrozen program reserves; untouched pages cost nothing. Half of it is
/// for pieces on pages of their own: some 60 MB of 4 KiB pages, or sixteen times that of 64 KiB
/// pages.
pub const COLD_SIZE: usize = 4 << 30;
/// With a profile: where the memory begins that is outside of the image, for pieces that are freed
/// while loading, and where that of the allocator begins, which nothing uses then.
const OUTSIDE: usize = ARENA_BASE + COLD_SIZE / 2;
const UNUSED: usize = OUTSIDE + COLD_SIZE / 4;
/// Stands in front of every piece that is alone on its pages, and marks where a piece begins.
const TAG: u32 = 0x6375_7266;
/// The same for a piece that was freed before the freezing.
const GONE: u32 = 0x676f_6e65;
const ALIGN: usize = 16;
/// How many groups of pieces there may be; the pieces of a group lie side by side.
const GROUPS: usize = 4;

#[repr(C)]
#[derive(Clone, Copy)]
struct Tag {
    /// `TAG` or `GONE`; in a profile the group that the piece is of, or `GONE`.
    tag: u32,
    /// The number of the piece, in the order in which they were made.
    index: u32,
    size: u64,
}

enum Plan {
    /// Wherever there is room.
    Plain,
    Spread,
    /// The tags of the pieces that lie together, in the order in which they were made, each with
    /// its group.
    Together(&'static [Tag]),
}

struct State {
    plan: Plan,
    /// Pieces made so far.
    count: u32,
    /// Next free byte of the memory that is handed out in order, for each group.
    next: [usize; GROUPS],
    /// Next free byte behind the groups, for the pieces of none. They are never freed, so they need
    /// no allocator, whose marks would be a seventh of the image.
    rest: usize,
    /// All memory that is handed out in order.
    placed: Range<usize>,
    /// Free memory outside of the image, for what is given back while loading.
    outside: Range<usize>,
    /// How many pieces of `outside` were not freed.
    lent: usize,
    is_loading: bool,
}

struct Shared(UnsafeCell<State>);

// SAFETY: single-threaded.
unsafe impl Sync for Shared {}

#[unsafe(link_section = ".bss.near")]
static STATE: Shared = Shared(UnsafeCell::new(State {
    plan: Plan::Plain,
    count: 0,
    next: [0; GROUPS],
    rest: 0,
    placed: 0..0,
    outside: 0..0,
    lent: 0,
    is_loading: false,
}));

fn state() -> &'static mut State {
    // SAFETY: single-threaded, and no function here calls another while it holds this.
    unsafe { &mut *STATE.0.get() }
}

/// Gives every piece that is loaded from now on pages of its own.
pub fn spread() {
    state().plan = Plan::Spread;
}

/// Lays out the next load by what trial runs wrote to; `profile` is what `write_profile` made.
pub fn keep_together(profile: &'static [u8]) {
    let count = profile.len() / size_of::<Tag>();
    // SAFETY: a mapping, so aligned; written as tags by the same program.
    state().plan =
        Plan::Together(unsafe { std::slice::from_raw_parts(profile.as_ptr().cast(), count) });
}

/// Begins to load into an empty arena. Answers where ordinary memory may begin.
pub fn begin(first: usize) -> usize {
    let state = state();
    state.count = 0;
    state.is_loading = true;
    let first = first.next_multiple_of(ALIGN);
    let mut end = first;
    for group in 0..GROUPS {
        state.next[group] = end;
        end += match state.plan {
            Plan::Spread if group == 0 => COLD_SIZE / 2,
            Plan::Together(tags) => size_of_group(tags, group),
            _ => 0,
        };
    }
    state.placed = first..end;
    if matches!(state.plan, Plan::Together(_)) {
        state.rest = end;
        state.placed.end = OUTSIDE;
        state.outside = OUTSIDE..UNUSED;
        return UNUSED;
    }
    end.next_multiple_of(ALIGN)
}

fn size_of_group(tags: &[Tag], group: usize) -> usize {
    let of_group = tags.iter().filter(|tag| group_of(tag) == group);
    of_group.map(|tag| room(tag.size as usize)).sum()
}

/// The group of a piece; freed ones have none.
fn group_of(tag: &Tag) -> usize {
    match tag.tag {
        GONE => GROUPS,
        group => (group as usize).min(GROUPS - 1),
    }
}

/// Whether this is the first of the two freezes.
pub fn is_spread() -> bool {
    matches!(state().plan, Plan::Spread)
}

/// The end of the memory in use, given the end of what the allocator uses.
pub fn used_end(allocator: usize) -> usize {
    match state().plan {
        Plan::Plain => allocator,
        Plan::Spread => state().next[0],
        Plan::Together(_) => state().rest,
    }
}

/// The size of a page: 4 KiB on x86-64, up to 64 KiB on arm64.
fn page_size() -> usize {
    identity::auxiliary(libc::AT_PAGESZ)
}

fn room(size: usize) -> usize {
    size.next_multiple_of(ALIGN)
}

/// Memory for the next piece, if it is to have a place of its own.
pub fn place(layout: Layout) -> Option<*mut u8> {
    let state = state();
    if !state.is_loading {
        return None;
    }
    let index = state.count;
    state.count += 1;
    match &mut state.plan {
        Plan::Plain => None,
        Plan::Spread => Some(place_alone(state, index, layout.size())),
        Plan::Together(tags) => {
            let size = layout.size() as u64;
            let is_listed = |tag: &Tag| tag.index == index && tag.size == size;
            let (next, align) = match tags.split_first() {
                Some((tag, others)) if is_listed(tag) => {
                    *tags = others;
                    match state.next.get_mut(group_of(tag)) {
                        Some(next) => (next, ALIGN),
                        None => {
                            state.lent += 1;
                            (&mut state.outside.start, ALIGN)
                        }
                    }
                }
                _ => (&mut state.rest, layout.align()),
            };
            let at = next.next_multiple_of(align);
            *next = (at + layout.size()).next_multiple_of(align);
            Some(ptr::with_exposed_provenance_mut(at))
        }
    }
}

fn place_alone(state: &mut State, index: u32, size: usize) -> *mut u8 {
    let at = state.next[0].next_multiple_of(page_size());
    state.next[0] = at + size_of::<Tag>() + size;
    if state.next[0] > state.placed.end {
        quit("too much is loaded to have pages of its own: see COLD_SIZE")
    }
    let tag = ptr::with_exposed_provenance_mut::<Tag>(at);
    // SAFETY: fresh memory of the arena that no other code has.
    unsafe {
        tag.write(Tag {
            tag: TAG,
            index,
            size: size as u64,
        });
        tag.add(1).cast()
    }
}

/// Whether pieces are counted: then none may grow where it is.
pub fn is_counting() -> bool {
    state().is_loading && !matches!(state().plan, Plan::Plain)
}

/// Records that a piece was freed while loading. True if `place` had given it out.
pub fn give_back(at: *mut u8) -> bool {
    let state = state();
    let is_outside = at.addr() >= OUTSIDE;
    if is_outside && matches!(state.plan, Plan::Together(_)) {
        state.lent -= 1;
        return true;
    }
    let is_placed = state.placed.contains(&at.addr());
    if is_placed && matches!(state.plan, Plan::Spread) {
        // SAFETY: a piece that is alone on its pages has its tag in front of it.
        unsafe { (*at.cast::<Tag>().sub(1)).tag = GONE };
    }
    is_placed
}

/// How many pieces the image would need although they lie outside of it.
pub fn lent() -> usize {
    state().lent
}

/// After a trial run of a spread program: writes the tags of the pieces that the run wrote to. A
/// page that was written to is a copy and no longer the file's (bit 61 of /proc/self/pagemap is
/// off, see proc(5)).
pub fn write_profile(to: &[u8], arena: Range<usize>) -> std::io::Result<()> {
    use std::os::unix::fs::FileExt;
    const PRESENT: u64 = 1 << 63;
    const OF_FILE: u64 = 1 << 61;
    let pagemap = std::fs::File::open("/proc/self/pagemap")?;
    let mut profile: Vec<Tag> = Vec::new();
    let mut owner: Option<Tag> = None;
    for page in arena.step_by(page_size()) {
        let mut entry = [0; 8];
        pagemap.read_exact_at(&mut entry, (page / page_size() * 8) as u64)?;
        let entry = u64::from_ne_bytes(entry);
        // SAFETY: a page of the arena, readable, and a tag fits in it.
        let tag = unsafe { ptr::with_exposed_provenance::<Tag>(page).read() };
        match tag.tag {
            TAG => owner = Some(tag),
            GONE => {
                owner = None;
                profile.push(tag);
            }
            _ => {}
        }
        if entry & (PRESENT | OF_FILE) == PRESENT
            && let Some(tag) = owner.take()
        {
            profile.push(tag);
        }
    }
    // SAFETY: the tags' own memory; they have no padding.
    let bytes =
        unsafe { std::slice::from_raw_parts(profile.as_ptr().cast(), size_of_val(&profile[..])) };
    std::fs::write(path_of(to), bytes)
}
