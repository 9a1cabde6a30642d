/** The part of the window about what other processes do: a part of `Sys` in window.ts. */
export type LookingSys = {
  /**
   * Makes a reader: a copy of curfew that reads what may block, and tells what it finds on its
   * standard output, its only descriptor. 0 in the reader, which has to call `endReader`; in curfew
   * the descriptor that the reader is read from, or minus errno.
   */
  beginReader(): number;
  /**
   * The descriptors of a process, so many at most, three values each: the number, what it was
   * opened for (1 reading, 2 writing), and what its link in /proc says. Minus errno.
   */
  descriptors(pid: number, most: number): readonly (string | number)[] | number;
  /** Exits, in a reader. */
  endReader(): never;
  /** Kills the reader, which may be blocked, and does not wait for it. */
  giveUpReader(descriptor: number): void;
  /** The processor, which system calls have their numbers by: 0 x86-64, 1 arm64. */
  machine(): number;
  /**
   * The descendants of a process as /proc/PID/stat shows them, parents first, so many at most. Last,
   * how many others were found, and 1 if there may be more.
   */
  processes(
    root: number,
    except: readonly number[],
    time: number,
    most: number,
  ): readonly (string | number)[];
  /** Bytes of a process's memory as text; minus errno. */
  readMemory(pid: number, address: number, size: number): string | number;
};
