import type { SpawnError } from "../spec/error.ts";
import type { WaitStatus } from "../spec/status.ts";
import type { AppliedContainment, AppliedLimit, Usage } from "../spec/tree.ts";
import { base64Of } from "../values/base64.ts";
import { jsonText } from "../values/quote.ts";
import { SIGNALS } from "../values/signal.ts";
import { formatWallTime, type WallTime } from "../values/wall-time.ts";
import { causeJson } from "./cause.ts";
import {
  COUNT,
  EXIT_CODE,
  FLAG,
  jsonListOf,
  jsonOf,
  jsonOrNull,
  listOf,
  MILLISECONDS,
  milliseconds,
  objectOf,
  oneOf,
  orNull,
  type Row,
  type Schema,
  TEXT,
} from "./json-shape.ts";
import { OUTPUT } from "./output-json.ts";
import { LEFTOVER, PID, PROCESS, SURVIVOR, TREE } from "./process-json.ts";
import type { Child, Report, Sent, Stop } from "./report.ts";
import { OUTCOMES } from "./report.ts";
import {
  CONTAINMENT_MEANINGS,
  PROOF_MEANINGS,
  RELIABILITY_MEANINGS,
  SPAWN_CODE_MEANINGS,
} from "./report-words.ts";

export const SIGNAL: Schema = { enum: SIGNALS };
export const PROOF: Schema = orNull(oneOf(PROOF_MEANINGS));
export const TREE_GONE: Schema = orNull(FLAG);

/** How the main child ended, as far as curfew knows. */
const END: readonly Row<WaitStatus | undefined>[] = [
  [
    "exit_code",
    orNull(EXIT_CODE),
    "what it exited with, or null",
    (end) => (end?.kind === "exited" ? end.code : null),
  ],
  [
    "signal",
    orNull(SIGNAL),
    "the signal it died of, or null",
    (end) => (end?.kind === "signaled" ? end.signal : null),
  ],
  [
    "core_dumped",
    FLAG,
    "whether it dumped core",
    (end) => end?.kind === "signaled" && end.coreDumped,
  ],
];

export const CHILD: readonly Row<Child>[] = [
  PID,
  ...END.map(([key, schema, means, of]): Row<Child> => [key, schema, means, ({ end }) => of(end)]),
];

const SPAWN_ERROR: readonly Row<SpawnError>[] = [
  ["code", oneOf(SPAWN_CODE_MEANINGS), "what kind of error", ({ code }) => code],
  ["errno", TEXT, "the kernel's word, such as `ENOENT`", ({ errno }) => errno],
  [
    "detail",
    orNull(TEXT),
    "the containment or limit that was refused, or the interpreter that is missing; else null",
    ({ detail, interpreter }) => (detail ?? interpreter)?.toWellFormed() ?? null,
  ],
];

type Since<T> = T & Pick<Report, "startedAt">;

function since<T>({ startedAt }: Report, all: readonly T[]): readonly Since<T>[] {
  return all.map((one) => ({ ...one, startedAt }));
}

const STOP: readonly Row<Since<Stop>>[] = [
  ["signal", SIGNAL, "its name", ({ signal }) => signal],
  [
    "at_ms",
    MILLISECONDS,
    "when (first), since the start of the run",
    // A signal that was read before a generation started counts from its start.
    ({ at, startedAt }) => milliseconds(Math.max(0, at - startedAt)),
  ],
];

export const SENT_TARGET: Schema = oneOf<Sent["target"]>({ child: 1, group: 1, tree: 1 });
export const SENT_TARGET_MEANS =
  "the main child, its process group, or every member of the tree that had not been sent it";

const SENT: readonly Row<Since<Sent>>[] = [
  ...STOP,
  ["target", SENT_TARGET, SENT_TARGET_MEANS, ({ target }) => target],
  ["count", COUNT, "how often", ({ count }) => count],
];

