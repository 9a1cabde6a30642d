import type { KillSpec } from "../spec/kill-spec.ts";
import type { Survivor } from "../spec/tree.ts";
import { errnoText } from "../values/errno.ts";
import { jsonText, onOneLine, quote } from "../values/quote.ts";
import type { Signal } from "../values/signal.ts";
import { signalLabel } from "../values/signal.ts";
import type { Doubt, KillProgress, Member, Verdict } from "./members.ts";
import { isExistenceTest } from "./refusal.ts";

/** What a last look at a living member showed. */
export type Observation = { readonly id: number; readonly uid: number; readonly state: string };

/** The result for a PID of the command line. */
export type KillResult = Verdict & {
  readonly pid: number;
  /** How many processes it stood for, descendants included. */
  readonly members: number;
  readonly survivors: readonly Survivor[];
};

/** The receiver of a signal, for `-v`. */
export type Receiver =
  | { readonly kind: "process"; readonly pid: number; readonly command: string }
  | { readonly kind: "group"; readonly group: number };

/** The receivers of a signal to these members: each of them, or with `--group` the groups. */
export function receiversOf(
  { reach }: KillSpec,
  { members, targets }: KillProgress,
  ids: readonly number[],
): readonly Receiver[] {
  const receivers = ids.flatMap((id) => members.get(id) ?? []);
  if (reach === "tree") {
    return receivers.map(({ pid, command }) => ({ kind: "process", pid, command }));
  }
  const groups = receivers.flatMap((member) => member.targets).map((index) => targets[index]?.pid);
  return [...new Set(groups)].flatMap((group) =>
    group === undefined ? [] : { kind: "group", group },
  );
}

/** One result per PID, in the order given. `observations`: of the members that are alive. */
export function resultsOf(
  { caller, targets, members, doubts }: KillProgress,
  observations: readonly Observation[],
): readonly KillResult[] {
  return targets.map(({ pid, verdict }, index) => {
    if (verdict !== undefined) return { pid, members: 0, ...verdict, survivors: [] };
    const own = [...members.values()].filter((member) => member.targets.includes(index));
    const survivors = own.flatMap((member) => {
      const observation = observations.find(({ id }) => id === member.id);
      return observation === undefined ? [] : [survivorOf(member, observation)];
    });
    const isAlone = survivors.length === 1 && survivors[0]?.pid === pid;
    const judged = survivors.length > 0 ? failed(whyOf(survivors, isAlone)) : endOf(own);
    const isKnown = caller.hasProc || judged.outcome === "already_exited";
    const doubt = isKnown ? doubts.get(index) : NO_PROC;
    const isSure = doubt === undefined || judged.outcome === "error";
    const shown = isSure ? judged : failed(`it has ended, but ${doubtOf(doubt)}`);
    return { pid, ...shown, members: own.length, survivors };
  });
}

/** A result as a line of text. */
export function formatKillText({ pid, outcome, reason }: KillResult): string {
  return reason === undefined ? `${pid} ${outcome}\n` : `${pid} ${outcome}: ${reason}\n`;
}

/** A result as a line of JSON. */
export function formatKillJson({ pid, outcome, reason, members, survivors }: KillResult): string {
  const line = {
    ...{ pid, outcome, ...(reason !== undefined && { reason }), members },
    survivors: survivors.map(({ pid, startTime, uid, command, state, why }) => ({
      ...{ pid, start_time: startTime, uid, command: command.toWellFormed(), state, why },
    })),
  };
  return `${jsonText(line)}\n`;
}

/** The line that `-v` prints for a signal. */
export function formatSending(
  { name, utf8 }: { readonly name: string; readonly utf8: boolean },
  signal: Signal,
  to: Receiver,
): string {
  const receiver =
    to.kind === "group"
      ? `process group ${to.group}`
      : `process ${to.pid} ${quote(to.command, utf8)}`;
  return `${onOneLine(name)}: sending signal ${signalLabel(signal)} to ${receiver}\n`;
}

/** Whether the exit code is 0: every process is gone, or with `--signal 0` running. */
export function isSuccess(spec: KillSpec, results: readonly KillResult[]): boolean {
  return isExistenceTest(spec)
    ? results.every(({ outcome }) => outcome === "running")
    : results.every(({ outcome }) => outcome !== "error");
}

/**
 * The line that names numbers that no process has, so that a user sees a typo. With `--signal 0`
 * the result itself says so.
 */
export function formatUnused(
  { name }: { readonly name: string },
  spec: KillSpec,
  results: readonly KillResult[],
): string | undefined {
  const unused = new Set(results.filter(({ isUnused }) => isUnused).map(({ pid }) => pid));
  if (unused.size === 0 || isExistenceTest(spec)) return undefined;
  const [one, number] = spec.reach === "group" ? ["process group", "ID"] : ["process", "PID"];
  const named = [...unused].slice(0, MOST_NAMED).join(", ");
  const more = unused.size > MOST_NAMED ? ` and ${unused.size - MOST_NAMED} more` : "";
  const has = unused.size === 1 ? `has the ${number}` : `has any of the ${number}s`;
  return `${onOneLine(name)}: no ${one} ${has} ${named}${more}\n`;
}

/** The most numbers that a line names. */
const MOST_NAMED = 8;

const NO_PROC = { kind: "no-proc" } as const;

function doubtOf(doubt: Doubt | typeof NO_PROC): string {
  switch (doubt.kind) {
    case "no-proc":
      return "without a /proc of our own its descendants could not be looked for";
    case "unseen":
      return `its descendants could not be looked for: ${errnoText(doubt.errno)}`;
    case "forking":
      return "new processes kept coming";
    case "late":
      return "the time was over before its descendants were looked for";
    case "strays": {
      const pids = doubt.processes.slice(0, MOST_NAMED).map(({ pid }) => pid);
      return `these may be its descendants: ${pids.join(", ")}`;
    }
  }
}

function failed(reason: string): Verdict {
  return { outcome: "error", reason };
}

function endOf(members: readonly Member[]): Verdict {
  if (members.some((member) => member.gotSigkill)) return ended("forceful_kill");
  return ended(
    members.some((member) => member.gotFirstSignal) ? "graceful_exit" : "already_exited",
  );
}

function ended(outcome: Verdict["outcome"]): Verdict {
  return { outcome, reason: undefined };
}

/** The letter of /proc/PID/stat: a process that had SIGKILL waits for nothing but a processor. */
const RUNNABLE = "R";

function survivorOf(member: Member, { uid, state }: Observation): Survivor {
  const { pid, startTime, command, isRefused, gotSigkill } = member;
  const killed = state === RUNNABLE ? "dying" : "unkillable";
  const why = isRefused ? "eperm" : gotSigkill ? killed : "still_forking";
  return { pid, startTime, command, uid, state, why };
}

const WHY: Readonly<Record<Survivor["why"], string>> = {
  eperm: "not permitted",
  unkillable: "SIGKILL did not end it",
  still_forking: "new processes kept coming",
  dying: "SIGKILL has not ended it yet",
};

function whyOf(survivors: readonly Survivor[], isAlone: boolean): string {
  const reasons = [...new Set(survivors.map(({ why }) => why))];
  const parts = reasons.map((reason) => {
    const pids = survivors.filter(({ why }) => why === reason).map(({ pid }) => pid);
    return isAlone ? WHY[reason] : `${WHY[reason]}: ${pids.join(", ")}`;
  });
  return parts.join("; ");
}
