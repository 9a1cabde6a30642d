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
  const fields = text.slice(close + 2).split(" ", FIELDS);
  const pid = Number(text.slice(0, open));
  const [state = "", parent, threads, startTime] = [fields[0], ...[1, 17, 19].map(of)];
  const ticks = of(11) + of(12);
  function of(at: number): number {
    return Number(fields[at]);
  }
  const isPid = Number.isInteger(pid) && pid > 0 && pid <= PID_MAX;
  if (!isPid || !/^[A-Za-z]$/.test(state) || fields.length < FIELDS) return undefined;
  if (![parent, threads, startTime, ticks].every(Number.isSafeInteger)) return undefined;
  const command = text.slice(open + 1, close);
  return { pid, command, state, parent, threads, startTime, ticks } as Stat;
}

/** How many fields behind the name are looked at: up to the start time. */
const FIELDS = 20;
