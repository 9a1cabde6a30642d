//! The finished program: a copy of the host's ELF file that has the arena as a segment, for the
//! kernel, and as a section, for tools like strip(1) and objcopy(1), which copy sections only.

use crate::engine::layout::ARENA_BASE;
use std::hint;
use std::mem::size_of;

type Head = libc::Elf64_Ehdr;
type Segment = libc::Elf64_Phdr;
type Section = libc::Elf64_Shdr;

/// Largest page size of the platforms: file offset and address must agree modulo it.
const ALIGN: usize = 64 << 10;
/// The arena's section.
const NAME: &[u8] = b".curfew\0";

/// What `STATE` says in the host, and in the file that freezing writes.
const HOST: u64 = u64::from_le_bytes(*b"unfrozen");
const FROZEN: u64 = u64::from_le_bytes(*b"frozen\0\0");
/// In the file's read-only data, where freezing changes it: a program whose arena was removed must
/// not take itself for a host, which loads the bundle that its environment names.
static STATE: u64 = HOST;

/// Whether this program was written by a freeze, whatever became of its arena since.
pub fn is_frozen() -> bool {
    // The compiler must not know the value.
    *hint::black_box(&STATE) != HOST
}

/// The host's file with the arena's image as a segment and a section of its own.
pub fn with_arena(mut program: Vec<u8>, image: &[u8]) -> Result<Vec<u8>, String> {
    let head: Head = read(&program, 0)?;
    mark_frozen(&mut program, &head)?;
    let sections = sections_of(&program, &head)?;
    let names = names_of(&program, &head, &sections)?;
    // The table stands at the end of what the linker writes; it is written anew behind the image.
    let table_end = head.e_shoff as usize + sections.len() * size_of::<Section>();
    if table_end == program.len() {
        program.truncate(head.e_shoff as usize);
    }
    program.resize(program.len().next_multiple_of(ALIGN), 0);
    let at = program.len();
    put_segment(&mut program, &head, image.len())?;
    program.extend_from_slice(image);
    put_sections(&mut program, head, sections, names, at, image.len())?;
    Ok(program)
}

/// Gives the arena the place of the note segment, which nothing needs at run time: the table of
/// segments cannot grow, but this entry can mean something else.
fn put_segment(program: &mut [u8], head: &Head, size: usize) -> Result<(), String> {
    let (at, _) = segments_of(program, head)?
        .into_iter()
        .rfind(|(_, segment)| segment.p_type == libc::PT_NOTE)
        .ok_or("the program has no note segment to give up")?;
    let segment = Segment {
        p_type: libc::PT_LOAD,
        p_flags: libc::PF_R | libc::PF_W,
        p_offset: program.len() as u64,
        p_vaddr: ARENA_BASE as u64,
        p_paddr: ARENA_BASE as u64,
        p_filesz: size as u64,
        p_memsz: size as u64,
        p_align: ALIGN as u64,
    };
    write(program, at, segment)
}

/// Writes the names of the sections and their table anew, with the arena's section as the last of
/// those that are loaded: tools expect these before the others.
fn put_sections(
    program: &mut Vec<u8>,
    mut head: Head,
    mut sections: Vec<Section>,
    mut names: Vec<u8>,
    at: usize,
    size: usize,
) -> Result<(), String> {
    let place = sections
        .iter()
        .rposition(|section| section.sh_flags & ALLOC != 0)
        .map_or(sections.len(), |last| last + 1);
    for section in &mut sections {
        section.sh_link += u32::from(section.sh_link as usize >= place);
        let is_index = section.sh_type == RELA || section.sh_flags & INFO_LINK != 0;
        section.sh_info += u32::from(is_index && section.sh_info as usize >= place);
    }
    let arena = Section {
        sh_name: names.len() as u32,
        sh_type: PROGBITS,
        sh_flags: ALLOC | WRITE,
        sh_addr: ARENA_BASE as u64,
        sh_offset: at as u64,
        sh_size: size as u64,
        sh_link: 0,
        sh_info: 0,
        sh_addralign: ALIGN as u64,
        sh_entsize: 0,
    };
    names.extend_from_slice(NAME);
    sections.insert(place, arena);
    head.e_shstrndx += u16::from(usize::from(head.e_shstrndx) >= place);
    let strings = &mut sections[usize::from(head.e_shstrndx)];
    strings.sh_offset = program.len() as u64;
    strings.sh_size = names.len() as u64;
    program.extend_from_slice(&names);
    program.resize(program.len().next_multiple_of(align_of::<Section>()), 0);
    head.e_shoff = program.len() as u64;
    head.e_shnum = sections.len() as u16;
    program.resize(program.len() + sections.len() * size_of::<Section>(), 0);
    for (index, section) in sections.into_iter().enumerate() {
        let to = head.e_shoff as usize + index * size_of::<Section>();
        write(program, to, section)?;
    }
    write(program, 0, head)
}

