// The JSON of a process in `tree`, in `inspect --json`, and that of leftovers and survivors.
import type { ProcessSnapshot, TreeSnapshot, Unread, Wait } from "../spec/process-snapshot.ts";
import { UNREAD_PARTS, WAIT_MEANINGS } from "../spec/process-snapshot.ts";
import type { Details, Leftover, Process, Survivor } from "../spec/tree.ts";
import type { Row } from "./json-shape.ts";
import {
  COUNT,
  FLAG,
  jsonListOf,
  jsonOf,
  listOf,
  MILLISECONDS,
  milliseconds,
  objectOf,
  oneOf,
  orNull,
  TEXT,
} from "./json-shape.ts";
import { SURVIVAL_MEANINGS } from "./report-words.ts";

export const PID: Row<{ readonly pid: number }> = ["pid", COUNT, "its PID", ({ pid }) => pid];

const COMMAND: Row<{ readonly command: string }> = [
  "command",
  TEXT,
  "its name, as the kernel has it",
  ({ command }) => command.toWellFormed(),
];

export const PROCESS: readonly Row<Process>[] = [PID, COMMAND];

const START_TIME: Row<{ readonly startTime: number }> = [
  "start_time",
  COUNT,
  "field 22 of `/proc/PID/stat`",
  ({ startTime }) => startTime,
];

const STATE: Row<{ readonly state: string }> = [
  "state",
  TEXT,
  "the letter of `/proc/PID/stat`",
  ({ state }) => state.toWellFormed(),
];

const COMMAND_LINE_CUT: Row<{ readonly isCommandLineCut?: boolean | undefined }> = [
  "command_line_cut",
  FLAG,
  "true if the command line was longer",
  ({ isCommandLineCut }) => (isCommandLineCut === true ? true : undefined),
  "optional",
];

const WAIT: readonly Row<Wait>[] = [
  ["kind", oneOf(WAIT_MEANINGS), "what it waits for", ({ kind }) => kind],
  [
    "path",
    TEXT,
    "the file, FIFO, terminal or pipe",
    ({ path }) => path?.toWellFormed(),
    "optional",
  ],
  [
    "peers",
    listOf(objectOf(PROCESS)),
    "the processes that have the other end or the lock, or are waited for",
    ({ peers }) => peers && jsonListOf(PROCESS, peers),
    "optional",
  ],
  ["address", TEXT, "the address of the socket", ({ address }) => address, "optional"],
];

const UNREAD: readonly Row<Unread>[] = [
  ["what", { enum: UNREAD_PARTS }, "the key that is not known", ({ what }) => what],
  ["why", TEXT, "the kernel's word, such as `EACCES`, or `slow`", ({ why }) => why],
];

/** What identifies and names a process, also long after it has ended. */
export const COMMAND_LINE: readonly Row<
  Pick<ProcessSnapshot, "commandLine" | "isCommandLineCut">
>[] = [
  [
    "command_line",
    listOf(TEXT),
    "the words of its command line, at most 4,096 bytes of them",
    ({ commandLine }) => commandLine.map((word) => word.toWellFormed()),
  ],
  COMMAND_LINE_CUT,
];

const DETAILS: readonly Row<Details>[] = [
  ["parent", COUNT, "the PID of its parent, if known", ({ parent }) => parent, "optional"],
  [
    "command_line",
    listOf(TEXT),
    "the words of its command line, if known; at most 4,096 bytes of them",
    ({ commandLine }) => commandLine?.map((word) => word.toWellFormed()),
    "optional",
  ],
  COMMAND_LINE_CUT,
];

/** A process that was left when the main child ended. */
export const LEFTOVER: readonly Row<Leftover>[] = [
  ...PROCESS,
  [
    "start_time",
    COUNT,
    "field 22 of `/proc/PID/stat`, if known",
    ({ startTime }) => startTime,
    "optional",
  ],
  ...DETAILS,
];

export const SURVIVOR: readonly Row<Survivor>[] = [
  PID,
  START_TIME,
  ["uid", { type: "integer", minimum: -1 }, "effective user, -1 if unknown", ({ uid }) => uid],
  COMMAND,
  STATE,
  ["why", oneOf(SURVIVAL_MEANINGS), "why curfew could not end it", ({ why }) => why],
  ...DETAILS,
];

/** A process of a snapshot. */
export const PROCESS_SNAPSHOT: readonly Row<ProcessSnapshot>[] = [
  ...PROCESS,
  ["parent", COUNT, "the PID of its parent", ({ parent }) => parent],
  START_TIME,
  ["uid", COUNT, "its effective user", ({ uid }) => uid, "optional"],
  ...COMMAND_LINE,
  STATE,
  ["cpu_ms", MILLISECONDS, "its processor time", ({ cpuTime }) => milliseconds(cpuTime)],
  ["age_ms", MILLISECONDS, "how long it has existed", ({ age }) => milliseconds(age)],
  [
    "waiting_ms",
    MILLISECONDS,
    "for how long it has waited without running, where the kernel tells that",
    ({ waitTime }) => (waitTime === undefined ? undefined : milliseconds(waitTime)),
    "optional",
  ],
  [
    "syscall",
    TEXT,
    "the system call that it is blocked in",
    ({ systemCall }) => systemCall,
    "optional",
  ],
  [
    "waits_for",
    objectOf(WAIT),
    "what it waits for, where that could be seen",
    ({ waitsFor }) => waitsFor && jsonOf(WAIT, waitsFor),
    "optional",
  ],
  [
    "waiting_for_input",
    FLAG,
    "it reads a terminal, or curfew's own stdin",
    ({ isWaitingForInput }) => isWaitingForInput,
  ],
  [
    "listening",
    listOf(TEXT),
    "the addresses that it listens on",
    ({ listening }) => listening.map((address) => address.toWellFormed()),
  ],
  [
    "unknown",
    listOf(objectOf(UNREAD)),
    "what could not be read, and why",
    ({ unread }) => jsonListOf(UNREAD, unread),
  ],
];

/** The keys of the report about the tree just before curfew began to end it. */
export const TREE: readonly Row<{ readonly tree: TreeSnapshot | undefined }>[] = [
  [
    "tree",
    orNull(listOf(objectOf(PROCESS_SNAPSHOT))),
    "the processes just before a time, idle or output limit ended the run; null: no such limit did",
    ({ tree }) => (tree === undefined ? null : jsonListOf(PROCESS_SNAPSHOT, tree.processes)),
  ],
  [
    "tree_omitted",
    orNull(COUNT),
    "at least how many processes there were that `tree` lacks; 0: it lacks none",
    ({ tree }) => tree?.omitted ?? null,
  ],
];
