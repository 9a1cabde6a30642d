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