/// Changes `STATE` in the file.
fn mark_frozen(program: &mut [u8], head: &Head) -> Result<(), String> {
    let address = (&raw const STATE).addr() as u64;
    let (_, segment) = segments_of(program, head)?
        .into_iter()
        .find(|(_, segment)| {
            let (start, size) = (segment.p_vaddr, segment.p_filesz);
            segment.p_type == libc::PT_LOAD && (start..start + size).contains(&address)
        })
        .ok_or("the program's file does not hold its state")?;
    let at = (segment.p_offset + address - segment.p_vaddr) as usize;
    match read(program, at)? {
        HOST => write(program, at, FROZEN),
        _ => Err("the program is frozen already".into()),
    }
}

/// The table of segments, and where in the file each entry stands.
fn segments_of(program: &[u8], head: &Head) -> Result<Vec<(usize, Segment)>, String> {
    let at = |index| head.e_phoff as usize + index * size_of::<Segment>();
    (0..usize::from(head.e_phnum))
        .map(|index| Ok((at(index), read(program, at(index))?)))
        .collect()
}

fn sections_of(program: &[u8], head: &Head) -> Result<Vec<Section>, String> {
    let at = |index| head.e_shoff as usize + index * size_of::<Section>();
    (0..usize::from(head.e_shnum))
        .map(|index| read(program, at(index)))
        .collect()
}

/// The text that the sections' names stand in.
fn names_of(program: &[u8], head: &Head, sections: &[Section]) -> Result<Vec<u8>, String> {
    let strings = sections.get(usize::from(head.e_shstrndx));
    let range = strings.map(|section| {
        let start = section.sh_offset as usize;
        start..start + section.sh_size as usize
    });
    let names = range.and_then(|range| program.get(range));
    names
        .map(<[u8]>::to_vec)
        .ok_or_else(|| "the program has no names of sections".into())
}

/// elf(5); the libc crate has the types and not these numbers.
const PROGBITS: u32 = 1;
const RELA: u32 = 4;
const WRITE: u64 = 1 << 0;
const ALLOC: u64 = 1 << 1;
const INFO_LINK: u64 = 1 << 6;

/// A type that any bytes are a valid value of.
trait Plain: Copy {}
impl Plain for Head {}
impl Plain for Segment {}
impl Plain for Section {}
impl Plain for u64 {}

fn read<T: Plain>(program: &[u8], at: usize) -> Result<T, String> {
    let bytes = program.get(at..at + size_of::<T>()).ok_or(CUT)?;
    // SAFETY: so many bytes are there, any bytes are a valid value, and the read may be unaligned.
    Ok(unsafe { bytes.as_ptr().cast::<T>().read_unaligned() })
}

fn write<T: Plain>(program: &mut [u8], at: usize, value: T) -> Result<(), String> {
    let bytes = program.get_mut(at..at + size_of::<T>()).ok_or(CUT)?;
    // SAFETY: there is room for so many bytes, and the write may be unaligned.
    unsafe { bytes.as_mut_ptr().cast::<T>().write_unaligned(value) };
    Ok(())
}

const CUT: &str = "the program's file is shorter than its own tables say";
