import type { Duration } from "../values/duration.ts";
import type { Signal } from "../values/signal.ts";
import type { Bytes } from "../values/size.ts";
import type { Budgeting } from "./budget.ts";
import type { Relaying } from "./relay.ts";

/**
 * The process group or session that the command runs in: a group that curfew leads (`own`), the
 * caller's group, a group that the command leads, or a new session. Signals go to all of the group
 * with `command`, and to the command only with `alone`. A `GroupRequest` is resolved by `placed` in
 * src/core/spec/placement.ts, because it depends on the terminal.
 */
export type Group = "own" | "caller" | "command" | "alone" | "session" | GroupRequest;
type GroupRequest = "auto" | "job" | "terminal";

/**
 * What tracks the tree. `auto`: the strongest that needs no privileges and that COMMAND cannot see.
 */
export const CONTAINMENTS = ["auto", "cgroup", "pidns", "subreaper", "group", "child"] as const;
export type Containment = (typeof CONTAINMENTS)[number];

/** What curfew does with processes that are left when the main child exits by itself. */
export const LEFTOVERS = ["kill", "leave", "wait", "fail"] as const;
export type Leftovers = (typeof LEFTOVERS)[number];

/**
 * What curfew does when a signal suspends the main child. `auto`: mirror where a shell with job
 * control is waiting for curfew, else as `onStopWithoutShell` says.
 */
export const ON_STOP = ["auto", "ignore", "report", "continue", "mirror", "kill"] as const;
export type OnStop = (typeof ON_STOP)[number];

/** The file or descriptor that the report or the events are written to. */
export type OutputTarget =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "fd"; readonly fd: number };

/**
 * An address that curfew listens on for the command. `text`: the option's value without the name.
 */
export type Listen = { readonly name: string; readonly text: string; readonly at: Address };
export type Address =
  /** `host`: numbers of IPv4 or IPv6, or `*` for every address. */
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  /** `path`: of the socket, or `@` and a name in the abstract namespace: unix(7). */
  | { readonly kind: "unix"; readonly path: string };

/** How a command reports that it is ready to serve; `none`: it does not. */
export type Ready =
  | { readonly kind: "none" }
  /** sd_notify(3): `READY=1` to NOTIFY_SOCKET. */
  | { readonly kind: "notify" }
  /** A newline written to that descriptor, as in s6. */
  | { readonly kind: "fd"; readonly fd: number };

/**
 * Whether curfew ends the tree when its parent exits. A number: the PID that the parent must have.
 * If another process is curfew's parent, the one with that PID has exited already.
 */
export type DieWithParent = boolean | number;

/**
 * A memory limit. `tree`: it must hold for the whole tree, or curfew does not start the command.
 */
export type MemLimit = Bytes | { readonly tree: Bytes };

/**
 * When curfew looks at the tree before it ends it because a time has passed or too much was
 * written: always, only where a report or events can tell of it, or never.
 */
export type Snapshots = "always" | "reported" | "never";

/**
 * What curfew tells on stderr unasked: nothing, what went wrong (`problems`: survivors, leaks), why
 * it ended the tree and what became of it (`ends`), or that and a drawing of the tree.
 */
export type Telling = "nothing" | "problems" | "ends" | "tree";

