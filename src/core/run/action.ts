import type { Message } from "../messages/messages.ts";
import type { Queued } from "../report/event.ts";
import type { EventRecord } from "../report/event-record.ts";
import type { Report } from "../report/report.ts";
import type { Exit, Reason } from "../spec/exit.ts";
import type { Identity } from "../spec/member.ts";
import type { TreeSnapshot } from "../spec/process-snapshot.ts";
import type { OutputName, TerminalSize } from "../spec/relay.ts";
import type { WaitStatus } from "../spec/status.ts";
import type { Duration, Instant } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";

/**
 * Which processes a signal goes to. `child`: the main child alone. `group`: every member of its
 * process group, except curfew. `rest`: every member of the tree that has not had this signal.
 */
export type Target = "child" | "group" | "rest";

/** Everything that a step may ask of the host. */
export type Action =
  | { readonly type: "spawn"; readonly will: Will }
  | {
      readonly type: "kill";
      readonly target: Target;
      readonly signal: Signal;
      readonly queued?: Queued | undefined;
      /** With `rest`: processes that are left out, with their descendants. */
      readonly except?: readonly number[] | undefined;
      /** With `rest`: neither curfew nor a terminal has sent this signal to the command's group. */
      readonly isFirst?: boolean | undefined;
    }
  /** SIGCONT to the processes that are or may be stopped. `woken` follows if one was sent it. */
  | { readonly type: "wake"; readonly target: Target }
  /** The host looks at the leftovers. `looked` follows. */
  | { readonly type: "look" }
  /** The host looks how many bytes of stdin are unread. `stdin-closed` follows. */
  | { readonly type: "look-at-stdin" }
  /** The host looks how the run stands. `heartbeat` follows, or `wrote` after output since then. */
  | { readonly type: "look-around"; readonly since: Instant }
  /** The guardian gets a new will. */
  | { readonly type: "will"; readonly will: Will }
  /** The guardian learns which processes have had the signal that asks for the end. */
  | { readonly type: "recipients"; readonly recipients: Recipients }
  /** The guardian sends SIGKILL to every member. `swept` follows, at the latest after `limit`. */
  | { readonly type: "sweep"; readonly limit: Duration }
  /** The supervisor does the same itself, because the guardian is gone or does not answer. */
  | { readonly type: "take-over"; readonly limit: Duration }
  /** The guardian lets the rest of the tree run on. */
  | { readonly type: "leave-tree" }
  /**
   * The run is over. The host passes on what the command wrote, however long the reader takes, and
   * reads a pipe that a process still holds until an instant. `drained` follows. `isHurried`: this
   * takes a part of the time that all last lines have.
   */
  | { readonly type: "drain"; readonly heldUntil: Instant; readonly isHurried: boolean }
  /** The host gives up what was not passed on. `drained` follows at once. */
  | { readonly type: "cut-output" }
  /** What the command writes to an output from now on fails. */
  | { readonly type: "close-output"; readonly stream: OutputName }
  /** curfew stops itself as the main child was stopped, and continues it when it is continued. */
  | { readonly type: "mirror-stop"; readonly signal: Signal }
  /** The command's terminal gets another size. */
  | { readonly type: "resize"; readonly size: TerminalSize }
  /** The host looks which of these live, before they are sent SIGKILL. `counted` follows. */
  | { readonly type: "count"; readonly processes: readonly Identity[] }
  /** `tree`: is drawn below the message. */
  | { readonly type: "say"; readonly message: Message; readonly tree?: TreeSnapshot }
  | ({ readonly type: "emit" } & EventRecord)
  | { readonly type: "report"; readonly report: Report }
  /**
   * `forced`: the command died of a signal, or curfew ended it. `reason`: why curfew did. `status`:
   * how the command ended, if a process saw it.
   */
  | {
      readonly type: "exit";
      readonly exit: Exit;
      readonly forced: boolean;
      readonly reason: Reason | undefined;
      readonly status?: WaitStatus | undefined;
    };

/** Processes that end within `quiet` of one another end together, for `limit` at most. */
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
