import type { Message, Voice } from "../../core/messages/messages.ts";
import type { Event } from "../../core/report/event.ts";
import type { Spec } from "../../core/spec/spec.ts";
import type { Usage } from "../../core/spec/tree.ts";
import type { Confinement } from "../confine/confinement.ts";
import type { Caller } from "./caller.ts";

/** What a signal to us can mean. */
export type SignalNews = Extract<Event, { type: "signal" | "caller-gone" }>;

/** Something that we write to while the command runs. */
export type Output = {
  /** A file takes its time with what was written last. */
  isBusy: boolean;
  /** What has come since, and is written with the next text. */
  queued: string;
  /** How many lines were written last. */
  lines: number;
};

/** What changes while we live, and is the same for every generation of the command. */
export type Changing = {
  /** Readable when the process that started us has ended. */
  parentPidfd: number;
  /** What the next line of events begins with: a line's end, where the last one was cut off. */
  lineStart: "" | "\n";
  /** Lines of events that were not written, and the name of the last errno that was the reason. */
  dropped: number;
  /** Descriptors that are given back when a look finds none free; undefined: the standard ones. */
  spares: readonly number[] | undefined;
  /** Signals that were read before their turn. */
  readonly ahead: SignalNews[];
  /** The signal by which our terminal stops its jobs, if it was the last to send us one; else 0. */
  terminalStop: number;
  droppedFor: string;
  /** A line of events was written: what was in the file before is gone. */
  hasEvents: boolean;
  /** What was said on stderr, and told as events. */
  readonly saying: Output;
  readonly telling: Output;
  /** Until when last lines may be written, from the first of them on. */
  lastUntil: number | undefined;
  /** The last starts of the command by our clock and the one on the wall, where a report is due. */
  starts: readonly { readonly at: number; readonly wall: number }[];
};

/** At the beginning. */
export function changingWith(parentPidfd: number): Changing {
  return {
    parentPidfd,
    spares: undefined,
    ahead: [],
    terminalStop: 0,
    lineStart: "",
    dropped: 0,
    droppedFor: "EAGAIN",
    hasEvents: false,
    saying: { isBusy: false, queued: "", lines: 0 },
    telling: { isBusy: false, queued: "", lines: 0 },
    lastUntil: undefined,
    starts: [],
  };
}

/** What we hold of the world, whichever generation of the command it is for. */
export type World = {
  readonly spec: Spec;
  /** Asked for only when something is said: most runs say nothing. */
  readonly voice: () => Voice;
  readonly ownPid: number;
  readonly signalFd: number;
  /** Orphans of the tree come to us. */
  readonly isSubreaper: boolean;
  readonly caller: Caller;
  /** The process group we came in. */
  readonly callerGroup: number;
  /** Whether nobody but what we started can be in the process group that we lead. */
  readonly leadsOwnGroup: boolean;
  readonly report: number;
  readonly events: number;
  /** Our controlling terminal, where it is ours to look after. */
  readonly terminal: number;
  /** Signals that we came with as ignored, as far as we were asked. */
  readonly ignored: Map<number, boolean>;
  readonly changing: Changing;
};

/** What the host of one run holds of the world; the functions of this folder change it in place. */
export type Held = World & Own;

/** What is of one generation alone. */
export type Own = {
  readonly generation: number;
  /** Which of the runs of native code it is. */
  readonly place: number;
  /** Children that were ours before the command was started. */
  readonly inherited: readonly number[];
  readonly confinement: Confinement;
  /** Answers that the core has not asked for yet. */
  readonly answers: Event[];
  /** The command's number outside of a PID namespace of its own; 0 where there is none. */
  outerPid: number;
  /** The tree is gone, but for orphans of others who came to us as process 1. */
  awaitsAdopted: boolean;
  /** A sweep was ordered, and the guardian was not seen at it. */
  awaitsSweep: boolean;
  /** The guardian stays with what is left when the command has ended, as it was told last. */
  staysForRest: boolean;
  /** What the tree used, where we wait for others than the tree. */
  usage: Usage | undefined;
  /** Signals that the group which the command led has got, with its number. */
  groupSignals: readonly (readonly [signal: number, group: number])[] | undefined;
  /** Where a tool tells of runs: the start of the command was told. */
  isBegun: boolean;
};

/** Why a run cannot begin: nothing was started. */
export type Refusal = { readonly kind: "refused"; readonly message: Message };
