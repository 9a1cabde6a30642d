import type { Message, Voice } from "../../core/messages/messages.ts";
import type { Event } from "../../core/report/event.ts";
import type { Budget } from "../../core/run/budget.ts";
import type { Spec } from "../../core/spec/spec.ts";
import type { Usage } from "../../core/spec/tree.ts";
import type { Confinement } from "../confine/confinement.ts";
import type { Caller } from "./caller.ts";
import type { ControlInput } from "./control.ts";

/** What a signal to curfew can mean. */
export type SignalNews = Extract<Event, { type: "signal" | "caller-gone" }>;

/** A place that curfew writes to while the command runs: stderr, or the file of events. */
export type Output = {
  /** The last write to a file has not ended yet. */
  isBusy: boolean;
  /** Text that came meanwhile. It is written together with the next text. */
  queued: string;
  /** How many lines the last write had. */
  lines: number;
  /** How many lines were not taken. */
  lost: number;
  /** A newline where the last line was cut off. */
  start: "" | "\n";
};

/** What changes during curfew's life, and is the same for every generation of the command. */
export type HostState = {
  /** Readable when the process that started curfew has exited. */
  parentPidfd: number;
  /** A newline where the last line of events was cut off: the next line must not continue it. */
  lineStart: "" | "\n";
  /** How many lines of events were not written. */
  dropped: number;
  /** Descriptors that are closed when /proc cannot be read for want of one; undefined: 0 and 1. */
  spares: readonly number[] | undefined;
  /** Signals that were read before their turn. */
  readonly ahead: SignalNews[];
  /** The signal by which the terminal stops its jobs, if such a signal came last; else 0. */
  terminalStop: number;
  /** The kernel has told that a client came to a held socket. */
  hasClient: boolean;
  /** The name of the last errno that was the reason for dropped lines. */
  droppedFor: string;
  /** Readable once the last writer of stdin is gone, until that was told. */
  stdinWatch: number;
  /** How often the wall clock was set, as far as curfew has seen it. */
  clockSets: number;
  /** A line of events was written: the earlier content of the file is gone. */
  hasEvents: boolean;
  /** The annotation of the run was written. */
  isAnnotated: boolean;
  /** Messages on stderr, or in the log. */
  readonly saying: Output;
  /** Lines of events. */
  readonly telling: Output;
  /** The deadline of all last lines, set by the first of them. */
  lastUntil: number | undefined;
  /** The last starts of the command by both clocks, if a report or events are asked for. */
  starts: readonly { readonly at: number; readonly wall: number }[];
};

export function newHostState(parentPidfd: number, stdinWatch: number): HostState {
  return {
    parentPidfd,
    stdinWatch,
    clockSets: 0,
    spares: undefined,
    ahead: [],
    terminalStop: 0,
    hasClient: false,
    lineStart: "",
    dropped: 0,
    droppedFor: "EAGAIN",
    hasEvents: false,
    isAnnotated: false,
    saying: { isBusy: false, queued: "", lines: 0, lost: 0, start: "" },
    telling: { isBusy: false, queued: "", lines: 0, lost: 0, start: "" },
    lastUntil: undefined,
    starts: [],
  };
}

/** What the host knows and has open for every generation of the command. */
export type HostContext = {
  readonly spec: Spec;
  /** A function, because most runs print no message and need no voice. */
  readonly voice: () => Voice;
  readonly ownPid: number;
  /** The signalfd of the signals that curfew receives. */
  readonly signalFd: number;
  /** The kernel makes orphans of the tree children of curfew. */
  readonly isSubreaper: boolean;
  readonly caller: Caller;
  /** The process group that curfew was started in. */
  readonly callerGroup: number;
  /** curfew leads a process group that has no other members than curfew and what it started. */
  readonly leadsOwnGroup: boolean;
  /** Descriptor of the report. */
  readonly report: number;
  /** Descriptor of the events. */
  readonly events: number;
  /** Descriptor of the log; below 0: curfew's own lines go to stderr. */
  readonly log: number;
  /** Where the caller's control lines come from. */
  readonly control: ControlInput;
  /** Readable when the wall clock was set, where a limit depends on it. */
  readonly wallWatch: number;
  /** The controlling terminal, where curfew gives it back at the end. */
  readonly terminal: number;
  /** Whether a signal was ignored when curfew was started, for signals that were asked about. */
  readonly ignored: Map<number, boolean>;
  readonly state: HostState;
};

/** The pipes between the command and its outputs, and what the core knows of them. */
export type Relay = {
  /** Pairs for the command: a descriptor of curfew's, and the number that it has there. */
  readonly descriptors: readonly number[];
  /** When the command wrote last, as the core knows it. */
  toldLast: number;
  /** How long the tree had used the processor then, or a moment after, in microseconds. */
  usedThen: number;
  isExcessTold: boolean;
  isDraining: boolean;
};

/** What the host knows and has open for one run of the command: one generation of it. */
export type RunContext = HostContext & {
  readonly generation: number;
  /** The slot of native code that the run has: see `chooseRun`. */
  readonly slot: number;
  /** Children that curfew had before it started the command. */
  readonly inherited: readonly number[];
  readonly confinement: Confinement;
  /** Events that are known already, and that the core has not asked for yet. */
  readonly answers: Event[];
  /** The command's PID outside of its own PID namespace; 0: it has no such namespace. */
  outerPid: number;
  /** The command's tree is gone, and orphans that PID 1 has adopted are left. */
  awaitsAdopted: boolean;
  /** A sweep was ordered, and the guardian was not seen sweeping yet. */
  awaitsSweep: boolean;
  /** The last will tells the guardian to stay with leftovers when the command has exited. */
  staysForRest: boolean;
  /** What the tree used, while adopted orphans are waited for. */
  usage: Usage | undefined;
  /** Signals that the process group which the command led has got, each with the group's number. */
  groupSignals: readonly (readonly [signal: number, group: number])[] | undefined;
  /** What the time of day means for the run, once it has been started. */
  budget: Budget | undefined;
  /** How many changes of the wall clock the core has been told of. */
  clockSets: number;
  /** The pipes between the command and its outputs, where curfew passes them on. */
  relay: Relay | undefined;
  /** Why the kernel refused the last signal; undefined: it did not. */
  refusal: string | undefined;
  /** The start of the command was narrated. */
  isBegun: boolean;
};

/** Why a run cannot begin. Nothing was started. */
export type Refusal = { readonly kind: "refused"; readonly message: Message };
