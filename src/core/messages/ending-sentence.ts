import type { Process } from "../spec/tree.ts";
import type { Duration } from "../values/duration.ts";
import { formatDuration, NO_LIMIT } from "../values/duration.ts";
import { errnoText } from "../values/errno.ts";
import { plainOrQuoted } from "../values/quote.ts";
import type { Signal } from "../values/signal.ts";
import { signalLabel } from "../values/signal.ts";
import type { Bytes } from "../values/size.ts";
import { namesOf } from "./process-names.ts";
import { BUFFERED, sizeOf } from "./relay-sentence.ts";

/** Why curfew ends a tree. `stopped`: a signal stopped the command, under --on-stop kill. */
export type EndingCause =
  /** `NO_LIMIT`: the time is not known. */
  | { readonly why: "time"; readonly limit: Duration }
  /** `isBusy`: the tree has used the processor since the command wrote last. */
  | { readonly why: "silence"; readonly limit: Duration; readonly isBusy: boolean }
  | { readonly why: "output"; readonly size: Bytes }
  | { readonly why: "time of day" }
  | { readonly why: "stdin" }
  | { readonly why: "parent" }
  | { readonly why: "stopped" };

/**
 * The first signal, and what it was sent to: the command, the command's process group, the
 * processes that an ended command has left, or all of the tree. `isOrdered`: it is being sent.
 * `failure`: the kernel refused it.
 */
export type FirstSignal = {
  readonly signal: Signal;
  readonly to: "command" | "group" | "rest" | "all";
  readonly isOrdered?: boolean;
  readonly failure?: string | undefined;
};

/** What became of the processes that were to be ended. */
export type Ended = {
  /** How many ended only by SIGKILL; `undefined`: not known. */
  readonly killed: number | undefined;
  /** There may be more of these. */
  readonly isAtLeast: boolean;
  /** The kernel has confirmed that no process is left. */
  readonly isProven: boolean;
};

/** What curfew says of an end that it has caused. `command`: the command's first word. */
export type EndingMessage =
  /**
   * The end has begun. `others`: how many processes ran besides the command; `isPartial`: there was
   * no time to look at all of them.
   */
  | {
      readonly kind: "ending";
      readonly command: string;
      readonly cause: EndingCause;
      readonly sent: FirstSignal | undefined;
      readonly others: number | undefined;
      readonly isPartial?: boolean;
    }
  /** It is over. `count`: how many processes there were; `undefined`: not exactly known. */
  | ({
      readonly kind: "ended";
      readonly command: string;
      readonly count: number | undefined;
    } & Ended)
  /** curfew has ended what a command left behind. `isMore`: there were more processes. */
  | ({
      readonly kind: "ended-leftovers";
      readonly command: string;
      readonly processes: readonly Process[];
      readonly isMore: boolean;
    } & Ended)
  /** The kernel ended the command, because of a limit that curfew has set. */
  | { readonly kind: "memory-limit"; readonly command: string; readonly size: Bytes }
  | {
      readonly kind: "cpu-limit";
      readonly command: string;
      readonly time: Duration;
      readonly signal: Signal;
    };

const KINDS: readonly string[] = [
  "ending",
  "ended",
  "ended-leftovers",
  "memory-limit",
  "cpu-limit",
] satisfies EndingMessage["kind"][];

export function isEnding<M extends { readonly kind: string }>(
  message: M | EndingMessage,
): message is EndingMessage {
  return KINDS.includes(message.kind);
}

export function endingSentence(message: EndingMessage, utf8: boolean): string {
  const command = plainOrQuoted(message.command, utf8);
  switch (message.kind) {
    case "ending": {
      const { cause, sent } = message;
      const what = sent === undefined ? "" : `; ${sentWords(sent, command, message)}`;
      return `${causeWords(cause)}${what}`;
    }
    case "ended":
      return endedWords(message, command);
    case "ended-leftovers":
      return leftoversWords(message, command, utf8);
    case "memory-limit":
      return `memory limit of ${sizeOf(message.size)} reached: the kernel killed ${command}`;
    case "cpu-limit": {
      const { time, signal } = message;
      const limit = `CPU time limit of ${formatDuration(time)} reached`;
      return `${limit}: the kernel sent ${signalLabel(signal)} to ${command}`;
    }
  }
}

