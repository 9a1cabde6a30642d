import type { Duration, Instant } from "./duration.ts";
import type { SpawnError } from "./error.ts";
import type { Exit, Reason } from "./exit.ts";
import type { Message } from "./messages.ts";
import type { Look } from "./readers.ts";
import type { EventLine, Report, Sent } from "./report.ts";
import type { Signal } from "./signal.ts";
import type { WaitStatus } from "./status.ts";
import type { Holding, Process, Proof, Survivor, Usage } from "./tree.ts";

/** How the main child ended, and how the tree stood then. */
export type Ended = {
  readonly status: WaitStatus;
  readonly usage: Usage;
  /** Set where nothing of the tree was left. */
  readonly proof: Proof | undefined;
  /** What was left, as far as it can be named. */
  readonly leftovers: readonly Process[];
  /** The same more closely, where it matters how they end. */
  readonly look?: Look | undefined;
  /** The guardian had acted by itself, because we did not. */
  readonly backstop: boolean;
};

/** What came with a queued signal (sigqueue(3)): si_code, sender, its user, the value's halves. */
export type Queued = readonly [code: number, pid: number, uid: number, low: number, high: number];

/** Everything that can happen to us. `at` is when we learnt of it. */
export type Event =
  | { readonly type: "spawned"; readonly at: Instant; readonly holding: Holding }
  | { readonly type: "spawn-failed"; readonly at: Instant; readonly error: SpawnError }
  | ({ readonly type: "exited"; readonly at: Instant; readonly pid: number } & Ended)
  /** The last member of the tree is gone, after the main child. */
  | {
      readonly type: "tree-empty";
      readonly at: Instant;
      readonly usage: Usage;
      readonly proof: Proof;
    }
  /** Who is left now, as we have asked. */
  | { readonly type: "looked"; readonly at: Instant; readonly look: Look }
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

/**
 * Whom a kill reaches: the main child alone; every member of its process group, where that group
 * is the command's, but us; or every member that had no signal of the kind yet.
 */
export type Target = "child" | "group" | "rest";

/** Everything we can do to the world. */
export type Action =
  | { readonly type: "spawn"; readonly will: Will }
  | {
      readonly type: "kill";
      readonly target: Target;
      readonly signal: Signal;
      readonly queued?: Queued | undefined;
      /** With `rest`: whom it does not reach, nor those below them. */
      readonly except?: readonly number[] | undefined;
      /** With `rest`: nothing of the kind was sent to the command's group, nor by its terminal. */
      readonly isFirst?: boolean | undefined;
    }
  /** SIGCONT to those of a target who are, or may be, stopped; `woken` follows if one got it. */
  | { readonly type: "wake"; readonly target: Target }
  /** A look at those that are left; `looked` follows. */
  | { readonly type: "look" }
  /** What the guardian does without us. */
  | { readonly type: "will"; readonly will: Will }
  /** Who has had the signal that asks for the end: the guardian does not send it there again. */
  | { readonly type: "told"; readonly told: Told }
  /** SIGKILL to every member, once; `swept` follows, at the latest when the patience is over. */
  | { readonly type: "sweep"; readonly patience: Duration }
  /** The same by ourselves, the guardian being gone or deaf. */
  | { readonly type: "take-over"; readonly patience: Duration }
  /** The guardian lets go of what is left of the tree. */
  | { readonly type: "leave-tree" }
  /** Stop ourselves as the main child was stopped, and continue it when we are continued. */
  | { readonly type: "stop-with-it"; readonly signal: Signal }
  | { readonly type: "say"; readonly message: Message }
  | { readonly type: "emit"; readonly line: EventLine }
  | { readonly type: "report"; readonly report: Report }
  /** `forced`: the command died of a signal, or we ended it. `reason`: why we did. */
  | {
      readonly type: "exit";
      readonly exit: Exit;
      readonly forced: boolean;
      readonly reason: Reason | undefined;
    };

/** Ends that follow one another within `quiet` are one, for `limit` at most. */
export type Settle = { readonly quiet: Duration; readonly limit: Duration };

/** Whoever comes later in the list has had it together with those before. */
export const TOLD = ["nobody", "command", "group", "everybody"] as const;
export type Told = (typeof TOLD)[number];

/** What the guardian is to do when we die, or do nothing until an instant has passed. */
export type Will = {
  readonly signal: Signal;
  /** When we die: from its signal to its sweep. */
  readonly delay: Duration;
  /** How long its sweep may take. */
  readonly patience: Duration;
  /** When it sends its signal although we live; undefined: never. At the spawn: since the spawn. */
  readonly signalAt: Instant | undefined;
  /** When it begins its sweep although we live, in the same way. */
  readonly sweepAt: Instant | undefined;
  /** Whether it stays with what is left when the main child ends. */
  readonly hold: boolean;
  /** How long after the main child's end others belong to it, and are no leftovers. */
  readonly settle: Settle;
};
