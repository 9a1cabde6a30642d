import type { WallLimits } from "../spec/budget.ts";
import type { SpawnError } from "../spec/error.ts";
import type { LeftoversSnapshot } from "../spec/member.ts";
import type { TreeSnapshot, WaitKind } from "../spec/process-snapshot.ts";
import type { OutputName, TerminalSize } from "../spec/relay.ts";
import type { WaitStatus } from "../spec/status.ts";
import type {
  AppliedContainment,
  Leftover,
  Process,
  Proof,
  Survivor,
  Usage,
} from "../spec/tree.ts";
import type { Duration, Instant } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";
import type { WallTime } from "../values/wall-time.ts";
import type { DeadlineReason, RelayedOutput, Sent } from "./report.ts";
import type { Written } from "./written-json.ts";

/** The main child ended: how, and what was left of the tree then. */
export type Exited = {
  readonly type: "exited";
  readonly at: Instant;
  readonly pid: number;
  readonly status: WaitStatus;
  /** Undefined: the host cannot ask for it. */
  readonly usage: Usage | undefined;
  /** Set where no process of the tree was left. */
  readonly proof: Proof | undefined;
  /** The host saw no other process of the tree, and has no proof of it. */
  readonly seemsAlone?: boolean;
  /** The processes that were left, as far as they can be named. */
  readonly leftovers: readonly Leftover[];
  /** The same processes in detail, where it matters how they end. */
  readonly look?: LeftoversSnapshot | undefined;
};

/** What came with a queued signal (sigqueue(3)): si_code, sender, its user, the value in halves. */
export type Queued = readonly [code: number, pid: number, uid: number, low: number, high: number];

/** Everything that can happen in a run. `at` is when the host learned of it. */
export type Event =
  /** The guardian was started. */
  | {
      readonly type: "spawned";
      readonly at: Instant;
      readonly holding: AppliedContainment;
      /** The limits by the time of day, where there are any. */
      readonly limits?: WallLimits | undefined;
    }
  /** The run is over before the spawn: nothing was started. */
  | { readonly type: "called-off"; readonly at: Instant; readonly by: CalledOff }
  /** The command was executed. The host tells it where there are --events. */
  | {
      readonly type: "executed";
      readonly at: Instant;
      readonly pid: number;
      /** The time of the start by the wall clock. */
      readonly wall: WallTime;
    }
  | { readonly type: "spawn-failed"; readonly at: Instant; readonly error: SpawnError }
  | Exited
  /**
   * The last member of the tree has ended, after the main child. Without a proof: the last that the
   * host has seen.
   */
  | {
      readonly type: "tree-empty";
      readonly at: Instant;
      readonly usage: Usage | undefined;
      readonly proof: Proof | undefined;
    }
  /** The answer to a look at the leftovers. */
  | { readonly type: "looked"; readonly at: Instant; readonly look: LeftoversSnapshot }
  /** A sweep is over. `end`: how the main child ended, if that was not known before. */
  | {
      readonly type: "swept";
      readonly at: Instant;
      readonly proof: Proof | undefined;
      readonly survivors: readonly Survivor[];
      readonly pid: number;
      readonly end: WaitStatus | undefined;
      readonly usage: Usage | undefined;
    }
  /**
   * The guardian has sent the first signal in the supervisor's place, because the supervisor was
   * stopped, or held by a debugger, past the limit. It comes before all else that the guardian has
   * to tell. `ago`: how long before `at`. `target`: the whole tree, or the command alone where the
   * guardian has no /proc.
   */
  | {
      readonly type: "backstop";
      readonly at: Instant;
      readonly ago: Duration;
      readonly target: "tree" | "child";
    }
  /** SIGCONT was sent to at least one process of a wake. */
  | { readonly type: "woken"; readonly at: Instant; readonly target: Sent["target"] }
  /** Which of the processes that were to be counted live. `isAll`: each was looked at. */
  | {
      readonly type: "counted";
      readonly at: Instant;
      readonly living: readonly number[];
      readonly isAll: boolean;
    }
  /** The guardian has begun a sweep. */
  | { readonly type: "sweeping"; readonly at: Instant }
  /**
   * The guardian was ended from outside, so the supervisor has to end the tree. `killed`: by
   * SIGKILL.
   */
  | { readonly type: "guardian-gone"; readonly at: Instant; readonly killed?: boolean }
  /**
   * A signal stopped the main child. `terminal`: the terminal sent it to the main child and to
   * curfew, or it sent a signal to curfew, which sent SIGSTOP to the main child. `shell`: a shell
   * with job control waits for curfew, and can continue it.
   */
  | {
      readonly type: "stopped";
      readonly at: Instant;
      readonly signal: Signal;
      readonly terminal?: boolean;
      readonly shell?: boolean;
    }
  | { readonly type: "continued"; readonly at: Instant }
  /** curfew runs again after it had stopped itself, or had tried to. */
  | { readonly type: "resumed"; readonly at: Instant }
  /**
   * A signal to curfew. `delivered`: the command got it at the same time, because the terminal sent
   * it to the group. `relayed`: the guardian got it and passed it on. `hangup`: a HUP because the
   * terminal is gone. `above`: the curfew that started this one sent it. `since`: when it came, if
   * it was held back.
   */
  | {
      readonly type: "signal";
      readonly at: Instant;
      readonly signal: Signal;
      readonly delivered?: boolean;
      readonly relayed?: boolean;
      readonly hangup?: boolean;
      readonly since?: Instant;
      readonly above?: boolean;
      /** Forwarded with it. */
      readonly queued?: Queued | undefined;
    }
  /**
   * The caller asks for the end. `expired`: because a time has passed, which counts as the limit.
   * `cause`: why, as JSON, where the caller said so.
   */
  | {
      readonly type: "cancelled";
      readonly at: Instant;
      readonly expired?: boolean;
      readonly cause?: string | undefined;
    }
  | ControlEvent
  /**
   * When the command wrote last, or waited for a reader, where curfew passes its output on. It
   * comes before a deadline by which the command must have written.
   */
  | { readonly type: "wrote"; readonly at: Instant; readonly last: Instant }
  /**
   * The command has written more than `maxOutput`. The rest is discarded. `tree`: as it was just
   * before, where `wantsSnapshot` asked for it.
   */
  | { readonly type: "output-limit"; readonly at: Instant; readonly tree?: TreeSnapshot }
  /** What the command wrote was delivered, or given up. */
  | { readonly type: "drained"; readonly at: Instant; readonly output: RelayedOutput }
  /** The wall clock was set, or may have been: what it shows now. */
  | { readonly type: "clock-set"; readonly at: Instant; readonly wall: WallTime }
  /**
   * The inherited deadline holds no longer: the process that handed it down has ended, or is not
   * above curfew any more.
   */
  | { readonly type: "deadline-void"; readonly at: Instant }
  /** The last writer of stdin is gone. The command has not read so many bytes of it. */
  | { readonly type: "stdin-closed"; readonly at: Instant; readonly unread: number }
  /** How the run stands. Undefined: that cannot be seen. */
  | {
      readonly type: "heartbeat";
      readonly at: Instant;
      readonly processes: number | undefined;
      /** There may be more. */
      readonly isPartial?: boolean;
      /** A process that waits for input, or has no children, and what it waits for. */
      readonly leaf: Process | undefined;
      readonly waitsFor: WaitKind | undefined;
    }
  /** The process that started curfew has ended. */
  | { readonly type: "caller-gone"; readonly at: Instant }
  /**
   * `isBusy`: the tree has used the processor since the command wrote last. `tree`: as it was just
   * before, where `wantsSnapshot` asked for it.
   */
  | {
      readonly type: "deadline";
      readonly at: Instant;
      readonly isBusy?: boolean;
      readonly tree?: TreeSnapshot;
    };

