//! The arena: one piece of memory at a fixed address that holds the engine and everything it
//! loaded. Unfrozen, it is mapped at start; frozen, the kernel maps it from the executable.
//!
//! Memory that was there at freezing is never given back: freeing it does nothing, and new memory
//! comes from a small heap behind it. So a run writes to few pages, and they lie together.

use crate::engine::layout::{self, ARENA_BASE, COLD_SIZE};
use crate::engine::program;
use crate::engine::quit::quit;
use crate::kernel::identity;
use std::alloc::Layout;
use std::ops::Range;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use talc::base::{Talc, binning::Binning};
use talc::source::Source;
use talc::{DefaultBinning, min_first_heap_size};

/// The heap for one run that comes with the image; a longer life continues in fresh mappings.
const RUN_SIZE: usize = 64 << 10;
/// Fresh memory is taken in pieces of at least this size.
const FRESH_SIZE: usize = 256 << 10;
const PAGE: usize = 4096;

/// Gives the allocator fresh anonymous mappings once the arena is full.
#[derive(Debug)]
struct Fresh;

/// The first bytes of the arena.
#[repr(C)]
struct Header {
    talc: Talc<Fresh, DefaultBinning>,
    /// Everything below was frozen and is never freed; 0 before freezing.
    frozen_end: usize,
    /// This is a trial run, which tells what it wrote to.
    is_trial: bool,
    root: *mut u8,
}

/// The kernel has refused memory. Outside of the arena: it is never frozen.
#[unsafe(link_section = ".bss.near")]
static HAS_RUN_OUT: AtomicBool = AtomicBool::new(false);

/// Whether the kernel has refused memory so far: this is the reason of whatever fails afterwards.
pub fn has_run_out() -> bool {
    HAS_RUN_OUT.load(Relaxed)
}

fn header() -> *mut Header {
    ptr::with_exposed_provenance_mut(ARENA_BASE)
}

/// What the program file says of the arena.
pub enum Image {
    /// The kernel mapped a frozen one.
    Frozen,
    /// There is none; an empty one was mapped.
    Cold,
    /// There was one when the program was written: a tool has removed it since.
    Lost,
}

/// Makes the arena usable, if that is possible. To be called once, before any allocation.
pub fn open() -> Image {
    match segment_size() {
        0 if program::is_frozen() => return Image::Lost,
        0 => {}
        _ => return Image::Frozen,
    }
    let in_place = libc::MAP_FIXED_NOREPLACE | libc::MAP_NORESERVE;
    if map(header().cast(), COLD_SIZE, in_place).addr() != ARENA_BASE {
        quit("the arena's addresses are taken, or there is no memory for it")
    }
    begin_empty(ARENA_BASE + HEADER_SIZE);
    Image::Cold
}

const HEADER_SIZE: usize = size_of::<Header>().next_multiple_of(64);

/// Puts an allocator that holds nothing into a zeroed arena.
fn begin_empty(first: usize) {
    let (talc, root) = (Talc::new(Fresh), ptr::null_mut());
    // SAFETY: the mapping is ours, large enough and zeroed; no other code knows it yet.
    unsafe {
        header().write(Header {
            talc,
            frozen_end: 0,
            is_trial: false,
            root,
        });
        let size = ARENA_BASE + COLD_SIZE - first;
        (*header())
            .talc
            .claim(ptr::with_exposed_provenance_mut(first), size);
    }
}

/// Empties the arena except `keep`, which is moved out of it. What is loaded afterwards lies as
/// densely as in an arena that was never used.
pub fn start_over(keep: &[u8]) -> &'static [u8] {
    let copy = map(ptr::null_mut(), keep.len().max(1), 0);
    // SAFETY: the copy has room; after it, nothing of the arena is used again.
    unsafe {
        ptr::copy_nonoverlapping(keep.as_ptr(), copy, keep.len());
        let used = reserved_end() - ARENA_BASE;
        header().cast::<u8>().write_bytes(0, used);
        // The allocator also marks the arena's end.
        header()
            .cast::<u8>()
            .add(COLD_SIZE - PAGE)
            .write_bytes(0, PAGE);
        begin_empty(layout::begin(ARENA_BASE + HEADER_SIZE));
        std::slice::from_raw_parts(copy, keep.len())
    }
}

/// The first address behind the last allocation.
fn reserved_end() -> usize {
    let end = ptr::with_exposed_provenance_mut(ARENA_BASE + COLD_SIZE);
    // SAFETY: this is where the heap that `begin_empty` claimed ends.
    unsafe {
        (*header())
            .talc
            .reserved(NonNull::new_unchecked(end))
            .up_to
            .as_ptr()
            .addr()
    }
}

/// How much of the program's file lies at the arena's address: none where no segment does.
fn segment_size() -> u64 {
    let mut segments = identity::segments().iter();
    let arena = segments.find(|segment| segment.p_vaddr as usize == ARENA_BASE);
    arena.map_or(0, |segment| segment.p_filesz)
}

/// Stores what a thawed program starts from.
pub fn set_root<T>(root: *mut T) {
    // SAFETY: the arena is open and we are its only thread.
    unsafe { (*header()).root = root.cast() }
}

/// What `set_root` was given before freezing.
pub fn root<T>() -> *mut T {
    // SAFETY: the arena is open and we are its only thread.
    unsafe { (*header()).root.cast() }
}