const RESOURCES: readonly Row<Usage>[] = [
  ["user_ms", MILLISECONDS, "processor time in programs", ({ user }) => milliseconds(user)],
  ["system_ms", MILLISECONDS, "processor time in the kernel", ({ system }) => milliseconds(system)],
  [
    "max_rss_bytes",
    COUNT,
    "most memory of a single process, not the sum; never less than the guardian has",
    ({ maxRss }) => maxRss,
  ],
  [
    "accounting",
    oneOf<Usage["accounting"]>({ exact: 1, lower_bound: 1 }),
    "`lower_bound`: the times lack processes that no parent has waited for",
    ({ accounting }) => accounting,
  ],
  [
    "oom_kills",
    orNull(COUNT),
    "processes killed because of the tree's memory limit; null if the kernel does not count them",
    ({ oomKills }) => oomKills ?? null,
  ],
];

/** A limit's value, its unit in its name. */
const LIMIT_VALUES: Readonly<Record<AppliedLimit["limit"], Row<AppliedLimit>>> = {
  cpu: ["applied_ms", MILLISECONDS, "processor time", ({ value }) => milliseconds(value)],
  mem: ["applied_bytes", COUNT, "memory", ({ value }) => value],
  process: ["applied", COUNT, "processes and threads at one time", ({ value }) => value],
};

const LIMIT_ENFORCEMENT: readonly Row<AppliedLimit>[] = [
  [
    "mechanism",
    oneOf<AppliedLimit["mechanism"]>({ rlimit: 1, cgroup: 1 }),
    "what enforces it",
    ({ mechanism }) => mechanism,
  ],
  [
    "scope",
    oneOf<AppliedLimit["scope"]>({ process: 1, tree: 1 }),
    "whether it is each process's or the whole tree's",
    ({ scope }) => scope,
  ],
];

type ContainmentIfStarted = AppliedContainment | undefined;

function reliabilityOf(holding: ContainmentIfStarted): "guaranteed" | "best_effort" | null {
  if (holding === undefined) return null;
  return holding.reasons.length === 0 ? "guaranteed" : "best_effort";
}

const LIMITS: readonly Row<ContainmentIfStarted>[] = Object.entries(LIMIT_VALUES).map(
  ([limit, value]) => {
    const rows = [value, ...LIMIT_ENFORCEMENT];
    const of = (holding: ContainmentIfStarted) => {
      const applied = holding?.limits.find((one) => one.limit === limit);
      return applied && jsonOf(rows, applied);
    };
    return [limit, objectOf(rows), `\`--${limit}-limit\` as it was applied`, of, "optional"];
  },
);

/** What holds the tree from the start on. */
export const HOLDING: readonly Row<ContainmentIfStarted>[] = [
  [
    "containment",
    orNull(oneOf(CONTAINMENT_MEANINGS)),
    "what held the tree; null if the command was not started",
    (holding) => holding?.mechanism ?? null,
  ],
  [
    "tree_kill_reliability",
    orNull(oneOf({ guaranteed: 1, best_effort: 1 })),
    "`guaranteed` exactly when there are no `reliability_reasons`; null if not started",
    reliabilityOf,
  ],
  [
    "reliability_reasons",
    listOf(oneOf(RELIABILITY_MEANINGS)),
    "why the end of the whole tree could not be promised beforehand",
    (holding) => holding?.reasons ?? [],
  ],
];

export const LIMITS_ROW: Row<ContainmentIfStarted> = [
  "limits",
  objectOf(LIMITS),
  "the limits in force; what was not asked for is left out",
  (holding) => jsonOf(LIMITS, holding),
];

/** A report with the time of day at which the run began. */
export type DatedReport = Report & { readonly startedAtWall: WallTime };

/** Rows about a part of a value, as rows about the value. */
export function within<T, Part>(rows: readonly Row<Part>[], partOf: (from: T) => Part): Row<T>[] {
  return rows.map(([key, schema, means, of]) => [key, schema, means, (from) => of(partOf(from))]);
}

const DATE_TIME: Schema = {
  ...TEXT,
  format: "date-time",
  pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$",
};