function causeWords(cause: EndingCause): string {
  switch (cause.why) {
    case "time":
      return cause.limit === NO_LIMIT
        ? "time limit reached"
        : `time limit of ${formatDuration(cause.limit)} reached`;
    case "silence": {
      const limit = `idle limit of ${formatDuration(cause.limit)} reached`;
      return cause.isBusy ? `${limit}, but the command was busy: ${BUFFERED}` : limit;
    }
    case "output":
      return `output limit of ${sizeOf(cause.size)} reached, the rest is discarded`;
    case "time of day":
      return "deadline reached (--until or CURFEW_DEADLINE)";
    case "stdin":
      return "the last writer of standard input is gone";
    case "parent":
      return "the process that started curfew has exited";
    case "stopped":
      return "the command was stopped, and --on-stop kill ends it";
  }
}

function sentWords(
  sent: FirstSignal,
  command: string,
  { others, isPartial }: Extract<EndingMessage, { kind: "ending" }>,
): string {
  const { to, isOrdered = false, failure } = sent;
  const signal = signalLabel(sent.signal);
  const whom = {
    command,
    group: `${command} and its process group`,
    rest: `what ${command} left behind`,
    all: "all processes",
  }[to];
  // It exited by itself just before: that is no failure.
  if (failure === "ESRCH") return `${command} had just exited`;
  if (failure !== undefined) return `cannot send ${signal} to ${whom}: ${errnoText(failure)}`;
  const act = `${isOrdered ? "sending" : "sent"} ${signal} to ${whom}`;
  if (others === undefined || others === 0 || to === "all") return act;
  const processes = `${others} ${to === "rest" ? "" : "more "}process${others === 1 ? "" : "es"}`;
  const are = others === 1 ? "is" : "are";
  // What was only found may have ended already.
  if (isPartial === true) return `${act}, there ${are} at least ${processes}`;
  return `${act}, ${processes} ${are} running`;
}

function endedWords(message: Extract<EndingMessage, { kind: "ended" }>, command: string): string {
  const { count, isProven } = message;
  if (!isProven) {
    return `${command} is gone; it is not known whether all its processes are`;
  }
  if (count === undefined) return `all processes are gone${killWords(message, undefined)}`;
  if (count === 1) return `${command} is gone${killWords(message, 1)}`;
  return `all ${count} processes are gone${killWords(message, count)}`;
}

/** How many processes needed SIGKILL. `count`: of how many; 0: nothing needs to be said. */
function killWords({ killed, isAtLeast }: Ended, count: number | undefined): string {
  // More were killed than there were when the end began: the tree has grown.
  if (killed === undefined || (count !== undefined && killed > count)) return "; KILL was sent";
  if (killed === 0) return isAtLeast ? "; KILL was sent" : "";
  if (count === 1) return ", by KILL";
  if (killed === count) return ", all of them by KILL";
  return `, ${isAtLeast ? "at least " : ""}${killed} of them by KILL`;
}

/** So many leftovers are named. */
const MOST_NAMED = 5;

function leftoversWords(
  message: Extract<EndingMessage, { kind: "ended-leftovers" }>,
  command: string,
  utf8: boolean,
): string {
  const { processes, isMore, isProven } = message;
  const count = processes.length;
  const isOne = count === 1 && !isMore;
  const number = isMore ? `at least ${count}` : count;
  const what = `${number} ${count === 1 ? "process" : "processes"}`;
  const named = namesOf(processes.slice(0, MOST_NAMED), utf8);
  const more = count > MOST_NAMED ? `, ${count - MOST_NAMED} more` : "";
  const left = count === 0 ? "processes" : what;
  const names = count === 0 ? "" : `: ${named}${more}`;
  const kills = killWords(message, isMore ? undefined : count);
  const gone = `${isOne ? "it is gone" : "they are gone"}${kills}`;
  const end = isProven ? gone : "it is not known whether all of them are gone";
  return `${command} left ${left} behind${names}; ${end}`;
}