/// Keeps the frozen pages out of the children that are forked: they do not use them, except the
/// first page, which holds the allocator. In an unfrozen program nothing is kept out: there, the
/// plan for the child lies among them.
pub fn keep_from_children() {
    advise(libc::MADV_DONTFORK);
}

/// Undoes that, for a child that goes on with TypeScript.
pub fn give_to_children() {
    advise(libc::MADV_DOFORK);
}

fn advise(advice: i32) {
    // SAFETY: our own mapping; nothing but the engine uses these pages.
    unsafe {
        let end = (*header()).frozen_end;
        let first = ptr::with_exposed_provenance_mut(ARENA_BASE + PAGE);
        let size = end.saturating_sub(ARENA_BASE + PAGE);
        if size > 0 {
            libc::madvise(first, size, advice);
        }
    }
}

/// The addresses that a trial run has to look at; `None` if this is none.
pub fn trial() -> Option<Range<usize>> {
    // SAFETY: the arena is open and we are its only thread.
    unsafe {
        (*header())
            .is_trial
            .then(|| ARENA_BASE..(*header()).frozen_end)
    }
}

/// Closes what was loaded and puts the heap for a run behind it. Answers a copy of the image to be
/// written: the arena itself goes on changing.
pub fn seal() -> &'static [u8] {
    // SAFETY: single-threaded; the old allocator is left behind whole and never used again, and the
    // memory behind its last allocation is free.
    unsafe {
        if layout::lent() > 0 {
            quit("two loads of one program differ in what they give back")
        }
        let used = layout::used_end(reserved_end());
        let frozen_end = used.next_multiple_of(PAGE);
        let image_end = frozen_end + RUN_SIZE;
        let gap = ptr::with_exposed_provenance_mut::<u8>(used);
        gap.write_bytes(0, image_end - used);
        (*header()).frozen_end = frozen_end;
        (*header()).is_trial = layout::is_spread();
        ptr::write(&raw mut (*header()).talc, Talc::new(Fresh));
        let run = ptr::with_exposed_provenance_mut(frozen_end);
        (*header()).talc.claim(run, RUN_SIZE);
        let length = image_end - ARENA_BASE;
        let copy = map(ptr::null_mut(), length, 0);
        ptr::copy_nonoverlapping(header().cast(), copy, length);
        std::slice::from_raw_parts(copy, length)
    }
}

/// A private anonymous mapping for reading and writing; `MAP_FAILED` where there is none.
fn map(at: *mut u8, size: usize, flags: i32) -> *mut u8 {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | flags;
    let rights = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: a new mapping; without MAP_FIXED it replaces nothing.
    unsafe { libc::mmap(at.cast(), size, rights, flags, -1, 0).cast() }
}

// SAFETY: `acquire` maps memory and touches no allocator but the one it was given.
unsafe impl Source for Fresh {
    fn acquire<B: Binning>(talc: &mut Talc<Self, B>, layout: Layout) -> Result<(), ()> {
        let overhead = min_first_heap_size::<DefaultBinning>() + layout.align() + PAGE;
        let size = (layout.size() + overhead)
            .next_multiple_of(PAGE)
            .max(FRESH_SIZE);
        let at = map(ptr::null_mut(), size, 0);
        if at.cast() == libc::MAP_FAILED {
            HAS_RUN_OUT.store(true, Relaxed);
            return Err(());
        }
        // SAFETY: a new mapping, given to the allocator for good.
        unsafe { talc.claim(at, size) }.map(drop).ok_or(())
    }
}

/// Allocates memory for `layout`; null where there is none.
///
/// # Safety
/// As `GlobalAlloc::alloc`.
pub unsafe fn allocate(layout: Layout) -> *mut u8 {
    // SAFETY: the caller's promise about `layout` is the one asked for.
    unsafe {
        if (*header()).frozen_end == 0
            && let Some(at) = layout::place(layout)
        {
            return at;
        }
        let found = (*header()).talc.allocate(layout);
        found.map_or(ptr::null_mut(), NonNull::as_ptr)
    }
}

/// Frees memory, unless it was frozen.
///
/// # Safety
/// As `GlobalAlloc::dealloc`.
pub unsafe fn release(at: *mut u8, layout: Layout) {
    // SAFETY: `at` came from `allocate`; what was frozen came from another allocator and stays.
    unsafe {
        let frozen_end = (*header()).frozen_end;
        if frozen_end == 0 {
            // Not frozen yet: no freed byte may show in the image.
            at.write_bytes(0, layout.size());
            if layout::give_back(at) {
                return;
            }
        }
        if at.addr() >= frozen_end {
            (*header()).talc.deallocate(at, layout);
        }
    }
}

/// Resizes memory, and moves it where that is necessary. Null where there is none: then everything
/// is as before.
///
/// # Safety
/// As `GlobalAlloc::realloc`.
pub unsafe fn resize(at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
    // SAFETY: `at` came from `allocate` with `layout`, `size` fits the same alignment.
    unsafe {
        let in_place = at.addr() >= (*header()).frozen_end
            && !layout::is_counting()
            && (*header()).talc.try_realloc_in_place(at, layout, size);
        if in_place {
            return at;
        }
        let fresh = allocate(Layout::from_size_align_unchecked(size, layout.align()));
        if !fresh.is_null() {
            ptr::copy_nonoverlapping(at, fresh, size.min(layout.size()));
            release(at, layout);
        }
        fresh
    }
}
