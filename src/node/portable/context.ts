import type { ChildProcess } from "node:child_process";
import type { Event } from "../../core/report/event.ts";
import type { Spec } from "../../core/spec/spec.ts";
import type { Instant } from "../../core/values/duration.ts";
import type { Signal } from "../../core/values/signal.ts";
import type { WallTime } from "../../core/values/wall-time.ts";
import type { Listener, Order } from "../way/way.ts";
import type { Look } from "./processes/look.ts";
import type { ProcessRow } from "./processes/table.ts";
import type { Tree } from "./processes/tree.ts";
import type { Streams } from "./streams/streams.ts";
import type { Timers } from "./timers.ts";

/** A run of this host, from its start to its end. */
export type PortableRun = {
  readonly order: Order;
  /** What the core is given: report and events are always asked for. */
  readonly spec: Spec;
  readonly listener: Listener;
  readonly look: Look;
  readonly timers: Timers;
  readonly streams: Streams;
  /** Tells the core an event. */
  readonly tell: (event: Event) => void;
  startedAt: { readonly at: Instant; readonly wall: WallTime };
  /** Undefined until the command was started. */
  command: { readonly process: ChildProcess; readonly tree: Tree } | undefined;
  /** What has to wait for a look that is under way. */
  looking: Promise<void> | undefined;
  /** Who has had which signal, by signal: PIDs with start times, and the group as a whole. */
  readonly had: Map<Signal, Set<string>>;
  /** The members that the last signal to the rest has reached: its SIGCONT goes to them. */
  reached: readonly ProcessRow[];
  sweep: Sweep | undefined;
  /** The command has ended, and the core has not been told yet, because a look is under way. */
  isEnding: boolean;
  /** The core has said how the run ended. */
  isOver: boolean;
};

/** A sweep that is under way. */
export type Sweep = {
  until: Instant;
  readonly stuckUntil: Instant;
  /** Members that the kernel does not let us signal, by PID. */
  readonly refused: Set<number>;
  /** Members that the round before has seen. */
  seen: ReadonlySet<number>;
  rounds: number;
};
