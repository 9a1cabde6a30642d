import type { Entry } from "../../../../src/linux/commands/kill/book.ts";
import { noteGhost, openBook } from "../../../../src/linux/commands/kill/book.ts";
import { searchStrays } from "../../../../src/linux/commands/kill/strays.ts";
import { use } from "../../model/install.ts";
import { fork, makeKernel } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";

const MEMBER = 60;
/** We have this number ourselves. */
const OWN = 100;

type Scene = {
  /** Of the member, when it was seen. */
  readonly session?: number;
  /** Of process 61, which is older than we; of process 101, which is younger. */
  readonly old?: { readonly session?: number; readonly group?: number };
  readonly young?: { readonly session: number };
  /** The number that was given last; how many were given since we began. */
  readonly last?: number;
  readonly births?: number;
  readonly hasGhost?: boolean;
};

/** Who is found of a member that has ended, and how many were asked for their group. */
function found({ session = 40, old = {}, young, last = OWN, births = 0, hasGhost }: Scene) {
  const kernel = use(makeKernel(OWN));
  const { files } = kernel;
  files.set("/proc/stat", "processes 70000\n");
  files.set("/proc/loadavg", `0.00 0.00 0.00 1/300 ${last}\n`);
  const book = openBook(true);
  const entry: Entry = {
    ...{ id: 0, pid: MEMBER, startTime: 1000 + MEMBER, command: "target", pidfd: -1 },
    ...{ group: session, session },
  };
  book.entries.push(entry);
  if (hasGhost === true) noteGhost(book, 62, entry.id);
  fork(kernel, 1, { pid: 61, command: "old", ...old });
  if (young !== undefined) fork(kernel, 1, { pid: 101, command: "young", ...young });
  files.set("/proc/", "");
  for (const pid of kernel.processes.keys()) files.set(`/proc/${pid}/`, "");
  files.set("/proc/stat", `processes ${70000 + births}\n`);
  const search = searchStrays(book, [entry.id], kernel.now + 1e6);
  const names = search.discoveries.map(({ command }) => command);
  return [names, kernel.counts.get("groupOf") ?? 0, kernel.counts.get("list") ?? 0];
}

export const STRAYS: readonly Row[] = [
  ["nobody was born, and nobody can be led: nobody looks", () => found({}), [[], 0, 0]],
  [
    "somebody was born: only who is younger than we is asked",
    () => found({ last: 101, young: { session: 101 }, births: 1 })[1],
    1,
  ],
  [
    "of the session of a member",
    () => found({ last: 101, young: { session: MEMBER }, births: 1 })[0],
    ["young"],
  ],
  [
    "a member led a session: everybody is asked",
    () => found({ session: MEMBER, old: { session: MEMBER } })[0],
    ["old"],
  ],
  ["a group has its number", () => found({ old: { group: MEMBER } })[2], 1],
  ["what it was is hidden", () => found({ session: -1, old: { session: MEMBER } })[0], ["old"]],
  ["numbers may have begun anew", () => found({ births: 10_000 })[2], 1],
  ["somebody has ended unseen", () => found({ hasGhost: true })[2], 1],
];
