import { sys } from "../kernel/window.ts";

/** What a reader has told, and errno where there could be no reader. */
export type Told = { readonly text: string; readonly errno: number };

/** How much is read from a reader at a time. */
const PIECE = 1 << 16;

/**
 * Has a copy of this process carry out a task that may block, and answers what the task has told
 * when it is over, or when the time is. A task that is not over then is given up. Of the world only
 * /proc is open to it.
 */
export function readApart(until: number, task: (tell: (text: string) => void) => void): Told {
  const source = sys.beginReader();
  if (source < 0) return { text: "", errno: -source };
  if (source === 0) {
    try {
      task((text) => sys.write(STDOUT, text));
    } finally {
      // No error of the copy may go on in what it is a copy of.
      sys.endReader();
    }
  }
  let text = "";
  for (;;) {
    const piece = sys.readNow(source, PIECE);
    if (piece === "") break;
    if (typeof piece === "string") text += piece;
    else if (sys.now() >= until) break;
    else sys.wait([source], until);
  }
  sys.giveUpReader(source);
  return { text, errno: 0 };
}

const STDOUT = 1;
