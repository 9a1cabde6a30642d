import type { Duration } from "../../../core/values/duration.ts";
import type { ProcessRow } from "./table.ts";

/**
 * The columns of ps(1). Each has an option of its own: behind the equals sign ps takes the rest of
 * the word for a header, as POSIX and the manuals of macOS and the BSDs say. The name comes last,
 * because it may contain blanks.
 */
const COLUMNS = ["pid", "ppid", "pgid", "uid", "stat", "time", "lstart", "comm"];

/** What ps(1) is asked: all processes, without a line of headers. */
export const PS_ARGUMENTS: readonly string[] = [
  "-ax",
  ...COLUMNS.flatMap((column) => ["-o", `${column}=`]),
];

/**
 * The environment of ps(1). The start time is text in the language and the time zone of the user,
 * and would be another text after a change of summer time.
 */
export const PS_ENVIRONMENT = { LC_ALL: "C", TZ: "UTC" } as const;

/** What a look by ps(1) showed. `unread`: lines that were not understood. */
export type PsOutput = { readonly rows: readonly ProcessRow[]; readonly unread: readonly string[] };

/** Parses what ps(1) prints for `PS_ARGUMENTS`. */
export function parsePs(text: string): PsOutput {
  const rows: ProcessRow[] = [];
  const unread: string[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const row = parseLine(line);
    if (row === undefined) unread.push(line);
    else rows.push(row);
  }
  return { rows, unread };
}

/** PID, parent, group, user, state, processor time, start time, name. */
const LINE = new RegExp(
  [
    /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(-?\d+)\s+(\S+)\s+([\d:.-]+)/,
    /\s+[A-Z][a-z]{2}\s+([A-Z][a-z]{2})\s+(\d+)\s+(\d+):(\d+):(\d+)\s+(\d{4})/,
    /\s+(.*?)\s*$/,
  ]
    .map(({ source }) => source)
    .join(""),
);

function parseLine(line: string): ProcessRow | undefined {
  const found = LINE.exec(line);
  if (found === null) return undefined;
  const [, pid, parent, group, user, state = "?", time = "0", month = "", ...rest] = found;
  const [day, hour, minute, second, year, command = "?"] = rest;
  const monthIndex = MONTHS.indexOf(month);
  if (monthIndex < 0) return undefined;
  const [date, ...clock] = [day, hour, minute, second].map(Number);
  const start = Date.UTC(Number(year), monthIndex, date, ...clock);
  return {
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    user: userOf(Number(user)),
    state: STATES[state.charAt(0)] ?? state.charAt(0),
    startTime: start / 1000,
    cpuTime: processorTimeOf(time),
    command,
  };
}

const MONTHS: readonly string[] = [
  ...["Jan", "Feb", "Mar", "Apr", "May", "Jun"],
  ...["Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
];

/** macOS prints the number of the user "nobody" as -2. */
function userOf(number: number): number {
  return number < 0 ? number + 2 ** 32 : number;
}

/** Letters of the BSDs for what /proc has another letter for: U is D, I a long sleep. */
const STATES: Readonly<Record<string, string>> = { U: "D", I: "S" };

/** `[[days-]hours:]minutes:seconds`, of the BSDs with hundredths. */
function processorTimeOf(text: string): Duration {
  const [, days = "0", clock = text] = /^(\d+)-(.*)$/.exec(text) ?? [];
  const seconds = clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1e6) as Duration;
}
