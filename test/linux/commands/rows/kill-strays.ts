import type { Entry } from "../../../../src/linux/commands/kill/process-table.ts";
import {
  noteEndedChild,
  noteLook,
  openTable,
} from "../../../../src/linux/commands/kill/process-table.ts";
import { searchStrays } from "../../../../src/linux/commands/kill/strays.ts";
import { use } from "../../model/install.ts";
import { fork, makeKernel } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";

const MEMBER = 60;
/** The PID of curfew. */
const OWN = 100;

type Scene = {
  /** The session of the member, when it was seen. */
  readonly session?: number;
  /** Where process 61 is, which is older than curfew, and process 101, which is younger. */
  readonly old?: { readonly session?: number; readonly group?: number };
  readonly young?: { readonly session: number };
  /** The PID that the kernel has assigned last, and how many it has assigned since curfew began. */
  readonly last?: number;
  readonly processCount?: number;
  readonly hasEndedChild?: boolean;
  /** When the member's children were looked at, and which PID had been assigned last by then. */
  readonly looks?: readonly (readonly [time_ms: number, at: number])[];
};

/** What is found of an exited member, and how many processes were asked for their group. */
function found({
  session = 40,
  old = {},
  young,
  last = OWN,
  processCount = 0,
  hasEndedChild,
  looks = [],
}: Scene) {
  const kernel = use(makeKernel(OWN));
  const { files } = kernel;
  files.set("/proc/stat", "processes 70000\n");
  files.set("/proc/loadavg", `0.00 0.00 0.00 1/300 ${last}\n`);
  const table = openTable(true);
  const entry: Entry = {
    ...{ id: 0, pid: MEMBER, startTime: 1000 + MEMBER, command: "target", pidfd: -1 },
    ...{ group: session, session },
  };
  table.entries.push(entry);
  if (hasEndedChild === true) noteEndedChild(table, 62, entry.id);
  for (const [time_ms, at] of looks) {
    kernel.now = time_ms * 1000;
    noteLook(table, entry.id, at);
  }
  fork(kernel, 1, { pid: 61, command: "old", ...old });
  if (young !== undefined) fork(kernel, 1, { pid: 101, command: "young", ...young });
  files.set("/proc/", "");
  for (const pid of kernel.processes.keys()) files.set(`/proc/${pid}/`, "");
  files.set("/proc/stat", `processes ${70000 + processCount}\n`);
  const search = searchStrays(table, [entry.id], kernel.now + 1e6);
  const names = [...search.discoveries, ...search.strays].map(({ command }) => command);
  return [names, kernel.counts.get("groupOf") ?? 0, kernel.counts.get("list") ?? 0];
}

const SOON = [
  [0, 100],
  [1, 101],
  [2, 102],
] as const;
const LATER = [
  [0, 100],
  [1, 101],
  [101, 102],
  [201, 102],
] as const;

export const STRAYS: readonly Row[] = [
  [
    "no process was born, and no older one can be in a group of a member: no search",
    () => found({}),
    [[], 0, 0],
  ],
  [
    "a process was born: only processes younger than curfew are asked",
    () => found({ last: 101, young: { session: 101 }, processCount: 1 })[1],
    1,
  ],
  [
    "a process in the session of a member",
    () => found({ last: 101, young: { session: MEMBER }, processCount: 1 })[0],
    ["young"],
  ],
  [
    "a process had its PID before two looks, and could be seen only after them: it is named",
    () => found({ last: 102, young: { session: 40 }, processCount: 2, looks: SOON })[0],
    ["young"],
  ],
  [
    "a process had its PID a tenth of a second before the last look: that would have shown it",
    () => found({ last: 102, young: { session: 40 }, processCount: 2, looks: LATER })[0],
    [],
  ],
  [
    "a member led a session: every process is asked",
    () => found({ session: MEMBER, old: { session: MEMBER } })[0],
    ["old"],
  ],
  ["a process group has the number of a member", () => found({ old: { group: MEMBER } })[2], 1],
  [
    "/proc hid the session of the member",
    () => found({ session: -1, old: { session: MEMBER } })[0],
    ["old"],
  ],
  ["PIDs may have wrapped around", () => found({ processCount: 10_000 })[2], 1],
  ["a child has exited before curfew looked at it", () => found({ hasEndedChild: true })[2], 1],
];
