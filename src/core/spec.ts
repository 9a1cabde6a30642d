import type { Duration } from "./duration.ts";
import { NO_LIMIT } from "./duration.ts";
import type { Signal } from "./signal.ts";
import { TERMINATES } from "./signal.ts";
import type { Bytes } from "./size.ts";
import { NO_SIZE_LIMIT } from "./size.ts";

/** Whose process group the command runs in: one that we lead, or the caller's. */
export type Group = "own" | "caller";

/** The user's whole wish, complete and frozen; nothing of its progress. */
export type Spec = {
  /** The command's words, its name first; never empty. */
  readonly command: readonly string[];
  /** From the spawn to the first signal; strict, never early. */
  readonly timeout: Duration;
  /** The first signal. */
  readonly signal: Signal;
  /** From the first signal to SIGKILL; `NO_LIMIT`: never. */
  readonly killAfter: Duration;
  readonly group: Group;
  /** Data memory of each of the command's processes; `NO_SIZE_LIMIT`: as inherited. */
  readonly memLimit: Bytes;
  /** After expiry, end as the command did. */
  readonly preserveStatus: boolean;
  /** Say on stderr what is done. */
  readonly verbose: boolean;
  /** Print one JSON line at the end. */
  readonly metrics: boolean;
  /** Signals to us that mean "time is up", as if the limit had passed. */
  readonly expireOn: readonly Signal[];
  /** Signals to us that are passed on to the command. */
  readonly forward: ReadonlySet<Signal>;
};

/** What options decide: a Spec but for the command. */
export type Fields = Omit<Spec, "command">;

/** What `timeout` does where no option says otherwise: GNU's contract. */
export const TIMEOUT_DEFAULTS: Fields = {
  timeout: NO_LIMIT,
  signal: "SIGTERM",
  killAfter: NO_LIMIT,
  group: "own",
  memLimit: NO_SIZE_LIMIT,
  preserveStatus: false,
  verbose: false,
  metrics: false,
  expireOn: ["SIGALRM"],
  forward: TERMINATES,
};
