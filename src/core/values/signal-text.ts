import type { Signal } from "./signal.ts";
import { signalNumber } from "./signal.ts";

/** What strsignal(3) of the GNU C library says of the signals 1 to 31, in the C locale. */
const TEXTS: readonly string[] = [
  "Hangup",
  "Interrupt",
  "Quit",
  "Illegal instruction",
  "Trace/breakpoint trap",
  "Aborted",
  "Bus error",
  "Floating point exception",
  "Killed",
  "User defined signal 1",
  "Segmentation fault",
  "User defined signal 2",
  "Broken pipe",
  "Alarm clock",
  "Terminated",
  "Stack fault",
  "Child exited",
  "Continued",
  "Stopped (signal)",
  "Stopped",
  "Stopped (tty input)",
  "Stopped (tty output)",
  "Urgent I/O condition",
  "CPU time limit exceeded",
  "File size limit exceeded",
  "Virtual timer expired",
  "Profiling timer expired",
  "Window changed",
  "I/O possible",
  "Power failure",
  "Bad system call",
];

const FIRST_REAL_TIME = 34;

/** A signal in the words of strsignal(3). */
export function signalText(signal: Signal): string {
  const number = signalNumber(signal);
  const realTime = number - FIRST_REAL_TIME;
  return TEXTS[number - 1] ?? (realTime < 0 ? `${number}` : `Real-time signal ${realTime}`);
}
