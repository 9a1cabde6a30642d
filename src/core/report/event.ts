import type { SpawnError } from "../spec/error.ts";
import type { LeftoversSnapshot } from "../spec/member.ts";
import type { WaitStatus } from "../spec/status.ts";
import type { Holding, Process, Proof, Survivor, Usage } from "../spec/tree.ts";
import type { Instant } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";
import type { Sent } from "./report.ts";

/** The main child ended: how, and what was left of the tree then. */
export type Exited = {
  readonly type: "exited";
  readonly at: Instant;
  readonly pid: number;
  readonly status: WaitStatus;
  readonly usage: Usage;
  /** Set where nothing of the tree was left. */
  readonly proof: Proof | undefined;
  /** What was left, as far as it can be named. */
  readonly leftovers: readonly Process[];
  /** The same more closely, where it matters how they end. */
  readonly look?: LeftoversSnapshot | undefined;
  /** The guardian had acted by itself, because we did not. */
  readonly backstop: boolean;
};

/** What came with a queued signal (sigqueue(3)): si_code, sender, its user, the value's halves. */
export type Queued = readonly [code: number, pid: number, uid: number, low: number, high: number];

/** Everything that can happen to us. `at` is when we learnt of it. */
export type Event =
  | { readonly type: "spawned"; readonly at: Instant; readonly holding: Holding }
  | { readonly type: "spawn-failed"; readonly at: Instant; readonly error: SpawnError }
  | Exited
  /** The last member of the tree is gone, after the main child. */
  | {
      readonly type: "tree-empty";
      readonly at: Instant;
      readonly usage: Usage;
      readonly proof: Proof;
    }
  /** Who is left now, as we have asked. */
  | { readonly type: "looked"; readonly at: Instant; readonly look: LeftoversSnapshot }
  /** A sweep is over. `end`: what became of the main child, if that was not known before. */
  | {
      readonly type: "swept";
      readonly at: Instant;
      readonly proof: Proof | undefined;
      readonly survivors: readonly Survivor[];
      readonly pid: number;
      readonly end: WaitStatus | undefined;
      readonly usage: Usage;
      /** The guardian had sent its signal by itself before, because we did not act. */
      readonly backstop: boolean;
    }
  /** A wake has reached somebody. */
  | { readonly type: "woken"; readonly at: Instant; readonly target: Sent["target"] }
  /** The guardian has begun a sweep, and has its time for it. */
  | { readonly type: "sweeping"; readonly at: Instant }
  /** The guardian ended without being told to. The tree is ours now. `killed`: by SIGKILL. */
  | { readonly type: "guardian-gone"; readonly at: Instant; readonly killed?: boolean }
  /**
   * A signal stopped the main child. `terminal`: the terminal sent it, to us as well, or we sent
   * SIGSTOP for what the terminal had sent to us. `shell`: a shell with job control waits for us,
   * and can continue us.
   */
  | {
      readonly type: "stopped";
      readonly at: Instant;
      readonly signal: Signal;
      readonly terminal?: boolean;
      readonly shell?: boolean;
    }
  | { readonly type: "continued"; readonly at: Instant }
  /** We had stopped ourselves, or had tried to, and go on. */
  | { readonly type: "resumed"; readonly at: Instant }
  /**
   * `delivered`: the command got it at the same time, as a terminal's signals reach a group.
   * `relayed`: somebody sent it to the guardian. `hangup`: a HUP because the terminal is gone.
   * `above`: another curfew sent it, which started us. `since`: when it came, if it was held back.
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
      /** Passed on with it. */
      readonly queued?: Queued | undefined;
    }
  /** The caller wants the end. `expired`: because a time has passed, which counts as the limit. */
  | { readonly type: "cancelled"; readonly at: Instant; readonly expired?: boolean }
  /** The process that started us has ended. */
  | { readonly type: "caller-gone"; readonly at: Instant }
  | { readonly type: "deadline"; readonly at: Instant };

/** What happens around the generations of a command that is replaced, besides their own events. */
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

/** Every event that --events has a line for. The answer to a wake stands in the report alone. */
export type LoggedEvent = Exclude<Event, { readonly type: "woken" }> | LifecycleEvent;
