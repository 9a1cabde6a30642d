import { FIRST_SOCKET } from "../../core/cli/options/listen.ts";
import type { Will } from "../../core/run/action.ts";
import { STUCK_LIMIT } from "../../core/run/ladder.ts";
import { after } from "../../core/run/state.ts";
import type { Group } from "../../core/spec/spec.ts";
import { isServing } from "../../core/spec/spec.ts";
import type { Mechanism } from "../../core/spec/tree.ts";
import type { Instant } from "../../core/values/duration.ts";
import { candidatesOf, SHELL } from "../../core/values/path-search.ts";
import { signalNumber } from "../../core/values/signal.ts";
import { sys } from "../kernel/window.ts";
import { closeChannel, openChannel } from "../serve/ready.ts";
import { titleOf } from "./guardians.ts";
import type { Held } from "./held.ts";
import { NO_DESCRIPTOR } from "./held.ts";
import { now } from "./news.ts";
import { isForCommand } from "./terminal.ts";

/** What a sweep reaches, as `native/src/supervisor/spawn.rs` numbers it. */
export const SCOPES: Readonly<Record<Mechanism, number>> = {
  child: 0,
  group: 1,
  subreaper: 2,
  cgroup: 2,
  pidns: 2,
};

/** What the command leads, in the same numbers. */
const LEADS: Readonly<Record<Group, number>> = {
  own: 0,
  caller: 0,
  auto: 0,
  job: 0,
  terminal: 0,
  session: 1,
  command: 2,
  alone: 2,
};

/** Starts the command: 0, or minus errno where nothing was started; the rest is guardian's news. */
export function spawn(held: Held, at: Instant = now()): number {
  const { spec, confinement, leadsOwnGroup, ownPid, terminal } = held;
  const [name = ""] = spec.command;
  const files = candidatesOf(name, sys.env("PATH"));
  const { holding, namespaces, cgroups, hasLeaf, rlimits } = confinement;
  const [user, group] = namespaces === 0 ? [0, 0] : sys.user();
  const settings = [
    SCOPES[holding.mechanism],
    LEADS[spec.group],
    leadsOwnGroup ? ownPid : 0,
    namespaces,
    user,
    group,
    hasLeaf ? 1 : 0,
    terminal >= 0 && isForCommand(spec) ? terminal : NO_DESCRIPTOR,
    spec.sayReaped ? 1 : 0,
    STUCK_LIMIT,
    // Only a report says where members were seen.
    spec.report !== undefined || spec.events !== undefined ? 1 : 0,
    spec.wakesStopped ? 1 : 0,
  ];
  const begin = (given: Given): number =>
    sys.spawn(
      files,
      spec.command,
      SHELL,
      settings,
      rlimits,
      cgroups,
      given.variables,
      given.own,
      given.descriptors,
      titleOf({ supervisor: ownPid, limitAt: after(at, spec.timeout), command: name }),
    );
  return isServing(spec) ? spawnServing(held, begin) : begin(owned());
}

/** What the command gets that we did not get, or not so. */
type Given = {
  readonly variables: readonly string[];
  /** Variables that hold the command's number. */
  readonly own: readonly string[];
  readonly descriptors: readonly number[];
};

const NOTHING: Given = { variables: [], own: [], descriptors: [] };

/** What names us means the command: sd_listen_fds(3), sd_watchdog_enabled(3). */
function owned(): Given {
  const pid = String(sys.pid());
  const own = ["LISTEN_PID", "WATCHDOG_PID"].filter((name) => sys.env(name) === pid);
  return { ...NOTHING, own, variables: own.includes("LISTEN_PID") ? [NOT_THE_SAME] : [] };
}

/** Who goes with LISTEN_PID, in other numbers: where it says something else, no socket is taken. */
const NOT_THE_SAME = "LISTEN_PIDFDID";

function spawnServing(held: Held, begin: (given: Given) => number): number {
  const channel = openChannel(held.spec);
  if (typeof channel === "number") return channel;
  const given = owned();
  const answer = begin({
    variables: [...given.variables, ...variablesOf(held), ...channel.variables],
    own: held.listeners.length > 0 ? [...new Set(["LISTEN_PID", ...given.own])] : given.own,
    descriptors: [...handedOver(held), ...channel.descriptors],
  });
  if (channel.theirs >= 0) sys.close(channel.theirs);
  held.readyFd = channel.ours;
  if (answer !== 0) closeChannel(held);
  return answer;
}

function variablesOf({ listeners, generation }: Held): readonly string[] {
  const generationOf = `CURFEW_GENERATION=${generation}`;
  if (listeners.length === 0) return [generationOf];
  const numbers = listeners.map((_, at) => FIRST_SOCKET + at);
  return [
    generationOf,
    NOT_THE_SAME,
    `LISTEN_FDS=${listeners.length}`,
    `LISTEN_FDNAMES=${listeners.map(({ listen }) => listen.name).join(":")}`,
    `SCINIT_INHERITED_FDS=${numbers.join(",")}`,
  ];
}

function handedOver({ listeners }: Held): readonly number[] {
  return listeners.flatMap(({ fd }, at) => [fd, FIRST_SOCKET + at]);
}

/** No instant of our clock. */
const NEVER = 0;

/** Tells the guardian what to do without us, in instants since `since`. 0 or minus errno. */
export function leaveWill(will: Will, since: number = 0): number {
  const { signal, delay, patience, signalAt, sweepAt, hold, settle } = will;
  const instant = (at: Instant | undefined) => (at === undefined ? NEVER : since + at);
  return sys.guardianWill([
    signalNumber(signal),
    delay,
    patience,
    instant(signalAt),
    instant(sweepAt),
    hold ? 1 : 0,
    settle.quiet,
    settle.limit,
  ]);
}
