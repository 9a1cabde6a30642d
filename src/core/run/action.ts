import type { Message } from "../messages/messages.ts";
import type { Queued } from "../report/event.ts";
import type { EventRecord } from "../report/event-record.ts";
import type { Report } from "../report/report.ts";
import type { Exit, Reason } from "../spec/exit.ts";
import type { Duration, Instant } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";

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
  /** Which processes the guardian does not send the signal that asks for the end: they had it. */
  | { readonly type: "recipients"; readonly recipients: Recipients }
  /** The guardian sends SIGKILL to every member. `swept` follows, at the latest after `limit`. */
  | { readonly type: "sweep"; readonly limit: Duration }
  /** The supervisor does the same itself, because the guardian is gone or does not answer. */
  | { readonly type: "take-over"; readonly limit: Duration }
  /** The guardian lets go of what is left of the tree. */
  | { readonly type: "leave-tree" }
  /** Stop ourselves as the main child was stopped, and continue it when we are continued. */
  | { readonly type: "stop-with-it"; readonly signal: Signal }
  | { readonly type: "say"; readonly message: Message }
  | ({ readonly type: "emit" } & EventRecord)
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

/** How far a signal has been sent. Each word includes those before it. */
export const RECIPIENTS = ["none", "command", "group", "tree"] as const;
export type Recipients = (typeof RECIPIENTS)[number];

/**
 * What the guardian does if the supervisor dies, or has done nothing when an instant has passed
 * (as a "last will" in MQTT is carried out by the broker).
 */
export type Will = {
  /** The guardian's first signal. */
  readonly signal: Signal;
  /** From that signal to its sweep, if the supervisor has died. */
  readonly grace: Duration;
  /** How long its sweep may take. */
  readonly sweepLimit: Duration;
  /**
   * When it sends its signal although the supervisor lives; undefined: never. In the will of a
   * spawn the time since the spawn.
   */
  readonly signalAt: Instant | undefined;
  /** When it begins its sweep although the supervisor lives, in the same way. */
  readonly sweepAt: Instant | undefined;
  /** Whether it stays with the leftovers when the main child has ended. */
  readonly staysForLeftovers: boolean;
  /** Processes that end so soon after the main child are not leftovers. */
  readonly settle: Settle;
};
