/** How much of a file says what interprets it: what the kernel reads of a script, and more. */
export const HEAD_SIZE = 4096;

/**
 * What the kernel runs a file by, from the beginning of the file: execve(2) and elf(5). The
 * interpreter of a script's first line, or the loader that an ELF program names; undefined where
 * there is none. Bytes that are not UTF-8 are U+DC80..U+DCFF.
 */
export function interpreterOf(head: string): string | undefined {
  if (head.startsWith("#!")) return SCRIPT.exec(head)?.[1];
  // The loader's path is the only text of a program that comes before everything else.
  return head.startsWith("\x7fELF") ? LOADER.exec(head)?.[1] : undefined;
}

const SCRIPT = /^#![ \t]*([^ \t\n\0]+)/;
const LOADER = /\0(\/[\x20-\x7e]+)\0/;
