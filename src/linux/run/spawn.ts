import type { Will } from "../../core/run/action.ts";
import { wallLimitOf } from "../../core/run/budget.ts";
import { STUCK_LIMIT } from "../../core/run/ladder.ts";
import type { Group } from "../../core/spec/spec.ts";
import type { Mechanism } from "../../core/spec/tree.ts";
import type { Instant } from "../../core/values/duration.ts";
import { deadlineAfter, earlier } from "../../core/values/instant.ts";
import { executableCandidates, SHELL } from "../../core/values/path-search.ts";
import { signalNumber } from "../../core/values/signal.ts";
import { NO_DESCRIPTOR } from "../kernel/abi.ts";
import type { SpawnField } from "../kernel/answers.ts";
import { sys } from "../kernel/window.ts";
import { handedDown } from "./budget.ts";
import type { RunContext } from "./context.ts";
import { FIELD, LEADS, SCOPES, SETTING, WILL } from "./fields.ts";
import { titleOf } from "./guardian-title.ts";
import { isForCommand } from "./terminal.ts";

type Scope = (typeof SCOPES)[number];

/** What a sweep of a containment reaches. */
const SCOPE_OF: Readonly<Record<Mechanism, Scope>> = {
  child: "child",
  group: "group",
  subreaper: "tree",
  cgroup: "tree",
  pidns: "tree",
};

/** The same as the window numbers it. */
export const scopeOf = (mechanism: Mechanism): number => SCOPES.indexOf(SCOPE_OF[mechanism]);

/** What the command leads. */
const LEADS_OF: Readonly<Record<Group, (typeof LEADS)[number]>> = {
  own: "nothing",
  caller: "nothing",
  auto: "nothing",
  job: "nothing",
  terminal: "nothing",
  session: "session",
  command: "group",
  alone: "group",
};

/** Starts the command: 0, or minus errno if nothing was started. The guardian tells the rest. */
export type Spawner = (run: RunContext, at: Instant) => number;

/** Starts a command that is given nothing but what curfew was given. */
export const spawnAlone: Spawner = (run, at) => spawn(run, at, inherited());

/** Starts the command, as a `Spawner` does. */
export function spawn(run: RunContext, at: Instant, given: Given): number {
  const { spec, confinement, leadsOwnGroup, ownPid, terminal } = run;
  const hasOwn = spec.pty !== false;
  const [name = ""] = spec.command;
  const files = executableCandidates(name, sys.env("PATH"));
  const { holding, namespaces, cgroups, hasLeaf, rlimits } = confinement;
  const [user, group] = namespaces === 0 ? [0, 0] : sys.user();
  const settings: number[] = [];
  settings[SETTING.scope] = scopeOf(holding.mechanism);
  settings[SETTING.leads] = LEADS.indexOf(hasOwn ? "terminal" : LEADS_OF[spec.group]);
  settings[SETTING.group] = leadsOwnGroup ? ownPid : 0;
  settings[SETTING.namespaces] = namespaces;
  settings[SETTING.user] = user;
  settings[SETTING.userGroup] = group;
  settings[SETTING.hasLeaf] = hasLeaf ? 1 : 0;
  const ours = terminal >= 0 && isForCommand(spec) ? terminal : NO_DESCRIPTOR;
  // That of its own is the first of its descriptors.
  settings[SETTING.terminal] = hasOwn ? (given.descriptors[0] ?? NO_DESCRIPTOR) : ours;
  settings[SETTING.saysReaped] = spec.sayReaped ? 1 : 0;
  settings[SETTING.stuckLimit] = STUCK_LIMIT;
  // Only report and events tell whether a member was seen in another PID namespace.
  const isTold = spec.report !== undefined || spec.events !== undefined;
  settings[SETTING.looksForForeign] = isTold ? 1 : 0;
  settings[SETTING.continuesStoppedOnly] = spec.continuesStoppedOnly ? 1 : 0;
  // Only a line of --events says that the command was executed.
  settings[SETTING.tellsStart] = spec.events === undefined ? 0 : 1;
  const fields: SpawnField[] = [];
  fields[FIELD.files] = files;
  fields[FIELD.argv] = spec.command;
  fields[FIELD.shell] = SHELL;
  fields[FIELD.settings] = settings;
  fields[FIELD.limits] = rlimits;
  fields[FIELD.cgroups] = cgroups;
  const { budget } = run;
  const handed = budget === undefined ? undefined : handedDown(run, budget);
  fields[FIELD.variables] =
    handed === undefined ? given.variables : [...given.variables, ...handed.variables];
  fields[FIELD.own] = given.own;
  fields[FIELD.above] = handed === undefined ? NOTHING : handed.above;
  fields[FIELD.descriptors] = given.descriptors;
  const ownLimitAt = deadlineAfter(at, spec.timeout);
  const limitAt =
    budget === undefined ? ownLimitAt : earlier(ownLimitAt, wallLimitOf(budget.limits));
  fields[FIELD.title] = titleOf({ supervisor: ownPid, limitAt, command: name });
  fields[FIELD.folder] = spec.chdir ?? "";
  return sys.spawn(...fields);
}

const NOTHING: readonly string[] = [];

/** What the command is given besides or instead of what curfew was given. */
export type Given = {
  readonly variables: readonly string[];
  /** Names of variables that get the command's PID as their value. */
  readonly own: readonly string[];
  /** Pairs: a descriptor of curfew's, and its number in the command. */
  readonly descriptors: readonly number[];
};

/**
 * What a service manager gave curfew is meant for the command: variables with curfew's PID get the
 * command's PID. sd_listen_fds(3), sd_watchdog_enabled(3).
 */
export function inherited(): Given {
  const pid = String(sys.pid());
  const own = ["LISTEN_PID", "WATCHDOG_PID"].filter((name) => sys.env(name) === pid);
  const variables = own.includes("LISTEN_PID") ? [SECOND_IDENTITY] : [];
  return { variables, own, descriptors: [] };
}

/**
 * systemd's second identity check beside LISTEN_PID: a stale value makes the command refuse its
 * sockets, so the variable is removed.
 */
export const SECOND_IDENTITY = "LISTEN_PIDFDID";

/** Stands for no instant. */
const NEVER = 0;

/** Gives the guardian the will. Its instants count from `since`. 0 or minus errno. */
export function leaveWill(will: Will, since: number = 0): number {
  const { signal, grace, sweepLimit, signalAt, sweepAt, staysForLeftovers, settle } = will;
  const instant = (at: Instant | undefined) => (at === undefined ? NEVER : since + at);
  const numbers: number[] = [];
  numbers[WILL.signal] = signalNumber(signal);
  numbers[WILL.grace] = grace;
  numbers[WILL.sweepLimit] = sweepLimit;
  numbers[WILL.signalAt] = instant(signalAt);
  numbers[WILL.sweepAt] = instant(sweepAt);
  numbers[WILL.staysForLeftovers] = staysForLeftovers ? 1 : 0;
  numbers[WILL.settleQuiet] = settle.quiet;
  numbers[WILL.settleLimit] = settle.limit;
  return sys.guardianWill(numbers);
}
