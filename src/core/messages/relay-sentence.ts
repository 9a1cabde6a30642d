import type { Duration } from "../values/duration.ts";
import { formatDuration } from "../values/duration.ts";
import { errnoText } from "../values/errno.ts";
import type { Bytes } from "../values/size.ts";
import { formatSize } from "../values/size.ts";

/** What curfew says about the output of a command that it passes on. */
export type RelayMessage =
  /** The idle limit has passed. `isBusy`: the tree has used the processor meanwhile. */
  | { readonly kind: "idle"; readonly time: Duration; readonly isBusy: boolean }
  | { readonly kind: "output-limit"; readonly size: Bytes }
  /** An output that curfew passes on took no more, and not because its reader was gone. */
  | { readonly kind: "output-lost"; readonly output: "stdout" | "stderr"; readonly errno: string };

const OUTPUTS = { stdout: "standard output", stderr: "standard error" } as const;

/** Programs write to a pipe less often than to a terminal: setvbuf(3). */
export const BUFFERED = "what it prints may be buffered";

export function relaySentence(message: RelayMessage): string {
  switch (message.kind) {
    case "idle": {
      const silence = `the command wrote nothing for ${formatDuration(message.time)}`;
      return message.isBusy ? `${silence}, but was busy: ${BUFFERED}` : silence;
    }
    case "output-limit":
      return `the command wrote more than ${sizeOf(message.size)}: the rest is discarded`;
    case "output-lost":
      return `cannot write to ${OUTPUTS[message.output]}: ${errnoText(message.errno)}`;
  }
}

/** A size in words: a bare number says that it is bytes. */
export function sizeOf(size: Bytes): string {
  const text = formatSize(size);
  return /\d$/.test(text) ? `${text} bytes` : text;
}

/** Why the command cannot be run where no terminal can be made for it. */
export const NO_PTY = "no terminal can be made for it (a container needs devpts at /dev/pts)";
