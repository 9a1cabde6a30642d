import type { Duration } from "../values/duration.ts";
import { NO_LIMIT } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";
import { SIGNALS, TERMINATING_SIGNALS } from "../values/signal.ts";
import type { Bytes } from "../values/size.ts";
import { NO_SIZE_LIMIT } from "../values/size.ts";

/**
 * Where the command runs: in a process group that we lead, the caller's, one that the command leads
 * and is signalled with (`command`) or is signalled alone in (`alone`), or its own session. What is
 * wished depends on the terminal: see `placed` in src/core/spec/placement.ts.
 */
export type Group = "own" | "caller" | "command" | "alone" | "session" | GroupRequest;
type GroupRequest = "auto" | "job" | "terminal";

/** What holds the tree together; `auto` is the best that needs nothing and shows nothing. */
export const CONTAINMENTS = ["auto", "cgroup", "pidns", "subreaper", "group", "child"] as const;
export type Containment = (typeof CONTAINMENTS)[number];

/** What becomes of members that remain when the main child has ended by itself. */
export const LEFTOVERS = ["kill", "leave", "wait", "fail"] as const;
export type Leftovers = (typeof LEFTOVERS)[number];

/**
 * What we do when the main child is stopped by a signal. `auto`: mirror where a shell with job
 * control waits for us, else as `onStopWithoutShell` says.
 */
export const ON_STOP = ["auto", "ignore", "report", "continue", "mirror", "kill"] as const;
export type OnStop = (typeof ON_STOP)[number];

/** Where a report or events are written to. */
export type OutputTarget =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "fd"; readonly fd: number };

/** An address that we listen on for the command. `text`: as it was given, without the name. */
export type Listen = { readonly name: string; readonly text: string; readonly at: Address };
export type Address =
  /** `host`: numbers of IPv4 or IPv6, or `*` for every address. */
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  /** A path, or an abstract name behind `@`. */
  | { readonly kind: "unix"; readonly path: string };

/** How a command says that it can take over; `none`: it need not, and cannot. */
export type Ready =
  | { readonly kind: "none" }
  /** sd_notify(3): `READY=1` to NOTIFY_SOCKET. */
  | { readonly kind: "notify" }
  /** A newline on that descriptor, as s6 has it. */
  | { readonly kind: "fd"; readonly fd: number };

/**
 * Whether the tree ends when the process that started us ends. A number: that process has to be our
 * parent, or it has ended already.
 */
export type DieWithParent = boolean | number;

/** In an object: a limit of the whole tree, or the command is not started. */
export type MemLimit = Bytes | { readonly tree: Bytes };

