import type { Will } from "../../core/run/action.ts";
import { STUCK_LIMIT } from "../../core/run/ladder.ts";
import type { Group } from "../../core/spec/spec.ts";
import type { Mechanism } from "../../core/spec/tree.ts";
import type { Instant } from "../../core/values/duration.ts";
import { deadlineAfter } from "../../core/values/instant.ts";
import { executableCandidates, SHELL } from "../../core/values/path-search.ts";
import { signalNumber } from "../../core/values/signal.ts";
import { NO_DESCRIPTOR } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import type { RunContext } from "./context.ts";
import {
  inOrder,
  LEADS,
  SCOPES,
  SPAWN_FIELDS,
  SPAWN_SETTINGS,
  type SpawnFields,
  WILL_FIELDS,
} from "./fields.ts";
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
  const [name = ""] = spec.command;
  const files = executableCandidates(name, sys.env("PATH"));
  const { holding, namespaces, cgroups, hasLeaf, rlimits } = confinement;
  const [user, group] = namespaces === 0 ? [0, 0] : sys.user();
  const settings = inOrder(SPAWN_SETTINGS, {
    scope: scopeOf(holding.mechanism),
    leads: LEADS.indexOf(LEADS_OF[spec.group]),
    group: leadsOwnGroup ? ownPid : 0,
    namespaces,
    user,
    userGroup: group,
    hasLeaf: hasLeaf ? 1 : 0,
    terminal: terminal >= 0 && isForCommand(spec) ? terminal : NO_DESCRIPTOR,
    saysReaped: spec.sayReaped ? 1 : 0,
    stuckLimit: STUCK_LIMIT,
    // Only report and events tell whether a member was seen in another PID namespace.
    looksForForeign: spec.report !== undefined || spec.events !== undefined ? 1 : 0,
    continuesStoppedOnly: spec.continuesStoppedOnly ? 1 : 0,
  });
  const fields: SpawnFields = {
    files,
    argv: spec.command,
    shell: SHELL,
    settings,
    limits: rlimits,
    cgroups,
    ...given,
    title: titleOf({ supervisor: ownPid, limitAt: deadlineAfter(at, spec.timeout), command: name }),
  };
  return sys.spawn(...inOrder(SPAWN_FIELDS, fields));
}

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
  const fields = inOrder(WILL_FIELDS, {
    signal: signalNumber(signal),
    grace,
    sweepLimit,
    signalAt: instant(signalAt),
    sweepAt: instant(sweepAt),
    staysForLeftovers: staysForLeftovers ? 1 : 0,
    settleQuiet: settle.quiet,
    settleLimit: settle.limit,
  });
  return sys.guardianWill(fields);
}
