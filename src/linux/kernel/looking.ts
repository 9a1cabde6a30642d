/** The part of the window about what other processes do: a part of `Sys` in window.ts. */
export type LookingSys = {
  /**
   * Makes a reader: a copy of curfew that reads what may block. 0 in the reader, which has no
   * descriptors, and has to call `endReader`. In curfew a descriptor that is readable when the
   * reader has exited, or minus errno.
   */
  beginReader(): number;
  /**
   * The descriptors of a process, so many at most, three values each: the number; what it was
   * opened for, if it may be a pipe (1 reading, 2 writing); what its link in /proc says. Minus
   * errno.
   */
  descriptors(pid: number, most: number): readonly (string | number)[] | number;
  /** Exits, in a reader. */
  endReader(): never;
  /**
   * Waits until the reader has exited, or until an instant; no descriptor is opened for that. A
   * reader that is not over then may be blocked: it is killed and not waited for. Answers with what
   * it has told. Descriptor below 0: there is no reader. Ends `hurry`.
   */
  takeReader(descriptor: number, until: number): string;
  /** Gives curfew and the reader turns on the processors before others, as far as it may. */
  hurry(): void;
  /**
   * The sockets of TCP that listen in curfew's network namespace, two values each: the number in
   * `socket:[N]`, and HOST:PORT. Minus errno.
   */
  listeners(): readonly (string | number)[] | number;
  /** The lines of a text that have one of the numbers as a word, between blanks. */
  linesWith(text: string, numbers: readonly number[]): string;
  /** The processor, which system calls have their numbers by: 0 x86-64, 1 arm64. */
  machine(): number;
  /**
   * The descendants of a process, parents first, so many at most. Five values each: what
   * /proc/PID/stat says; of that the PID, the parent and the number of threads; and the owner of
   * the files there. Last, how many others were found, and 1 if there may be more.
   */
  processes(
    root: number,
    except: readonly number[],
    time: number,
    most: number,
  ): readonly (string | number)[];
  /** Has a reader run on one processor alone: 0, or minus errno. */
  runOn(processor: number): number;
  /**
   * Sockets of a process by their descriptors, four values each: the descriptor; the address
   * family; 1 if it listens; the name of one that listens, else that of its other end, empty where
   * it has none. Minus errno where they may not be looked at.
   */
  socketsOf(pid: number, descriptors: readonly number[]): readonly (string | number)[] | number;
  /** Bytes of a process's memory as text; minus errno. */
  readMemory(pid: number, address: number, size: number): string | number;
  /** Adds to what the reader tells: 1, or 0 if there is no room for it. */
  tellReader(text: string): number;
  /**
   * The pipes that a process has, and its socket pairs whose other end is closed; three numbers
   * each: device and inode number of the file, and what the process does there (leftovers.ts).
   * Minus errno.
   */
  channels(pid: number, time: number): readonly number[] | number;
  /**
   * The descendants of a process, but not those of `except`; at most so many (0: all). A 0 at the
   * end stands for processes that could not be looked at, and a -1 behind it for processes that
   * there was no time to find.
   */
  members(root: number, except: readonly number[], time: number, most: number): number[];
  /**
   * Nonzero if a walk has met a process whose children are born into another PID namespace than
   * curfew's.
   */
  sawForeign(): number;
};
