import type { TreeSnapshot } from "../spec/process-snapshot.ts";
import { WAIT_MEANINGS } from "../spec/process-snapshot.ts";
import type { Proof } from "../spec/tree.ts";
import { jsonText } from "../values/quote.ts";
import { formatWallTime } from "../values/wall-time.ts";
import type { Exited, LifecycleEvent, LoggedEvent, Spawned } from "./event.ts";
import type { EventRecord } from "./event-record.ts";
import type { JsonObject, Kind, Row } from "./json-shape.ts";
import {
  COUNT,
  FLAG,
  jsonListOf,
  jsonOf,
  jsonOrNull,
  listOf,
  MILLISECONDS,
  milliseconds,
  ORDINAL,
  objectOf,
  oneOf,
  orNull,
  TEXT,
} from "./json-shape.ts";
import { LIFECYCLE_EVENTS } from "./lifecycle-events.ts";
import { PROCESS, PROCESS_SNAPSHOT, SURVIVOR, TREE } from "./process-json.ts";
import { DEADLINE_REASONS } from "./report.ts";
import {
  CHILD,
  HOLDING,
  LIMITS_ROW,
  PROOF,
  SENT_TARGET,
  SENT_TARGET_MEANS,
  SIGNAL,
  TREE_GONE,
  within,
} from "./report-json.ts";
import { WRITTEN } from "./written-json.ts";

type Signalled = Extract<LoggedEvent, { readonly signal: unknown }>;
const SIGNAL_ROW: Row<Signalled> = ["signal", SIGNAL, "its name", ({ signal }) => signal];

const PROOF_ROW: Row<{ readonly proof: Proof | undefined }> = [
  "proof",
  PROOF,
  "why `tree_gone` may say true; else null",
  ({ proof }) => proof ?? null,
];

/** The tree just before the event, on lines where it was looked at. */
const TREE_ROWS = TREE.map(
  ([key, schema, means, of]): Row<{ readonly tree?: TreeSnapshot | undefined }> => [
    key,
    schema,
    means,
    ({ tree }) => (tree === undefined ? undefined : of({ tree })),
    "optional",
  ],
);

/** The same as an answer: null where the tree cannot be seen. */
const ANSWERED_TREE: readonly Row<{ readonly tree?: TreeSnapshot }>[] = [
  [
    "tree",
    orNull(listOf(objectOf(PROCESS_SNAPSHOT))),
    "its processes",
    ({ tree }) => (tree === undefined ? null : jsonListOf(PROCESS_SNAPSHOT, tree.processes)),
  ],
  [
    "tree_omitted",
    orNull(COUNT),
    "at least how many more processes there are; 0: there are no more",
    ({ tree }) => tree?.omitted ?? null,
  ],
  [
    "waiting_for_input",
    FLAG,
    "whether one of them waits for input",
    ({ tree }) => tree?.processes.some(({ isWaitingForInput }) => isWaitingForInput) ?? false,
  ],
];

type RunEvent = Exclude<LoggedEvent, LifecycleEvent>;

/**
 * The word and the facts of each event of a run. The lines of --events, their schema and
 * docs/report.md are made from it.
 */
