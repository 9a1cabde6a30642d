// What ps(1) prints for `PS_ARGUMENTS`. No Mac and no BSD was at hand: the rows of these are made
// from their manuals (keywords, letters of STAT, widths of columns), not recorded. Those of Linux
// were printed by procps-ng 4.0.2.
import type { ProcessRow } from "../../../../src/node/portable/processes/table.ts";

type Row = readonly [system: string, line: string, row: ProcessRow | undefined];

function row(
  [pid, parent, group, user]: readonly [number, number, number, number],
  state: string,
  cpuTime: number,
  start: string,
  command: string,
): ProcessRow {
  const what = { state, cpuTime: (cpuTime * 1e6) as ProcessRow["cpuTime"], command };
  return { pid, parent, group, user, startTime: Date.parse(`${start}Z`) / 1000, ...what };
}

const BOOT = "2026-11-26T08:12:33";
const LATER = "2026-11-05T22:52:04";

export const PS_ROWS: readonly Row[] = [
  [
    "Linux",
    "    1     0     0     0 SLl  00:01:42 Mon Nov 30 19:28:49 2026 process_api",
    row([1, 0, 0, 0], "S", 102, "2026-11-30T19:28:49", "process_api"),
  ],
  [
    "Linux, a kernel thread",
    "    4     2     0     0 I<   00:00:00 Mon Nov 30 19:28:49 2026 kworker/R-rcu_gp",
    row([4, 2, 0, 0], "S", 0, "2026-11-30T19:28:49", "kworker/R-rcu_gp"),
  ],
  [
    "Linux, days of processor time",
    "  812   700   812  1000 R+ 2-03:04:05 Thu Nov  5 22:52:04 2026 yes",
    row([812, 700, 812, 1000], "R", 183_845, LATER, "yes"),
  ],
  [
    "Linux, ended",
    "  813   700   812  1000 Z    00:00:00 Thu Nov  5 22:52:04 2026 sh <defunct>",
    row([813, 700, 812, 1000], "Z", 0, LATER, "sh <defunct>"),
  ],
  [
    "macOS, launchd",
    "    1     0     1     0 Ss    12:32.05 Thu Nov 26 08:12:33 2026     /sbin/launchd",
    row([1, 0, 1, 0], "S", 752.05, BOOT, "/sbin/launchd"),
  ],
  [
    "macOS, a path with blanks",
    "  733     1   733   501 S      0:10.48 Thu Nov 26 08:12:33 2026     " +
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    row(
      [733, 1, 733, 501],
      "S",
      10.48,
      BOOT,
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ),
  ],
  [
    "macOS, the user nobody",
    "  402     1   402    -2 Ss     0:00.31 Thu Nov 26 08:12:33 2026     /usr/libexec/mdns",
    row([402, 1, 402, 4_294_967_294], "S", 0.31, BOOT, "/usr/libexec/mdns"),
  ],
  [
    "macOS, asleep in the kernel",
    "90210 90001 90210   501 U+     0:00.02 Thu Nov  5 22:52:04 2026     cat",
    row([90210, 90001, 90210, 501], "D", 0.02, LATER, "cat"),
  ],
  [
    "macOS, ended",
    "90211 90001 90210   501 Z+     0:00.00 Thu Nov  5 22:52:04 2026     (sh)",
    row([90211, 90001, 90210, 501], "Z", 0, LATER, "(sh)"),
  ],
  [
    "FreeBSD, stopped",
    " 1432  1400  1432  1001 T    0:00.00 Thu Nov  5 22:52:04 2026 sleep",
    row([1432, 1400, 1432, 1001], "T", 0, LATER, "sleep"),
  ],
  [
    "FreeBSD, a long sleep",
    " 1433  1400  1433  1001 I+   1:02:03.50 Thu Nov  5 22:52:04 2026 vi",
    row([1433, 1400, 1433, 1001], "S", 3723.5, LATER, "vi"),
  ],
  [
    "OpenBSD",
    "48712 20112 48712  1000 S+p     0:00.01 Thu Nov  5 22:52:04 2026 ksh",
    row([48712, 20112, 48712, 1000], "S", 0.01, LATER, "ksh"),
  ],
  [
    "NetBSD, a kernel thread without a name of a program",
    "    0     0     0     0 DKl     0:02.11 Thu Nov 26 08:12:33 2026 [system]",
    row([0, 0, 0, 0], "D", 2.11, BOOT, "[system]"),
  ],
  ["a header, where one is printed", "  PID  PPID  PGID   UID STAT TIME STARTED COMM", undefined],
  [
    "a start time in another language",
    "    1     0     1     0 Ss    12:32.05 Do 26 Nov 08:12:33 2026     /sbin/launchd",
    undefined,
  ],
  ["a line that was cut off", "  733     1   733   501 S      0:10.48 Thu Nov 26", undefined],
];
