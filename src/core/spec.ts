import type { Duration } from "./duration.ts";
import { NO_LIMIT } from "./duration.ts";
import type { Signal } from "./signal.ts";
import { TERMINATES } from "./signal.ts";
import type { Bytes } from "./size.ts";
import { NO_SIZE_LIMIT } from "./size.ts";

/** Where the command runs: in a process group that we lead, the caller's, or its own session. */
export type Group = "own" | "caller" | "session";

/** What holds the tree together; `auto` is the best that needs nothing and shows nothing. */
export const CONTAINMENTS = ["auto", "cgroup", "pidns", "subreaper", "group", "child"] as const;
export type Containment = (typeof CONTAINMENTS)[number];

/** What becomes of members that remain when the main child has ended by itself. */
export const LEFTOVERS = ["kill", "leave", "wait", "fail"] as const;
export type Leftovers = (typeof LEFTOVERS)[number];

/** What we do when the main child is stopped by a signal. */
export const ON_STOP = ["ignore", "report", "continue", "mirror", "kill"] as const;
export type OnStop = (typeof ON_STOP)[number];

/** Where a report or events are written to. */
export type Place =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "fd"; readonly fd: number };

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
  readonly containment: Containment;
  readonly leftovers: Leftovers;
  readonly onStop: OnStop;
  /** End the tree when the process that started us ends. */
  readonly dieWithParent: boolean;
  /** Processor time of each of the command's processes; `NO_LIMIT`: as inherited. */
  readonly cpuLimit: Duration;
  /** Memory of the command; `NO_SIZE_LIMIT`: as inherited. */
  readonly memLimit: Bytes;
  /** Processes and threads of the command at one time; 0: as inherited. */
  readonly processLimit: number;
  readonly report: Place | undefined;
  readonly events: Place | undefined;
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
  /** Those of them that start the clock of "kill after". */
  readonly clockOn: ReadonlySet<Signal>;
  /** A second one of them while stopping: as the first, or SIGKILL now. */
  readonly insist: "forward" | "kill";
  /** After an expiry that needed SIGKILL, show that instead of the expiry. */
  readonly showKill: boolean;
  /** Whether a signal that is to end the command is always followed by SIGCONT. */
  readonly alwaysWake: boolean;
  /** Whether surviving processes change our exit code. */
  readonly failOnSurvivors: boolean;
};

/** What options decide: a Spec but for the command. */
export type Fields = Omit<Spec, "command">;

/** Signals by which a caller asks for the end of the run. */
export const STOP_SIGNALS: ReadonlySet<Signal> = new Set<Signal>([
  "SIGTERM",
  "SIGINT",
  "SIGQUIT",
  "SIGHUP",
]);

/** What `timeout` does where no option says otherwise: GNU's contract. */
export const TIMEOUT_DEFAULTS: Fields = {
  timeout: NO_LIMIT,
  signal: "SIGTERM",
  killAfter: NO_LIMIT,
  group: "own",
  containment: "auto",
  leftovers: "leave",
  onStop: "ignore",
  dieWithParent: false,
  cpuLimit: NO_LIMIT,
  memLimit: NO_SIZE_LIMIT,
  processLimit: 0,
  report: undefined,
  events: undefined,
  preserveStatus: false,
  verbose: false,
  metrics: false,
  expireOn: ["SIGALRM"],
  forward: TERMINATES,
  clockOn: TERMINATES,
  insist: "forward",
  showKill: true,
  alwaysWake: false,
  failOnSurvivors: false,
};

/** What `run` does where no option says otherwise. */
export const RUN_DEFAULTS: Fields = {
  ...TIMEOUT_DEFAULTS,
  killAfter: 5_000_000 as Duration,
  group: "caller",
  leftovers: "kill",
  onStop: "mirror",
  expireOn: [],
  forward: new Set<Signal>([...TERMINATES, "SIGTSTP", "SIGWINCH"]),
  clockOn: STOP_SIGNALS,
  insist: "kill",
  showKill: false,
  alwaysWake: true,
  failOnSurvivors: true,
};
