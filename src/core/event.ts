import type { Instant } from "./duration.ts";
import type { SpawnError } from "./error.ts";
import type { Exit } from "./exit.ts";
import type { Message } from "./messages.ts";
import type { Report } from "./report.ts";
import type { Signal } from "./signal.ts";
import type { WaitStatus } from "./status.ts";

/** Everything that can happen to us. `at` is when we learnt of it. */
export type Event =
  | { readonly type: "spawned"; readonly at: Instant; readonly pid: number }
  | { readonly type: "spawn-failed"; readonly at: Instant; readonly error: SpawnError }
  | { readonly type: "exited"; readonly at: Instant; readonly status: WaitStatus }
  | { readonly type: "stopped"; readonly at: Instant; readonly signal: Signal }
  | { readonly type: "continued"; readonly at: Instant }
  /** `delivered`: the command got it at the same time, as a terminal's signals reach a group. */
  | {
      readonly type: "signal";
      readonly at: Instant;
      readonly signal: Signal;
      readonly delivered?: boolean;
    }
  | { readonly type: "cancelled"; readonly at: Instant }
  | { readonly type: "deadline"; readonly at: Instant };

/** Whom a kill reaches: the command alone, or every member of its process group but us. */
export type Target = "child" | "group";

/** Everything we can do to the world. */
export type Action =
  | { readonly type: "spawn" }
  | { readonly type: "kill"; readonly target: Target; readonly signal: Signal }
  | { readonly type: "say"; readonly message: Message }
  /** Say which processes are still there, if any. `inGroup`: those of our group as well. */
  | { readonly type: "say-leftovers"; readonly inGroup: boolean }
  | { readonly type: "report"; readonly report: Report }
  | { readonly type: "exit"; readonly exit: Exit };
