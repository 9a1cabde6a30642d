import { NO_DESCRIPTOR } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";

/** What a reader has told, and errno where there could be no reader. */
export type Told = { readonly text: string; readonly errno: number };

/**
 * Has a copy of this process carry out a task that may block, and answers what the task has told
 * when it is over, or when the time is. A task that is not over then is given up. Of the system
 * only files are open to it.
 */
export function readApart(until: number, task: (tell: (text: string) => void) => void): Told {
  const ended = sys.beginReader();
  if (ended < 0) {
    sys.takeReader(NO_DESCRIPTOR, 0);
    return { text: "", errno: -ended };
  }
  if (ended === 0) {
    try {
      task(sys.tellReader);
    } finally {
      // No error of the copy may go on in what it is a copy of.
      sys.endReader();
    }
  }
  return { text: sys.takeReader(ended, until), errno: 0 };
}