export const EVENTS: { readonly [T in RunEvent["type"]]: Kind<Extract<RunEvent, { type: T }>> } = {
  spawned: {
    means: "the command was executed",
    facts: [
      ["pid", ORDINAL, "the main child, in curfew's PID namespace", ({ pid }) => pid],
      [
        "started_at",
        TEXT,
        "when, by the wall clock (RFC 3339)",
        ({ wall }) => formatWallTime(wall),
      ],
      ...within([...HOLDING, LIMITS_ROW], ({ holding }: Spawned) => holding),
    ],
  },
  "spawn-failed": {
    means: "the command could not be started",
    facts: [["errno", TEXT, "the kernel's word, such as `ENOENT`", ({ error }) => error.errno]],
  },
  exited: {
    means: "the main child ended",
    facts: [
      ...within(CHILD, ({ pid, status }: Exited) => ({ pid, end: status })),
      [
        "tree_gone",
        TREE_GONE,
        "true: proven; false: there are `leftovers`; null: not known",
        ({ proof, leftovers }) =>
          proof !== undefined ? true : leftovers.length > 0 ? false : null,
      ],
      PROOF_ROW,
      [
        "leftovers",
        listOf(objectOf(PROCESS)),
        "members that remain, as far as they can be named",
        ({ leftovers }) => jsonListOf(PROCESS, leftovers),
      ],
    ],
  },
  stopped: { means: "a signal stopped the main child", facts: [SIGNAL_ROW] },
  continued: { means: "the main child was continued", facts: [] },
  signal: { means: "a signal reached curfew", facts: [SIGNAL_ROW] },
  cancelled: {
    means: "the caller requested the end, or curfew begins to end a generation for the next one",
    facts: [],
  },
  "control-kill": { means: "a control line sent a signal to the command", facts: [SIGNAL_ROW] },
  "control-extend": {
    means: "a control line moved the time limit",
    facts: [["by_ms", MILLISECONDS, "how much later it is", ({ by }) => milliseconds(by)]],
  },
  "control-resize": {
    means: "a control line gave the command's terminal another size",
    facts: [
      ["columns", COUNT, "how many columns it has", ({ size }) => size.columns],
      ["rows", COUNT, "how many rows", ({ size }) => size.rows],
    ],
  },
  "control-close": {
    means: "a control line said that the caller no longer reads an output of the command",
    facts: [["stream", TEXT, "`stdout` or `stderr`", ({ stream }) => stream]],
  },
  "control-output": {
    means: "the answer to a control line: what the command has written so far",
    facts: WRITTEN,
  },
  "control-inspect": {
    means: "the answer to a control line: the tree as it is now",
    facts: ANSWERED_TREE,
  },
  "control-refused": {
    means: "curfew did not understand a control line, or could not do what it says, and skipped it",
    facts: [["why", TEXT, "what was wrong with it", ({ why }) => why.toWellFormed()]],
  },
  message: {
    means: "with `--control`: what curfew would have printed on stderr",
    facts: [
      ["code", TEXT, "which message it is", ({ code }) => code],
      [
        "text",
        TEXT,
        "the message as it would have been printed",
        ({ text }) => text.toWellFormed(),
      ],
    ],
  },
  "limit-passed": {
    means: "a time limit had passed before the start, so nothing was started",
    facts: [],
  },
  "clock-set": {
    means: "the wall clock was set, which moves a limit by the time of day",
    facts: [
      ["now", TEXT, "what it shows since then (RFC 3339)", ({ wall }) => formatWallTime(wall)],
    ],
  },
  "deadline-void": {
    means:
      "an inherited deadline holds no longer: the process that handed it down is gone, or is no longer an ancestor of curfew",
    facts: [],
  },
  "stdin-closed": {
    means: "the last writer of stdin is gone (`--end-with-stdin`), or curfew has looked again",
    facts: [["unread", COUNT, "bytes that the command has not read", ({ unread }) => unread]],
  },
  heartbeat: {
    means: "nothing was printed for the time of `--heartbeat`",
    facts: [
      [
        "processes",
        orNull(COUNT),
        "how many processes run, at least where there are very many; null if not known",
        ({ processes }) => processes ?? null,
      ],
      [
        "leaf",
        orNull(objectOf(PROCESS)),
        "one that waits for input, or has no children; null if not known",
        ({ leaf }) => jsonOrNull(PROCESS, leaf),
      ],
      [
        "waits_for",
        orNull(oneOf(WAIT_MEANINGS)),
        "what that process waits for, as `waits_for.kind` has it; null if not known",
        ({ waitsFor }) => waitsFor ?? null,
      ],
    ],
  },
  "caller-gone": { means: "the process that started curfew ended", facts: [] },
  resumed: { means: "curfew was stopped together with the main child, and runs again", facts: [] },
  backstop: {
    means:
      "the guardian sent the first signal, because curfew was stopped or held by a debugger past the limit",
    facts: [],
  },
  sweeping: { means: "the guardian has begun a sweep that takes a while", facts: [] },
  "output-limit": {
    means: "the command wrote more than the output limit allows",
    facts: TREE_ROWS,
  },
  drained: {
    means:
      "after the end of the tree, curfew passed on the rest of what the command wrote, or gave it up",
    facts: [],
  },
  "guardian-gone": { means: "the guardian was ended from outside", facts: [] },
  "tree-empty": {
    means: "the last member of the tree ended, after the main child",
    facts: [PROOF_ROW],
  },
  looked: {
    means: "curfew looked again at the leftovers",
    facts: [
      [
        "leftovers",
        listOf(objectOf(PROCESS)),
        "members that remain, as far as they can be named",
        ({ look }) => jsonListOf(PROCESS, look.members),
      ],
    ],
  },
  swept: {
    means: "every member was sent SIGKILL, and all that could be ended have ended",
    facts: [
      [
        "tree_gone",
        TREE_GONE,
        "true: proven; false: there are `survivors`; null: not known",
        ({ proof, survivors }) =>
          survivors.length > 0 ? false : proof === undefined ? null : true,
      ],
      PROOF_ROW,
      [
        "survivors",
        listOf(objectOf(SURVIVOR)),
        "members that could not be ended",
        ({ survivors }) => jsonListOf(SURVIVOR, survivors),
      ],
      [
        "child",
        orNull(objectOf(CHILD)),
        "the main child, if it ended in the sweep; null if that was known before",
        ({ pid, end }) => jsonOrNull(CHILD, end && { pid, end }),
      ],
    ],
  },
  sent: {
    means: "a signal was sent into the tree, as `signals_sent` has it",
    facts: [
      SIGNAL_ROW,
      ["target", SENT_TARGET, SENT_TARGET_MEANS, ({ target }) => target],
      ["count", COUNT, "how often, at this instant", ({ count }) => count],
    ],
  },
  deadline: {
    means: "one of curfew's timers fired",
    facts: [
      [
        "reason",
        orNull(oneOf(DEADLINE_REASONS)),
        "what the instant was for; null: only for a further look, or a signal that was held back",
        ({ reason }) => reason ?? null,
      ],
      ...TREE_ROWS,
    ],
  },
};

const ALL: { readonly [T in LoggedEvent["type"]]: Kind<Extract<LoggedEvent, { type: T }>> } = {
  ...EVENTS,
  ...LIFECYCLE_EVENTS,
};

/** The table's type says that a row fits its event; the compiler cannot see that for a union. */
function factsOf<T extends LoggedEvent["type"]>(
  event: Extract<LoggedEvent, { type: T }>,
): JsonObject {
  const { facts }: Kind<Extract<LoggedEvent, { type: T }>> = ALL[event.type as T];
  return jsonOf(facts, event);
}

/** The line of --events that a record makes, without its newline. */
export function formatEvent({ event, at, generation }: EventRecord): string {
  const whose = generation === undefined ? {} : { generation };
  return jsonText({ event: event.type, at_ms: milliseconds(at), ...whose, ...factsOf(event) });
}
