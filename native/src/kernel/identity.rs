//! What this process was given and is: arguments, environment, numbers.

use std::ffi::{CStr, CString, c_char, c_ulong};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};

#[unsafe(link_section = ".bss.near")]
static ARGV: AtomicPtr<*const c_char> = AtomicPtr::new(ptr::null_mut());
#[unsafe(link_section = ".bss.near")]
static AUXILIARY: AtomicPtr<[usize; 2]> = AtomicPtr::new(ptr::null_mut());

/// # Safety
/// `argv` is the process's own vector as the kernel laid it out: ended by a null, the environment
/// behind it, ended by a null, and the auxiliary vector behind that.
pub unsafe fn remember(argv: *const *const c_char) {
    ARGV.store(argv.cast_mut(), Relaxed);
    // SAFETY: the caller's promise.
    let auxiliary = unsafe { end_of(end_of(argv)) };
    AUXILIARY.store(auxiliary.cast_mut().cast(), Relaxed);
}

/// The address just behind the null that ends a vector.
///
/// # Safety
/// The vector is ended by a null.
pub unsafe fn end_of(mut vector: *const *const c_char) -> *const *const c_char {
    // SAFETY: the caller's promise.
    unsafe {
        while !(*vector).is_null() {
            vector = vector.add(1);
        }
        vector.add(1)
    }
}

/// An entry of the auxiliary vector, by its name (`AT_PHDR` and so on); 0 where the kernel gave
/// none.
pub fn auxiliary(name: c_ulong) -> usize {
    let mut entry = AUXILIARY.load(Relaxed).cast_const();
    // SAFETY: the kernel's vector of pairs, ended by AT_NULL; it stays as it is.
    unsafe {
        while (*entry)[0] != libc::AT_NULL as usize {
            if (*entry)[0] == name as usize {
                return (*entry)[1];
            }
            entry = entry.add(1);
        }
    }
    0
}

/// The program's own segments.
pub fn segments() -> &'static [libc::Elf64_Phdr] {
    let first = ptr::with_exposed_provenance(auxiliary(libc::AT_PHDR));
    // SAFETY: the kernel's word about our program headers, which stay mapped and constant.
    unsafe { std::slice::from_raw_parts(first, auxiliary(libc::AT_PHNUM)) }
}

/// The arguments of this process, its own name first.
pub fn arguments() -> impl Iterator<Item = &'static [u8]> {
    let first = ARGV.load(Relaxed).cast_const();
    // SAFETY: the vector given to `main` is ended by a null and stays valid.
    (0..).map_while(move |index| unsafe {
        let word = *first.add(index);
        (!word.is_null()).then(|| CStr::from_ptr(word).to_bytes())
    })
}

/// The value of an environment variable. Nothing in this process changes the environment.
pub fn variable(name: &[u8]) -> Option<&'static [u8]> {
    let &first = name.first()?;
    let mut at = environ();
    // SAFETY: the environment is a vector of strings, ended by a null, that no code changes.
    unsafe {
        while !(*at).is_null() {
            // Few begin with the same letter, and only those are measured.
            if (*at).cast::<u8>().read() == first {
                let entry = CStr::from_ptr(*at).to_bytes();
                let rest = entry.strip_prefix(name);
                if let Some(value) = rest.and_then(|rest| rest.strip_prefix(b"=")) {
                    return Some(value);
                }
            }
            at = at.add(1);
        }
    }
    None
}

/// The environment as this process got it, for the command.
pub fn environ() -> *const *const c_char {
    unsafe extern "C" {
        static environ: *const *const c_char;
    }
    // SAFETY: set by the C library before `main`; nothing changes it.
    unsafe { environ }
}

pub fn own_pid() -> i32 {
    // SAFETY: no arguments, cannot fail.
    unsafe { libc::getpid() }
}

/// What ps(1) is to show for a guardian: the texts before and behind a number that only the
/// guardian knows.
pub struct Title {
    pub before: CString,
    pub behind: CString,
}

/// Writes another name over this process's arguments, where ps(1) looks for it, and over its
/// environment if the arguments have too little room. If both together have too little, the end of
/// the name is left out; if the number would be cut, the number and what follows it.
pub fn rename(title: &Title, number: u64) {
    let Some((start, end, room)) = words() else {
        return;
    };
    // Nothing is allocated: the first pages of the heap would be copied for it, in every run.
    let mut digits = [0; 20];
    let parts = [
        title.before.to_bytes(),
        decimal(number, &mut digits),
        title.behind.to_bytes(),
    ];
    let is_whole = parts[0].len() + parts[1].len() < room;
    let shown = if is_whole { &parts[..] } else { &parts[..1] };
    let length = shown.iter().map(|part| part.len()).sum::<usize>();
    let length = length.min(room - 1);
    // SAFETY: the kernel laid arguments and environment out one behind the other, each ended by a
    // zero; they are ours to write to, and no code reads them again. It shows what lies behind the
    // arguments where these do not end in a zero any more.
    unsafe {
        start.write_bytes(0, end.max(length + 1));
        let mut at = 0;
        for part in shown {
            let size = part.len().min(length - at);
            ptr::copy_nonoverlapping(part.as_ptr(), start.add(at), size);
            at += size;
        }
    }
}

/// A number's digits, in a buffer that has room for the longest.
fn decimal(mut number: u64, buffer: &mut [u8; 20]) -> &[u8] {
    let mut first = buffer.len();
    loop {
        first -= 1;
        buffer[first] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return &buffer[first..];
        }
    }
}

/// Where the arguments begin, how many bytes they take, and how many together with the environment
/// behind them.
fn words() -> Option<(*mut u8, usize, usize)> {
    let first = ARGV.load(Relaxed).cast_const();
    let end_of_last = |first: *const *const c_char| {
        let mut last = None;
        let mut at = first;
        // SAFETY: a vector of strings, ended by a null.
        unsafe {
            while !(*at).is_null() {
                last = Some((*at).addr() + CStr::from_ptr(*at).count_bytes() + 1);
                at = at.add(1);
            }
        }
        last
    };
    // SAFETY: as above; not empty, for it has an end.
    let start = unsafe { (*first).cast_mut().cast::<u8>() };
    let arguments = end_of_last(first)?;
    let all = end_of_last(environ()).filter(|&end| end > arguments);
    Some((
        start,
        arguments - start.addr(),
        all.unwrap_or(arguments) - start.addr(),
    ))
}

/// Has the kernel write no core of this process, and let no process of the same user trace it
/// (`PR_SET_DUMPABLE`). With `hidepid` (proc(5)) /proc shows each user their own processes alone,
/// and would hide this one from the supervisor; then only the core is ruled out.
pub fn keep_to_ourselves() {
    let none = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: a constant path, integers, and a structure of ours.
    unsafe {
        if libc::access(c"/proc/1/stat".as_ptr(), libc::R_OK) == 0 {
            libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0);
        } else {
            libc::setrlimit(libc::RLIMIT_CORE, &none);
        }
    }
}
