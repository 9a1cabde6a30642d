//! The first instructions on x86-64, in place of the C library's own start.
//!
//! That start asks the processor for its properties with dozens of CPUID instructions. In a virtual
//! machine each of them is a trip to the hypervisor: together a good part of the time of a run.
//! What of the library's start we need is little, and done here: thread-local data, and the choice
//! of string functions, which without an answer of the processor's falls on those that run
//! everywhere.

use crate::kernel::identity;
use std::cell::UnsafeCell;
use std::ffi::{c_char, c_int, c_void};
use std::ptr;

/// Room for the thread-local data of the program, and behind it for the C library's own record of
/// the thread (about 2,300 bytes today).
const TLS_SIZE: usize = RECORD_SIZE + 512;
const RECORD_SIZE: usize = 3 << 10;

#[repr(C, align(64))]
struct Block(UnsafeCell<[u8; TLS_SIZE]>);

// SAFETY: single-threaded.
unsafe impl Sync for Block {}

/// Sizes from which the library copies memory in other ways. Its own start would set them by what
/// the processor says of its caches; these are what it begins with, or middling ones.
macro_rules! thresholds {
    ($($name:ident = $value:expr;)*) => {
        $(#[unsafe(no_mangle)]
        static $name: usize = $value;)*
    };
}

thresholds! {
    __x86_data_cache_size = 32 << 10;
    __x86_data_cache_size_half = 16 << 10;
    __x86_shared_cache_size = 1 << 20;
    __x86_shared_cache_size_half = 512 << 10;
    __x86_shared_non_temporal_threshold = 768 << 10;
    __x86_memset_non_temporal_threshold = 768 << 10;
    __x86_rep_movsb_threshold = 2 << 10;
    __x86_rep_movsb_stop_threshold = 768 << 10;
    __x86_rep_stosb_threshold = 2 << 10;
    __x86_string_control = 0;
}

#[unsafe(link_section = ".bss.near")]
static BLOCK: Block = Block(UnsafeCell::new([0; TLS_SIZE]));

unsafe extern "C" {
    static mut environ: *const *const c_char;
    /// Places that hold the address of a function that is chosen at start; by the linker.
    static __rela_iplt_start: [libc::Elf64_Rela; 0];
    static __rela_iplt_end: [libc::Elf64_Rela; 0];
}

/// What crt1.o calls; the library's function of this name is not linked.
///
/// # Safety
/// To be called by crt1.o alone, once, with the arguments as the kernel left them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __libc_start_main(
    main: unsafe extern "C" fn(c_int, *const *const c_char) -> c_int,
    argc: c_int,
    argv: *const *const c_char,
    _init: *const c_void,
    _fini: *const c_void,
    _rtld_fini: *const c_void,
    _stack_end: *const c_void,
) -> c_int {
    // SAFETY: the kernel's own layout of the arguments; nothing of the library was used yet.
    unsafe {
        identity::remember(argv);
        environ = identity::end_of(argv);
        set_thread_data();
        choose_functions();
        protect_constants();
        main(argc, argv)
    }
}

/// Thread-local data as the ABI for x86-64 lays it out: the program's below an address that the
/// register FS holds, the C library's record from there on, beginning with that address.
unsafe fn set_thread_data() {
    const ARCH_SET_FS: i32 = 0x1002;
    // SAFETY: the block is ours; the template lies in the program and fits (checked); nothing
    // thread-local was used before.
    unsafe {
        let record = BLOCK.0.get().cast::<u8>().add(TLS_SIZE - RECORD_SIZE);
        if let Some(template) = identity::segments()
            .iter()
            .find(|s| s.p_type == libc::PT_TLS)
        {
            let align = template.p_align.max(1) as usize;
            let size = (template.p_memsz as usize).next_multiple_of(align);
            if size > TLS_SIZE - RECORD_SIZE || align > 64 {
                raw_exit(b"curfew: no room for thread-local data\n");
            }
            let from = ptr::with_exposed_provenance::<u8>(template.p_vaddr as usize);
            copy(from, record.sub(size), template.p_filesz as usize);
        }
        let words = record.cast::<usize>();
        words.write(record.expose_provenance());
        words.add(2).write(record.expose_provenance());
        // The stack protector's secret and the one that hides function pointers: AT_RANDOM's bytes.
        let secret = ptr::with_exposed_provenance::<usize>(identity::auxiliary(libc::AT_RANDOM));
        if !secret.is_null() {
            words.add(5).write(secret.read_unaligned() & !0xFF);
            words.add(6).write(secret.add(1).read_unaligned());
        }
        let place = record.expose_provenance();
        if raw_syscall(libc::SYS_arch_prctl, ARCH_SET_FS as usize, place, 0) != 0 {
            raw_exit(b"curfew: the kernel refuses arch_prctl\n");
        }
    }
}

/// Fills in the functions that the C library has in several forms.
unsafe fn choose_functions() {
    // SAFETY: the linker's table of this very program; each resolver only looks at what the library
    // knows of the processor, which is nothing.
    unsafe {
        let mut entry = (&raw const __rela_iplt_start).cast::<libc::Elf64_Rela>();
        let end = (&raw const __rela_iplt_end).cast::<libc::Elf64_Rela>();
        while entry < end {
            let resolver = ptr::with_exposed_provenance::<c_void>((*entry).r_addend as usize);
            let resolver: extern "C" fn() -> usize = std::mem::transmute(resolver);
            ptr::with_exposed_provenance_mut::<usize>((*entry).r_offset as usize).write(resolver());
            entry = entry.add(1);
        }
    }
}

/// What is constant once the start has filled it in becomes read-only: PT_GNU_RELRO.
unsafe fn protect_constants() {
    let page = identity::auxiliary(libc::AT_PAGESZ);
    let constants = identity::segments()
        .iter()
        .find(|s| s.p_type == libc::PT_GNU_RELRO);
    if let Some(constants) = constants {
        let start = constants.p_vaddr as usize / page * page;
        let end = (constants.p_vaddr + constants.p_memsz) as usize / page * page;
        let start = ptr::with_exposed_provenance_mut::<c_void>(start);
        // SAFETY: the linker's word that nothing in these pages is written again.
        unsafe { libc::mprotect(start, end - start.addr(), libc::PROT_READ) };
    }
}

/// A copy without the C library: its own is among the functions that are not chosen yet.
unsafe fn copy(from: *const u8, to: *mut u8, size: usize) {
    for index in 0..size {
        // SAFETY: the caller's two pieces of memory.
        unsafe {
            to.add(index)
                .write_volatile(from.add(index).read_volatile())
        };
    }
}

/// Leaves at once: without thread-local data nothing works that could say why.
fn raw_exit(why: &[u8]) -> ! {
    let text = why.as_ptr().expose_provenance();
    raw_syscall(libc::SYS_write, 2, text, why.len());
    loop {
        raw_syscall(libc::SYS_exit_group, 125, 0, 0);
        raw_syscall(libc::SYS_exit, 125, 0, 0);
    }
}

/// A system call without the C library, for errno is thread-local, too: its result, or minus errno.
fn raw_syscall(number: i64, first: usize, second: usize, third: usize) -> i64 {
    let result;
    // SAFETY: only called for calls that write to no memory of ours.
    unsafe {
        std::arch::asm!("syscall", inlateout("rax") number => result, in("rdi") first,
            in("rsi") second, in("rdx") third, out("rcx") _, out("r11") _);
    }
    result
}