/** Everything that the user asked for. It never changes during a run. */
export type Spec = {
  /** The command's words, its name first; never empty. */
  readonly command: readonly string[];
  /** The time from the spawn to the first signal, which is never early. */
  readonly timeout: Duration;
  /** The first signal. */
  readonly signal: Signal;
  /** Whether the user gave `signal`. Then curfew also stops when a process sends it that signal. */
  readonly isSignalGiven: boolean;
  /** The time from the first signal to SIGKILL; `NO_LIMIT`: no SIGKILL. */
  readonly killAfter: Duration;
  /**
   * The time from a forwarded stop signal to SIGKILL where curfew is PID 1, because a container
   * runtime has a time limit of its own. `undefined`: as `killAfter`.
   */
  readonly killAfterAsPid1: Duration | undefined;
  /** The time from a forwarded stop signal to SIGKILL; `undefined`: as `killAfter`. */
  readonly killAfterStopSignal: Duration | undefined;
  readonly group: Group;
  readonly containment: Containment;
  readonly leftovers: Leftovers;
  /**
   * How long leftovers may take to exit by themselves: those that are about to, and with `fail` all
   * of them before they count as a leak. `undefined`: as long as `killAfter` allows.
   */
  readonly linger: Duration | undefined;
  /** Patterns of command lines: a leftover that matches stays when the command exits by itself. */
  readonly spare: readonly string[];
  /** Whether `leave` also holds when a stop signal ended the command. */
  readonly leavesAfterStopSignal: boolean;
  readonly onStop: OnStop;
  /**
   * What `auto` does where no shell is waiting for curfew: report the suspension, or continue the
   * command if a terminal suspended it, but not after SIGSTOP or a stop signal that curfew
   * forwarded.
   */
  readonly onStopWithoutShell: "report" | "continue";
  /** Whether the time limit pauses while SIGTSTP from the terminal suspends command and curfew. */
  readonly pausesSuspended: boolean;
  readonly dieWithParent: DieWithParent;
  /** The processor time of each of the command's processes; `NO_LIMIT`: as inherited. */
  readonly cpuLimit: Duration;
  /** The memory of the command; `NO_SIZE_LIMIT`: as inherited. */
  readonly memLimit: MemLimit;
  /** The most processes and threads at one time; 0: as inherited. */
  readonly processLimit: number;
  readonly report: OutputTarget | undefined;
  readonly events: OutputTarget | undefined;
  /** The descriptor that control lines are read from. */
  readonly control: number | undefined;
  /** The command's working directory; `undefined`: curfew's. */
  readonly chdir: string | undefined;
  /** Whether the command's stderr is what its stdout is, so that the order is the true one. */
  readonly mergesOutput: boolean;
  /** The version that the caller belongs to; `undefined`: any. */
  readonly callerVersion: string | undefined;
  /** The configuration file that was named, and the profile; `undefined`: those by default. */
  readonly config: string | undefined;
  readonly profile: string | undefined;
  /** Whether no configuration file is read. */
  readonly noConfig: boolean;
  /** Whether curfew exits with the command's code even after a timeout. */
  readonly preserveStatus: boolean;
  /** Whether curfew reports on stderr what it does. */
  readonly verbose: boolean;
  readonly telling: Telling;
  /** Where curfew's own lines go; `undefined`: stderr. */
  readonly log: OutputTarget | undefined;
  readonly snapshots: Snapshots;
  /** Whether curfew prints one JSON line at the end. */
  readonly metrics: boolean;
  /** Signals to curfew that have the effect of the time limit. */
  readonly expireOn: readonly Signal[];
  /** Signals to curfew that it forwards to the command. */
  readonly forward: ReadonlySet<Signal>;
  /** Forwarded signals that ask for the end: they start `killAfter`. */
  readonly stopSignals: ReadonlySet<Signal>;
  /**
   * Whether a stop signal also starts `killAfter` where a terminal's key sent it to the command.
   */
  readonly keysStartKillAfter: boolean;
  /** Whether the HUP of a closed terminal starts `killAfter`, though HUP is no stop signal. */
  readonly hangupStartsKillAfter: boolean;
  /**
   * Whether the other processes get the first signal before SIGKILL while the command still runs.
   */
  readonly signalsRest: boolean;
  /**
   * Which signals curfew receives although they were ignored when it was started: none; INT and
   * QUIT from a process, because a shell makes background jobs ignore them only for its terminal's
   * keys (`sent`); or all.
   */
  readonly receivesIgnored: "never" | "sent" | "always";
  /** What the command does not inherit from curfew's caller: the mask, or mask and dispositions. */
  readonly resetSignals: "nothing" | "mask" | "all";
  /**
   * What a second stop signal does: curfew forwards it like the first, or sends SIGKILL at once.
   */
  readonly onSecondStop: "forward" | "kill";
  /** Whether the exit code after an expiry that needed SIGKILL is 137 and not 124. */
  readonly exit137: boolean;
  /** Whether SIGCONT follows a signal only for stopped processes; GNU timeout sends it to all. */
  readonly continuesStoppedOnly: boolean;
  /** Whether surviving processes change curfew's exit code. */
  readonly failOnSurvivors: boolean;
  /** Whether curfew dies of the signal that the command died of, or exits with 128 + its number. */
  readonly dieOfSignal: boolean;
  /** Whether `verbose` reports the containment. */
  readonly sayContainment: boolean;
  /** Whether curfew warns that a memory limit holds for each process, not for the tree. */
  readonly sayLimits: boolean;
  /** Whether curfew forwards signals only to the command, not to its process group. */
  readonly singleChild: boolean;
  /** What curfew takes a signal for, before every other rule; `SIG0`: it drops the signal. */
  readonly rewrite: ReadonlyMap<Signal, Signal>;
  /** How long curfew holds the first stop signal back. */
  readonly drain: Duration;
  /** Exit codes of the command for which curfew exits with 0. */
  readonly expectExit: readonly number[];
  /**
   * The signal that the exit of curfew's parent stands for; `undefined`: the exit ends the tree.
   */
  readonly parentSignal: Signal | undefined;
  /**
   * When curfew restores the terminal's settings at the end: always, only where the command died of
   * a signal or curfew ended it (`forced`), or never. It restores the foreground group except with
   * `never`.
   */
  readonly restoreTerminal: "always" | "forced" | "never";
  /** Whether SIGKILL to the guardian has the exit of SIGKILL to curfew. */
  readonly exit137OnGuardianKill: boolean;
  /** Whether curfew reports adopted orphans that it has reaped. */
  readonly sayReaped: boolean;
  /**
   * How much of the run curfew narrates in the words of the tool that it stands in for, as tini
   * counts it: from 2 on the command's start and end, from 3 on every signal. 0: nothing.
   */
  readonly narration: number;
} & Serving &
  Relaying &
  Budgeting;

