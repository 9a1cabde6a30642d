// Files that the caller names. open(2) of a FIFO waits for its other end, and nothing else would
// happen in Node meanwhile, so a FIFO is opened in a way that never waits.
import { fs } from "./builtin.ts";

/** Why a file is not opened, where the kernel does not say it. */
class OpenRefusal extends Error {
  readonly code: string;
  readonly isOurs = true;

  constructor(code: string, text: string) {
    super(text);
    this.code = code;
  }
}

/** Opens what a command is to read. Throws what open(2) says, or that this is a FIFO. */
export function openToRead(path: string): number {
  if (isFifo(path)) {
    const text = "a FIFO, and opening it waits for a writer: open it yourself and give {fd}";
    throw new OpenRefusal("ENXIO", text);
  }
  return fs().openSync(path, "r");
}

/**
 * Opens what a command is to write. Throws what open(2) says: ENXIO for a FIFO without a reader.
 */
export function openToWrite(path: string, append: boolean): number {
  if (!isFifo(path)) return openPlain(path, append);
  const { O_RDONLY, O_WRONLY, O_NONBLOCK } = fs().constants;
  const opened: number[] = [];
  const open = (flags: number) => {
    const fd = fs().openSync(path, flags);
    opened.push(fd);
    return fd;
  };
  try {
    open(O_WRONLY | O_NONBLOCK);
    // With a reader of our own the next one cannot wait. A command expects writes that do.
    open(O_RDONLY | O_NONBLOCK);
    const fd = open(O_WRONLY);
    opened.pop();
    return fd;
  } finally {
    for (const fd of opened) fs().closeSync(fd);
  }
}

/** The same for what Node itself writes: a FIFO that is full is EAGAIN. */
export function openToWriteHere(path: string, append: boolean): number {
  if (!isFifo(path)) return openPlain(path, append);
  const { O_WRONLY, O_NONBLOCK } = fs().constants;
  return fs().openSync(path, O_WRONLY | O_NONBLOCK);
}

function openPlain(path: string, append: boolean): number {
  return fs().openSync(path, append ? "a" : "w", 0o666);
}

/** A FIFO with a name of its own. A pipe by the name of its descriptor opens at once. */
function isFifo(path: string): boolean {
  try {
    if (!fs().statSync(path).isFIFO()) return false;
    fs().realpathSync.native(path);
    return true;
  } catch {
    return false;
  }
}