/** The keys of the report, in order. The JSON, its schema and docs/report.md are made from them. */
export const REPORT: readonly Row<DatedReport>[] = [
  ["schema_version", { const: 1 }, "1; a change that could break a reader gets another", () => 1],
  [
    "command",
    listOf(TEXT),
    "the words of the command; what is not UTF-8 is shown as U+FFFD",
    ({ command }) => command.map((word) => word.toWellFormed()),
  ],
  [
    "command_base64",
    listOf({ ...TEXT, contentEncoding: "base64" }),
    "their true bytes in base64; only where a word is not UTF-8",
    ({ command }) =>
      command.every((word) => word.isWellFormed()) ? undefined : command.map(base64Of),
    "optional",
  ],
  ["outcome", oneOf(OUTCOMES), "how the run ended", ({ outcome }) => outcome],
  [
    "timed_out",
    FLAG,
    "whether the time limit was the reason: `outcome` is `timed_out`",
    ({ timedOut }) => timedOut,
  ],
  ["exit_code", EXIT_CODE, "curfew's own, as a shell shows it", ({ exitCode }) => exitCode],
  [
    "elapsed_ms",
    MILLISECONDS,
    "from the start to the end of the run, microseconds as decimals",
    ({ elapsed }) => milliseconds(elapsed),
  ],
  [
    "until",
    DATE_TIME,
    "when the run had to end by the time of day (`--until`, an inherited deadline), as of its start; left out where there was no such limit",
    ({ until }) => until && formatWallTime(until),
    "optional",
  ],
  [
    "child",
    orNull(objectOf(CHILD)),
    "the main child; null if it was not started",
    ({ child }) => jsonOrNull(CHILD, child),
  ],
  [
    "error",
    orNull(objectOf(SPAWN_ERROR)),
    "why the command could not be started; null if it was started",
    ({ error }) => jsonOrNull(SPAWN_ERROR, error),
  ],
  [
    "reason",
    {},
    'what a control line gave as the reason of its cancel, or `"stdin"` after `--end-with-stdin`; else null',
    ({ cause }) => causeJson(cause),
  ],
  [
    "signals_sent",
    listOf(objectOf(SENT)),
    "every signal that curfew sent into the tree, forwarded ones included, in the order of the last time that each was sent",
    (report) => jsonListOf(SENT, since(report, report.signalsSent)),
  ],
  [
    "escalated",
    FLAG,
    "whether SIGKILL followed another signal (CONT does not count)",
    ({ escalated }) => escalated,
  ],
  [
    "stops",
    listOf(objectOf(STOP)),
    "signals that stopped the main child",
    (report) => jsonListOf(STOP, since(report, report.stops)),
  ],
  ...within(HOLDING, ({ holding }: Report) => holding),
  [
    "tree_gone",
    TREE_GONE,
    "true: proven; false: there are `survivors`; null: not known, or processes were left running on purpose",
    ({ treeGone }) => treeGone ?? null,
  ],
  ["proof", PROOF, "why `tree_gone` may say true; else null", ({ proof }) => proof ?? null],
  [
    "survivors",
    listOf(objectOf(SURVIVOR)),
    "members of the tree that could not be ended",
    ({ survivors }) => jsonListOf(SURVIVOR, survivors),
  ],
  [
    "leftovers",
    listOf(objectOf(LEFTOVER)),
    "members that remained when the main child ended, whatever became of them then",
    ({ leftovers }) => jsonListOf(LEFTOVER, leftovers),
  ],
  [
    "waited_for",
    listOf(objectOf(PROCESS)),
    "leftovers that read from a pipe without a writer, and got time to end by themselves",
    ({ waitedFor }) => jsonListOf(PROCESS, waitedFor),
  ],
  [
    "spared",
    listOf(objectOf(PROCESS)),
    "those of them that `--spare` names, which were left alone",
    ({ spared }) => jsonListOf(PROCESS, spared),
  ],
  [
    "resources",
    orNull(objectOf(RESOURCES)),
    "what the tree used; null if not known",
    ({ usage }) => jsonOrNull(RESOURCES, usage),
  ],
  ...within([LIMITS_ROW], ({ holding }: Report) => holding),
  [
    "output",
    orNull(objectOf(OUTPUT)),
    "what curfew passed on; null if the command wrote without a pipe of curfew's",
    ({ output }) => jsonOrNull(OUTPUT, output),
  ],
  ...TREE,
  [
    "started_at",
    DATE_TIME,
    "when the run began: ISO 8601, UTC",
    ({ startedAtWall }) => formatWallTime(startedAtWall),
  ],
];

/** The report as one line of JSON. */
export function formatReport(report: Report, startedAtWall: WallTime): string {
  return jsonText(jsonOf(REPORT, { ...report, startedAtWall }));
}