/** What called a start off. */
export type CalledOff = Extract<Event, { type: "cancelled" | "caller-gone" }> | LimitPassed;

/** A limit by the time of day had passed before the start. */
export type LimitPassed = {
  readonly type: "limit-passed";
  readonly at: Instant;
  readonly until: WallTime | undefined;
};

/** What a control line asks for besides the end. */
export type ControlEvent =
  /** One signal to the command alone. */
  | { readonly type: "control-kill"; readonly at: Instant; readonly signal: Signal }
  /** The time limit comes later by `by`. */
  | { readonly type: "control-extend"; readonly at: Instant; readonly by: Duration }
  /** The command's terminal gets another size. */
  | { readonly type: "control-resize"; readonly at: Instant; readonly size: TerminalSize }
  /** No process reads one of the command's outputs any more. */
  | { readonly type: "control-close"; readonly at: Instant; readonly stream: OutputName }
  /** A question, to which the host adds the answer: what the command has written so far. */
  | { readonly type: "control-output"; readonly at: Instant; readonly written?: Written }
  /** The same: the tree as it is now. */
  | { readonly type: "control-inspect"; readonly at: Instant; readonly tree?: TreeSnapshot }
  /** A line that means nothing was skipped. `why`: a sentence. */
  | { readonly type: "control-refused"; readonly at: Instant; readonly why: string };

/** The command was executed, as --events has it. */
export type Spawned = {
  readonly type: "spawned";
  readonly at: Instant;
  readonly pid: number;
  readonly wall: WallTime;
  readonly holding: AppliedContainment;
};

/** What curfew had to say, where a program reads its events instead of stderr. */
export type MessageEvent = {
  readonly type: "message";
  readonly at: Instant;
  readonly code: string;
  readonly text: string;
};

/** An event of the service around the generations of a command, besides their own events. */
export type LifecycleEvent =
  | {
      readonly type: "listening";
      readonly at: Instant;
      readonly name: string;
      readonly address: string;
      readonly descriptor: number;
    }
  | { readonly type: "changed"; readonly at: Instant; readonly path: string }
  | { readonly type: "ready"; readonly at: Instant; readonly generation: number }
  | { readonly type: "not-ready"; readonly at: Instant; readonly generation: number }
  | {
      readonly type: "ended";
      readonly at: Instant;
      readonly generation: number;
      readonly exitCode: number;
    };

/** What has no line, or one with other facts. */
type Unlogged = "woken" | "wrote" | "counted" | "spawned" | "executed" | "called-off" | "deadline";

/** A deadline as --events has it. */
export type Passed = Extract<Event, { type: "deadline" }> & {
  readonly reason: DeadlineReason | undefined;
};

/** curfew, or the guardian in its place, has sent a signal. `count`: how often, at this instant. */
export type SentEvent = Omit<Sent, "isByControl"> & { readonly type: "sent" };

/**
 * Every event that --events has a line for. The answer to a wake stands in the report alone, and
 * when the command wrote last is only said to the core.
 */
export type LoggedEvent =
  | Exclude<Event, { readonly type: Unlogged }>
  | Passed
  | SentEvent
  | Spawned
  | LimitPassed
  | MessageEvent
  | LifecycleEvent;
