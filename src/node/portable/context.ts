import type { ChildProcess } from "node:child_process";
import type { Tell } from "../../core/drive.ts";
import type { ControlNews } from "../../core/report/control-line.ts";
import type { Spec } from "../../core/spec/spec.ts";
import type { Instant } from "../../core/values/duration.ts";
import type { Signal } from "../../core/values/signal.ts";
import type { WallTime } from "../../core/values/wall-time.ts";
import type { JsonObject, Listener, Order, StreamName } from "../way/way.ts";
import type { ProcessRow } from "./processes/table.ts";
import type { Tree } from "./processes/tree.ts";
import type { View } from "./processes/view.ts";
import type { Draining } from "./streams/drain.ts";
import type { Input } from "./streams/input.ts";
import type { Relay } from "./streams/relay.ts";
import type { Source } from "./streams/source.ts";
import type { Streams } from "./streams/streams.ts";
import type { Timer, Timers } from "./timers.ts";

/** A run of this host, from its start to its end. */
export type PortableRun = {
  readonly order: Order;
  /** What the core is given: report and events are always asked for. */
  readonly spec: Spec;
  readonly listener: Listener;
  readonly view: View;
  readonly timers: Timers;
  readonly input: Input;
  /** Tells the core an event. It does nothing before the core is driven, and after its end. */
  tell: Tell;
  startedAt: { readonly at: Instant; readonly wall: WallTime };
  /** Undefined until they were opened. */
  streams: Streams | undefined;
  /** The outputs that are read here, once the command was started. */
  sources: ReadonlyMap<StreamName, Source>;
  readonly relay: Relay;
  /** Reading what was written before the end, once the run is over. */
  draining: Draining | undefined;
  isPipeHeld: boolean;
  /** What the library wants of streams, also before there are any. */
  readonly paused: Set<StreamName>;
  readonly closed: Set<StreamName>;
  isRef: boolean;
  /** What was asked for before the command was started, in order. */
  readonly asked: ControlNews[];
  /** Undefined until the command was started. */
  command: { readonly process: ChildProcess; readonly tree: Tree } | undefined;
  /** What has to wait for a look that is under way. */
  looking: Promise<void> | undefined;
  /** Which processes have had which signal: PIDs with start times, and the group as a whole. */
  readonly had: Map<Signal, Set<string>>;
  /** The members that the last signal to the rest has reached: its SIGCONT goes to them. */
  reached: readonly ProcessRow[];
  sweep: Sweep | undefined;
  /** Wakes the core at its deadline. */
  alarm: Timer | undefined;
  deadline: Instant | undefined;
  /** What the core has reported. */
  report: JsonObject | undefined;
  /**
   * The command has ended, and a look is under way before the core is told. What happens meanwhile
   * happened after it.
   */
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
  /** The next round. */
  timer: Timer | undefined;
};
