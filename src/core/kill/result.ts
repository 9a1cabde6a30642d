import type { KillSpec } from "../spec/kill-spec.ts";
import type { Survivor } from "../spec/tree.ts";
import { errnoText } from "../values/errno.ts";
import { jsonText, onOneLine, quote } from "../values/quote.ts";
import type { Signal } from "../values/signal.ts";
import { signalLabel } from "../values/signal.ts";
import type { Doubt, Known, Member, Verdict } from "./members.ts";
import { isQuestion } from "./refusal.ts";

/** A last look at a member that lives. */
export type Look = { readonly id: number; readonly uid: number; readonly state: string };

/** What became of a PID of the command line, with everything it stood for. */
export type KillResult = Verdict & {
  readonly pid: number;
  /** How many processes it stood for. */
  readonly members: number;
  readonly survivors: readonly Survivor[];
};

/** Whom a signal went to, for -v. */
export type Receiver =
  | { readonly kind: "process"; readonly pid: number; readonly command: string }
  | { readonly kind: "group"; readonly group: number };

/** The end of it all: one result per PID, in the order given. `looks`: at those who live. */
export function resultsOf(
  { caller, targets, members, doubts }: Known,
  looks: readonly Look[],
): readonly KillResult[] {
  return targets.map(({ pid, verdict }, index) => {
    if (verdict !== undefined) return { pid, members: 0, ...verdict, survivors: [] };
    const own = [...members.values()].filter((member) => member.targets.includes(index));
    const survivors = own.flatMap((member) => {
      const look = looks.find(({ id }) => id === member.id);
      return look === undefined ? [] : [survivorOf(member, look)];
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

/** A line of stdout, ended. */
export function formatKillText({ pid, outcome, reason }: KillResult): string {
  return reason === undefined ? `${pid} ${outcome}\n` : `${pid} ${outcome}: ${reason}\n`;
}

/** The same as one line of JSON. */
export function formatKillJson({ pid, outcome, reason, members, survivors }: KillResult): string {
  const line = {
    ...{ pid, outcome, ...(reason !== undefined && { reason }), members },
    survivors: survivors.map(({ pid, startTime, uid, command, state, why }) => ({
      ...{ pid, start_time: startTime, uid, command: command.toWellFormed(), state, why },
    })),
  };
  return `${jsonText(line)}\n`;
}

/** What -v says of a signal, on a line of stderr. */
export function formatKilling(
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

/** Whether all is as it was asked for: the exit code says so. */
export function isDone(spec: KillSpec, results: readonly KillResult[]): boolean {
  return isQuestion(spec)
    ? results.every(({ outcome }) => outcome === "running")
    : results.every(({ outcome }) => outcome !== "error");
}

/**
 * Names the numbers that no process has, so that a typing error is seen. A question for them has
 * been answered.
 */
export function formatFree(
  { name }: { readonly name: string },
  spec: KillSpec,
  results: readonly KillResult[],
): string | undefined {
  const free = new Set(results.filter(({ isFree }) => isFree).map(({ pid }) => pid));
  if (free.size === 0 || isQuestion(spec)) return undefined;
  const one = spec.reach === "group" ? "process group" : "process";
  const named = [...free].slice(0, MOST_NAMED).join(", ");
  const more = free.size > MOST_NAMED ? ` and ${free.size - MOST_NAMED} more` : "";
  const has = free.size === 1 ? "has the number" : "has any of the numbers";
  return `${onOneLine(name)}: no ${one} ${has} ${named}${more}\n`;
}

/** A line names no more. */
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
  if (members.some((member) => member.hadKill)) return ended("forceful_kill");
  return ended(members.some((member) => member.hadFirst) ? "graceful_exit" : "already_exited");
}

function ended(outcome: Verdict["outcome"]): Verdict {
  return { outcome, reason: undefined };
}

function survivorOf(member: Member, { uid, state }: Look): Survivor {
  const { pid, startTime, command, isRefused, hadKill } = member;
  const why = isRefused ? "eperm" : hadKill ? "unkillable" : "still_forking";
  return { pid, startTime, command, uid, state, why };
}

const WHY: Readonly<Record<Survivor["why"], string>> = {
  eperm: "not permitted",
  unkillable: "SIGKILL did not end it",
  still_forking: "new processes kept coming",
};

function whyOf(survivors: readonly Survivor[], isAlone: boolean): string {
  const reasons = [...new Set(survivors.map(({ why }) => why))];
  const parts = reasons.map((reason) => {
    const pids = survivors.filter(({ why }) => why === reason).map(({ pid }) => pid);
    return isAlone ? WHY[reason] : `${WHY[reason]}: ${pids.join(", ")}`;
  });
  return parts.join("; ");
}
