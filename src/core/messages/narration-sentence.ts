import type { ExitCode, WaitStatus } from "../spec/status.ts";
import { quote } from "../values/quote.ts";
import type { Signal } from "../values/signal.ts";
import { signalLabel } from "../values/signal.ts";

/** A message that is only said in the words of a tool that curfew stands in for. */
export type NarrationMessage =
  /** `isAlone`: signals go to the command alone, and not to its group. */
  | {
      readonly kind: "command-started";
      readonly pid: number;
      readonly command: string;
      readonly isAlone: boolean;
    }
  | { readonly kind: "command-ended"; readonly pid: number; readonly status: WaitStatus }
  | {
      readonly kind: "signal-received";
      readonly signal: Signal;
      /** The signal that it is forwarded as. */
      readonly becomes: Signal | undefined;
    }
  /** The run is over, and curfew exits with the code. */
  | { readonly kind: "leaving"; readonly code: ExitCode };

const KINDS: readonly string[] = [
  "command-started",
  "command-ended",
  "signal-received",
  "leaving",
] satisfies NarrationMessage["kind"][];

export function isNarration<M extends { readonly kind: string }>(
  message: M | NarrationMessage,
): message is NarrationMessage {
  return KINDS.includes(message.kind);
}

export function narrationSentence(message: NarrationMessage, utf8: boolean): string {
  switch (message.kind) {
    case "command-started":
      return `started process ${message.pid} ${quote(message.command, utf8)}`;
    case "command-ended":
      return `process ${message.pid} ${howEnded(message.status)}`;
    case "signal-received":
      return `signal ${signalLabel(message.signal)} was received`;
    case "leaving":
      return `leaving with exit code ${message.code}`;
  }
}

function howEnded(status: WaitStatus): string {
  if (status.kind === "exited") return `exited with code ${status.code}`;
  return `was ended by signal ${signalLabel(status.signal)}`;
}
