import type { Duration } from "../values/duration.ts";
import { NO_LIMIT } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";
import { SIGNALS, TERMINATING_SIGNALS } from "../values/signal.ts";
import { NO_SIZE_LIMIT } from "../values/size.ts";
import { BUDGET_DEFAULTS } from "./budget.ts";
import { RELAY_DEFAULTS } from "./relay.ts";
import type { Fields } from "./spec.ts";

/** The time between two scans for changes if no option gives one. */
export const POLL: Duration = 1_000_000 as Duration;

/** Signals by which a caller asks for the end of the run. */
export const STOP_SIGNALS: ReadonlySet<Signal> = new Set<Signal>(["SIGTERM", "SIGINT"]);

/** The defaults of `timeout`, which are GNU timeout's. */
export const TIMEOUT_DEFAULTS: Fields = Object.freeze<Fields>({
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
  control: undefined,
  chdir: undefined,
  mergesOutput: false,
  callerVersion: undefined,
  config: undefined,
  profile: undefined,
  noConfig: false,
  preserveStatus: false,
  verbose: false,
  telling: "problems",
  log: undefined,
  snapshots: "reported",
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
  ...RELAY_DEFAULTS,
  ...BUDGET_DEFAULTS,
  listen: [],
  watch: [],
  ignore: [],
  extensions: [],
  defaultIgnores: true,
  debounce: 200_000 as Duration,
  restartDelay: NO_LIMIT,
  ready: { kind: "none" },
  readyTimeout: 90_000_000 as Duration,
  exitOnError: false,
  poll: NO_LIMIT,
  reloadSignal: undefined,
});

/** The defaults of `run`. */
export const RUN_DEFAULTS: Fields = Object.freeze<Fields>({
  ...TIMEOUT_DEFAULTS,
  killAfter: 5_000_000 as Duration,
  group: "job",
  leftovers: "kill",
  onStop: "auto",
  pausesSuspended: true,
  expireOn: [],
  forward: new Set<Signal>([...TERMINATING_SIGNALS, "SIGTSTP", "SIGWINCH"]),
  receivesIgnored: "sent",
  stopSignals: STOP_SIGNALS,
  keysStartKillAfter: false,
  hangupStartsKillAfter: true,
  signalsRest: true,
  onSecondStop: "kill",
  exit137: false,
  continuesStoppedOnly: true,
  failOnSurvivors: true,
  telling: "tree",
  restoreTerminal: "forced",
  snapshots: "always",
  exit137OnGuardianKill: false,
  sayLimits: true,
});

/**
 * The signals that `run` forwards to a command in a process group of its own. SIGCONT to the group
 * that curfew was started in does not reach that command.
 */
export const FORWARD_ALONE: ReadonlySet<Signal> = new Set<Signal>([
  ...RUN_DEFAULTS.forward,
  "SIGCONT",
]);

/** The signals that can be forwarded: those that a process can catch, except SIGCHLD. */
const CATCHABLE: ReadonlySet<Signal> = new Set(
  SIGNALS.filter((signal) => !["SIG0", "SIGKILL", "SIGSTOP", "SIGCHLD"].includes(signal)),
);

/** The defaults of `init`. Docker sends SIGKILL after 10 s, so curfew sends its own before. */
export const INIT_DEFAULTS: Fields = Object.freeze<Fields>({
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
  telling: "ends",
  sayContainment: true,
  restoreTerminal: "always",
});

/** What `--signal` changes besides the signal. */
export const GIVEN_SIGNAL: Partial<Fields> = { isSignalGiven: true };

/** What `--kill-after` changes besides the time: it holds for PID 1, too. */
export const GIVEN_KILL_AFTER: Partial<Fields> = { killAfterAsPid1: undefined };
