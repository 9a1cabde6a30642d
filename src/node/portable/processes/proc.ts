import { readdirSync, readFileSync } from "node:fs";
import type { Duration } from "../../../core/values/duration.ts";
import type { ProcessRow } from "./table.ts";

/** proc_pid_stat(5) counts in ticks, of which all Linux programs see 100 in a second. */
const TICK = 10_000;

/** The process that the text of /proc/PID/stat describes. */
export function parseStat(pid: number, text: string): ProcessRow | undefined {
  // The name of a process may contain blanks and parentheses.
  const [open, close] = [text.indexOf("("), text.lastIndexOf(")")];
  const fields = text.slice(close + 2).split(" ");
  const [state, parent, group] = fields;
  const startTime = Number(fields[19]);
  if (open < 0 || state === undefined || !Number.isSafeInteger(startTime)) return undefined;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    user: UNKNOWN_USER,
    state,
    startTime,
    cpuTime: ((Number(fields[11]) + Number(fields[12])) * TICK) as Duration,
    command: text.slice(open + 1, close),
  };
}

const UNKNOWN_USER = -1;

/** A process, while it is there. */
export function processOf(pid: number): ProcessRow | undefined {
  const text = textOf(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseStat(pid, text);
}

/** All processes. */
export function allProcesses(): readonly ProcessRow[] {
  return readdirSync("/proc").flatMap((name) => {
    return /^\d+$/.test(name) ? (processOf(Number(name)) ?? []) : [];
  });
}

/** The effective user of a process; -1: it could not be looked at. */
export function userOf(pid: number): number {
  const [, user] = /^Uid:\t\d+\t(\d+)/m.exec(textOf(`/proc/${pid}/status`) ?? "") ?? [];
  return user === undefined ? UNKNOWN_USER : Number(user);
}

/** The words of a process, each with a NUL behind it; empty: they could not be read. */
export function wordsOf(pid: number): string {
  return textOf(`/proc/${pid}/cmdline`) ?? "";
}

/** Undefined: the process has ended, or is hidden. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