/** The part of a `Spec` about sockets and generations. */
export type Serving = {
  /** Addresses that curfew binds once, and holds until it exits. */
  readonly listen: readonly Listen[];
  /** Files and directories whose change starts a new generation. */
  readonly watch: readonly string[];
  /** Patterns of names and paths whose changes are ignored. */
  readonly ignore: readonly string[];
  /** The only endings of files whose changes count, without their dots; empty: all files count. */
  readonly extensions: readonly string[];
  /** Whether what is no source by its name, or by a .gitignore file, is ignored. */
  readonly defaultIgnores: boolean;
  /** How long nothing must have changed before a new generation starts. */
  readonly debounce: Duration;
  /** The time between the exit of a generation and the start of the next. */
  readonly restartDelay: Duration;
  readonly ready: Ready;
  /** How long a new generation may take to become ready. */
  readonly readyTimeout: Duration;
  /** Whether curfew exits as soon as a generation fails. */
  readonly exitOnError: boolean;
  /** The time between two scans for changes; `NO_LIMIT`: inotify reports them. */
  readonly poll: Duration;
  /** A signal to curfew that starts a new generation. */
  readonly reloadSignal: Signal | undefined;
};

/** What options decide: all of a `Spec` except the command. */
export type Fields = Omit<Spec, "command">;

/** The spec where curfew is PID 1, changed in place. */
export function asPid1(spec: Spec): Spec {
  const { killAfterAsPid1 } = spec;
  if (killAfterAsPid1 === undefined) return spec;
  return Object.assign(spec, { killAfterStopSignal: killAfterAsPid1 });
}

/** The bytes of a memory limit. */
export function bytesOf(limit: MemLimit): Bytes {
  return typeof limit === "number" ? limit : limit.tree;
}

/** Whether the command gets sockets or a way to report that it is ready, or may be replaced. */
export function isServing(serving: Serving): boolean {
  return serving.listen.length > 0 || serving.ready.kind !== "none" || isReloading(serving);
}

/** Whether the command may have more than one generation. */
export function isReloading({ watch, reloadSignal }: Serving): boolean {
  return watch.length > 0 || reloadSignal !== undefined;
}
