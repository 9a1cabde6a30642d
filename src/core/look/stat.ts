import { PID_MAX } from "../values/pid.ts";

/** What /proc/PID/stat shows of a process: proc_pid_stat(5). */
export type Stat = {
  readonly pid: number;
  readonly command: string;
  /** The letter of the first thread's state. */
  readonly state: string;
  readonly parent: number;
  readonly threads: number;
  /** In clock ticks since boot. PID and start time together identify a process. */
  readonly startTime: number;
  /** Processor time in user and kernel mode, in clock ticks. */
  readonly ticks: number;
};

/**
 * Reads a line of /proc/PID/stat. The name of a process may hold anything, blanks, parentheses and
 * line feeds included, but no field behind it has a parenthesis. Undefined: the text is cut off, or
 * is something else.
 */
export function parseStat(text: string): Stat | undefined {
  const [open, close] = [text.indexOf("("), text.lastIndexOf(")")];
  if (open < 0 || close < open) return undefined;
  const pid = Number(text.slice(0, open));
  const fields = text.slice(close + 2).split(" ", FIELDS);
  const state = fields[0] ?? "";
  const numberAt = (at: number) => Number(fields[at]);
  const [parent, threads, startTime] = [numberAt(1), numberAt(17), numberAt(19)];
  const ticks = numberAt(11) + numberAt(12);
  const isPid = Number.isInteger(pid) && pid > 0 && pid <= PID_MAX;
  const isWhole = fields.length === FIELDS && Number.isSafeInteger(startTime);
  if (!isPid || !isWhole || !/^[A-Za-z]$/.test(state)) return undefined;
  if (![parent, threads, ticks].every(Number.isSafeInteger)) return undefined;
  const command = text.slice(open + 1, close);
  return { pid, command, state, parent, threads, startTime, ticks };
}

/** The letter of the state, or "". */
export function stateIn(text: string): string {
  return text.charAt(text.lastIndexOf(")") + 2);
}

/** The processor that the thread ran on last; undefined: the text is something else. */
export function processorIn(text: string): number | undefined {
  const [, field] = PROCESSOR.exec(text.slice(text.lastIndexOf(")") + 2)) ?? [];
  return field === undefined ? undefined : Number(field);
}

/** The field that 36 others stand before. */
const PROCESSOR = /^(?:[^ ]+ ){36}(\d+)[ \n]/;

/** How many fields behind the name are looked at: up to the start time. */
const FIELDS = 20;
