import type { WaitKind } from "../spec/process-snapshot.ts";
import { WAIT_MEANINGS } from "../spec/process-snapshot.ts";
import type { Process } from "../spec/tree.ts";
import type { Duration } from "../values/duration.ts";
import { errnoText } from "../values/errno.ts";
import type { WallTime } from "../values/wall-time.ts";
import { formatWallTime } from "../values/wall-time.ts";
import { namesOf } from "./process-names.ts";

/** What curfew says about an end by the time of day or by stdin, and about a run that continues. */
export type BudgetMessage =
  /** A limit by the time of day had passed before the start. */
  | { readonly kind: "limit-passed"; readonly until: WallTime }
  /** The answer to --end-with-stdin where stdin cannot say that its writers are gone. */
  | { readonly kind: "no-stdin-end"; readonly stdin: StdinKind; readonly errno: string | undefined }
  /** How the run stands, where nothing was printed for a while. */
  | {
      readonly kind: "heartbeat";
      readonly elapsed: Duration;
      readonly left: Duration | undefined;
      readonly processes: number | undefined;
      /** There may be more. */
      readonly isPartial?: boolean | undefined;
      readonly leaf: Process | undefined;
      readonly waitsFor: WaitKind | undefined;
    };

/** What a stdin is that tells nothing. */
export type StdinKind = keyof typeof STDINS;
const STDINS = {
  closed: "is closed",
  file: "is a file, so it has no writer that can exit",
  device: "is a device that does not report when its other end is closed",
  writable: "is open for writing, so it always has a writer",
  listening: "is a socket that has no other end",
  unwatched: "cannot be watched",
} as const;

const KINDS: readonly string[] = ["limit-passed", "no-stdin-end", "heartbeat"];

export function isBudgetMessage<M extends { readonly kind: string }>(
  message: M,
): message is Extract<M, BudgetMessage> {
  return KINDS.includes(message.kind);
}

export function budgetSentence(message: BudgetMessage, utf8: boolean): string {
  switch (message.kind) {
    case "limit-passed":
      return `nothing was started: the time limit passed at ${formatWallTime(message.until)}`;
    case "no-stdin-end": {
      const { stdin, errno } = message;
      const why = errno === undefined ? "" : `: ${errnoText(errno)}`;
      return `--end-with-stdin: standard input ${STDINS[stdin]}${why}`;
    }
    case "heartbeat": {
      const { elapsed, left, processes } = message;
      const time = left === undefined ? "" : `, ${spanOf(left)} left`;
      const running = `running for ${spanOf(elapsed)}${time}`;
      return processes === undefined ? running : `${running}; ${countOf(processes, message, utf8)}`;
    }
  }
}

function countOf(processes: number, message: Heartbeat, utf8: boolean): string {
  const { leaf, waitsFor, isPartial } = message;
  const number = processes === 1 ? "1 process" : `${processes} processes`;
  const count = isPartial === true ? `at least ${number}` : number;
  if (leaf === undefined) return count;
  const waits = waitsFor === undefined ? "" : ` ${WAIT_MEANINGS[waitsFor]}`;
  return `${count}: ${namesOf([leaf], utf8)}${waits}`;
}

type Heartbeat = Extract<BudgetMessage, { kind: "heartbeat" }>;

/** A span of time for readers, in whole seconds: 1h5m, 42s. */
function spanOf(span: Duration): string {
  const seconds = Math.floor(span / 1e6);
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  const text = parts.map(([count, unit]) => (count === 0 ? "" : `${count}${unit}`)).join("");
  return text === "" ? "0s" : text;
}