/** The user's whole wish, complete and frozen; nothing of its progress. */
export type Spec = {
  /** The command's words, its name first; never empty. */
  readonly command: readonly string[];
  /** From the spawn to the first signal; strict, never early. */
  readonly timeout: Duration;
  /** The first signal. */
  readonly signal: Signal;
  /** It was given by hand: then it asks for the end where a process sends it to us, too. */
  readonly isSignalGiven: boolean;
  /** From the first signal to SIGKILL; `NO_LIMIT`: never. */
  readonly killAfter: Duration;
  /**
   * The same as process 1, from a stop signal that was passed on: whoever runs a container has a
   * clock of its own. Undefined: as `killAfter`.
   */
  readonly killAfterAsPid1: Duration | undefined;
  /** The same from a stop signal that was passed on, where it differs; else as `killAfter`. */
  readonly killAfterStopSignal: Duration | undefined;
  readonly group: Group;
  readonly containment: Containment;
  readonly leftovers: Leftovers;
  /**
   * How long leftovers may take to end by themselves: those that are about to, and all of them
   * before they are a leak. Undefined: as `killAfter` allows.
   */
  readonly linger: Duration | undefined;
  /** Patterns of leftovers' words: what matches stays when the command ends by itself. */
  readonly spare: readonly string[];
  /** Whether what is to be left is left also where a signal has asked for the end. */
  readonly leavesAfterStopSignal: boolean;
  readonly onStop: OnStop;
  /**
   * `auto`, where no shell waits for us: leave it stopped, or take back what a terminal did, but no
   * SIGSTOP and nothing that we passed on.
   */
  readonly onStopWithoutShell: "report" | "continue";
  /** Whether the clock of the limit rests while our terminal's TSTP has stopped command and us. */
  readonly pausesSuspended: boolean;
  readonly dieWithParent: DieWithParent;
  /** Processor time of each of the command's processes; `NO_LIMIT`: as inherited. */
  readonly cpuLimit: Duration;
  /** Memory of the command; `NO_SIZE_LIMIT`: as inherited. */
  readonly memLimit: MemLimit;
  /** Processes and threads of the command at one time; 0: as inherited. */
  readonly processLimit: number;
  readonly report: OutputTarget | undefined;
  readonly events: OutputTarget | undefined;
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
  readonly stopSignals: ReadonlySet<Signal>;
  /** Whether one of them that the command has got from its terminal does so, too. */
  readonly keysStartKillAfter: boolean;
  /** Whether a terminal that goes away starts it, although HUP is none of them. */
  readonly hangupStartsKillAfter: boolean;
  /** Whether the rest gets the first signal before SIGKILL, also where the command still lives. */
  readonly signalsRest: boolean;
  /**
   * What is received of the signals that were ignored when we were started: nothing; INT and QUIT
   * that a process sends, for a shell has its background jobs ignore these for the sake of its
   * terminal's keys; or all.
   */
  readonly receivesIgnored: "never" | "asked" | "always";
  /** What the command does not inherit of our signals: its mask, or that and what is ignored. */
  readonly resetSignals: "nothing" | "mask" | "all";
  /** A second one of them while stopping: as the first, or SIGKILL now. */
  readonly onSecondStop: "forward" | "kill";
  /** After an expiry that needed SIGKILL, show that instead of the expiry. */
  readonly exit137: boolean;
  /** Whether those who are stopped are continued after a signal that is to end them; GNU: all. */
  readonly continuesStoppedOnly: boolean;
  /** Whether surviving processes change our exit code. */
  readonly failOnSurvivors: boolean;
  /** Whether our parent sees the command's death by a signal, or 128 and the signal's number. */
  readonly dieOfSignal: boolean;
  /** Whether it is said what holds the tree. */
  readonly sayContainment: boolean;
  /** Whether it is said where a limit holds for less than was perhaps meant. */
  readonly sayLimits: boolean;
  /** Forwarded signals go to the command alone, not to its process group. */
  readonly singleChild: boolean;
  /** What a signal to us becomes before anything else is asked; `SIG0`: nothing. */
  readonly rewrite: ReadonlyMap<Signal, Signal>;
  /** How long the first signal that starts the clock is held back. */
  readonly drain: Duration;
  /** Exit codes that we show as 0. */
  readonly expectExit: readonly number[];
  /** What the end of the process that started us stands for, where it is not a wish of its own. */
  readonly parentSignal: Signal | undefined;
  /**
   * Whether our terminal's settings are at the end what they were at the start: always, where the
   * command died of a signal or was ended by us, or never. The foreground group is given back but
   * with `never`.
   */
  readonly restoreTerminal: "always" | "forced" | "never";
  /** Whether SIGKILL to the guardian is shown as if it had come to us. */
  readonly exit137OnGuardianKill: boolean;
  /** Say which strangers were reaped. */
  readonly sayReaped: boolean;
  /**
   * How much of the run is told in the words of a tool that we stand in for, as tini counts it:
   * from 2 on the command's start and end, from 3 on every signal. 0: nothing but our own messages.
   */
  readonly narration: number;
} & Serving;

/** What a command that serves is held with while it is replaced. */
export type Serving = {
  /** Bound once, and held as long as we live. */
  readonly listen: readonly Listen[];
  /** Files and directories whose change means a new generation. */
  readonly watch: readonly string[];
  /** Patterns of names and paths whose change means nothing. */
  readonly ignore: readonly string[];
  /** How long nothing may change before a new generation begins. */
  readonly debounce: Duration;
  /** Before a new generation: from the end of the old one, where that ends first. */
  readonly restartDelay: Duration;
  readonly ready: Ready;
  /** How long a new generation may take to become ready. */
  readonly readyTimeout: Duration;
  /** The first generation that fails ends us. */
  readonly exitOnError: boolean;
  /** How often we look for changes by ourselves; `NO_LIMIT`: the kernel tells of them. */
  readonly poll: Duration;
  /** A signal to us that means a new generation. */
  readonly reloadSignal: Signal | undefined;
};

/** How often we look for changes where the kernel does not tell, and no option says how often. */
export const POLL: Duration = 1_000_000 as Duration;

/** What options decide: a Spec but for the command. */
export type Fields = Omit<Spec, "command">;

/** Signals by which a caller asks for the end of the run. */
export const STOP_SIGNALS: ReadonlySet<Signal> = new Set<Signal>(["SIGTERM", "SIGINT"]);

