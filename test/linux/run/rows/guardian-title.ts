import type { Instant } from "../../../../src/core/values/duration.ts";
import { guardianTitle, parseTitle, titleOf } from "../../../../src/linux/run/guardian-title.ts";
import { mutated } from "../../../core/look/mutated.ts";
import { use } from "../../model/install.ts";
import { makeKernel, processOf } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";

const title = (command: string, limitAt?: number) =>
  titleOf({ supervisor: 7, limitAt: limitAt as Instant | undefined, command }).join("42");

type Scene = {
  readonly says?: string;
  readonly parent?: number;
  readonly started?: number;
  readonly users?: readonly [guardian: number, supervisor: number, reader: number];
  readonly program?: string;
};

/** Whether a process 300 below a process 200 is believed to be the guardian of that one. */
function isBelieved(scene: Scene): boolean {
  const { says = "guardian: 200 42 0: sh", parent = 200, started = 42 } = scene;
  const { users = [0, 0, 0], program = "/opt/curfew" } = scene;
  const kernel = use(makeKernel());
  const [guardian, supervisor, reader] = users;
  kernel.own.uid = reader;
  kernel.processes.set(200, processOf({ pid: 200, startTime: started, uid: supervisor }));
  kernel.processes.set(300, processOf({ pid: 300, parent, uid: guardian }));
  kernel.files.set("/proc/300/cmdline", `${says}\0\0left over`);
  kernel.files.set("/proc/200/exe", program);
  return guardianTitle(300) !== undefined;
}

const read = (text: string) => {
  const found = parseTitle(text);
  return found && [found.supervisor, found.startTime, found.limitAt, found.command];
};

/** How many damaged titles are read as something that no guardian can have. */
function impossible(): number {
  let count = 0;
  for (const text of mutated(title("/usr/bin/sleep", 99), 2000)) {
    const found = parseTitle(text);
    if (found === undefined) continue;
    const { supervisor, startTime, limitAt = 0 } = found;
    const numbers = [supervisor - 1, startTime - 1, limitAt];
    const isWhole = numbers.every((number) => Number.isSafeInteger(number) && number >= 0);
    if (!isWhole || supervisor > 4_194_304 || !text.startsWith("guardian: ")) count += 1;
  }
  return count;
}

export const GUARDIANS: readonly Row[] = [
  ["whatever a process makes of it, numbers are whole", impossible, 0],
  ["a command by its name", () => title("sleep"), "guardian: 7 42 0: sleep"],
  ["the last part of its path", () => title("/usr/bin/sleep", 99), "guardian: 7 42 99: sleep"],
  ["not a command with curfew in its name", () => title("/a/curfew-x"), "guardian: 7 42 0:"],
  ["but one in a directory of that name", () => title("/curfew/x"), "guardian: 7 42 0: x"],
  ["a path without an end", () => title("/a/"), "guardian: 7 42 0:"],
  ["read back", () => read(title("a b\nc", 99)), [7, 42, 99, "a b\nc"]],
  ["read back without a limit and a name", () => read("guardian: 7 42 0:"), [7, 42, undefined, ""]],
  [
    "cut off, or out of range",
    () =>
      [
        "guardian",
        "guardian: 7 ",
        "guardian: 7 42 9",
        "guardian: 7 0 9: sh",
        "guardian: 0 42 9: sh",
        "guardian: -1 42 9: sh",
        "guardian: 4194305 42 9: sh",
        "guardian: 7 9007199254740993 9: sh",
        "guardian: 7 42 99999999999999999: sh",
        "guardian: 07 42 9: sh",
        "guardian: 7 42 9:sh",
        " guardian: 7 42 9: sh",
        "curfew-guardian",
      ].map(read),
    Array.from({ length: 13 }, () => undefined),
  ],
  ["believed: its parent runs curfew", () => isBelieved({}), true],
  [
    "also where that file was replaced",
    () => isBelieved({ program: "/opt/curfew (deleted)" }),
    true,
  ],
  ["its parent is another", () => isBelieved({ parent: 50 }), false],
  ["its parent is another by now", () => isBelieved({ started: 43 }), false],
  ["its parent runs something else", () => isBelieved({ program: "/opt/curfew-not" }), false],
  ["it says nothing", () => isBelieved({ says: "sh" }), false],
  ["a user's, read by the same", () => isBelieved({ users: [5, 5, 5] }), true],
  ["root's, read by a user", () => isBelieved({ users: [0, 0, 5] }), true],
  ["a user's, read by root", () => isBelieved({ users: [5, 5, 0] }), false],
  ["a user's below root's, read by root", () => isBelieved({ users: [5, 0, 0] }), false],
  ["a user's, read by another", () => isBelieved({ users: [6, 6, 5] }), false],
];