/** What `timeout` does where no option says otherwise: GNU's contract. */
export const TIMEOUT_DEFAULTS: Fields = {
  timeout: NO_LIMIT,
  signal: "SIGTERM",
  isSignalGiven: false,
  killAfter: NO_LIMIT,
  killAfterAsPid1: undefined,
  killAfterStopSignal: undefined,
  group: "own",
  containment: "auto",
  leftovers: "leave",
  linger: undefined,
  spare: [],
  leavesAfterStopSignal: false,
  onStop: "ignore",
  onStopWithoutShell: "report",
  pausesSuspended: false,
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
  forward: TERMINATING_SIGNALS,
  stopSignals: TERMINATING_SIGNALS,
  receivesIgnored: "never",
  resetSignals: "nothing",
  keysStartKillAfter: true,
  hangupStartsKillAfter: false,
  signalsRest: false,
  onSecondStop: "forward",
  exit137: true,
  continuesStoppedOnly: false,
  failOnSurvivors: false,
  dieOfSignal: true,
  sayContainment: false,
  sayLimits: false,
  singleChild: false,
  rewrite: new Map(),
  drain: NO_LIMIT,
  expectExit: [],
  parentSignal: undefined,
  restoreTerminal: "never",
  exit137OnGuardianKill: true,
  sayReaped: false,
  narration: 0,
  listen: [],
  watch: [],
  ignore: [],
  debounce: 200_000 as Duration,
  restartDelay: NO_LIMIT,
  ready: { kind: "none" },
  readyTimeout: 90_000_000 as Duration,
  exitOnError: false,
  poll: NO_LIMIT,
  reloadSignal: undefined,
};

/** What `run` does where no option says otherwise. */
export const RUN_DEFAULTS: Fields = {
  ...TIMEOUT_DEFAULTS,
  killAfter: 5_000_000 as Duration,
  group: "job",
  leftovers: "kill",
  onStop: "auto",
  pausesSuspended: true,
  expireOn: [],
  forward: new Set<Signal>([...TERMINATING_SIGNALS, "SIGTSTP", "SIGWINCH"]),
  receivesIgnored: "asked",
  stopSignals: STOP_SIGNALS,
  keysStartKillAfter: false,
  hangupStartsKillAfter: true,
  signalsRest: true,
  onSecondStop: "kill",
  exit137: false,
  continuesStoppedOnly: true,
  failOnSurvivors: true,
  restoreTerminal: "forced",
  exit137OnGuardianKill: false,
  sayLimits: true,
};

/**
 * What `run` forwards to a command in a process group of its own: whoever continues the group that
 * we were started in does not reach it.
 */
export const FORWARD_ALONE: ReadonlySet<Signal> = new Set<Signal>([
  ...RUN_DEFAULTS.forward,
  "SIGCONT",
]);

/** Every signal that can be forwarded: not what nobody can catch, nor the ends of children. */
const CATCHABLE: ReadonlySet<Signal> = new Set(
  SIGNALS.filter((signal) => !["SIG0", "SIGKILL", "SIGSTOP", "SIGCHLD"].includes(signal)),
);

/** What `init` does where no option says otherwise. Docker kills after 10 s: we are done before. */
export const INIT_DEFAULTS: Fields = {
  ...RUN_DEFAULTS,
  killAfter: 8_000_000 as Duration,
  killAfterAsPid1: NO_LIMIT,
  group: "auto",
  onStopWithoutShell: "continue",
  pausesSuspended: false,
  forward: CATCHABLE,
  hangupStartsKillAfter: false,
  onSecondStop: "forward",
  dieOfSignal: false,
  sayContainment: true,
  restoreTerminal: "always",
};

/** `--signal` by hand. */
export const GIVEN_SIGNAL: Partial<Fields> = { isSignalGiven: true };

/** `--kill-after` by hand holds for every end, as process 1 as well. */
export const GIVEN_KILL_AFTER: Partial<Fields> = { killAfterAsPid1: undefined };

/** The same wish, where we are process 1. */
export function asPid1(spec: Spec): Spec {
  const { killAfterAsPid1 } = spec;
  return killAfterAsPid1 === undefined ? spec : { ...spec, killAfterStopSignal: killAfterAsPid1 };
}

/** The bytes of a memory limit. */
export function bytesOf(limit: MemLimit): Bytes {
  return typeof limit === "number" ? limit : limit.tree;
}

/** Whether the command is told of anything but its own words. */
export function isServing(serving: Serving): boolean {
  return serving.listen.length > 0 || serving.ready.kind !== "none" || isReloading(serving);
}

/** Whether more than one generation of the command may live. */
export function isReloading({ watch, reloadSignal }: Serving): boolean {
  return watch.length > 0 || reloadSignal !== undefined;
}
