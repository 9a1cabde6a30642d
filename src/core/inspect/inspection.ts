import { jsonListOf, milliseconds } from "../report/json-shape.ts";
import { PROCESS_SNAPSHOT } from "../report/process-json.ts";
import type { TreeSnapshot } from "../spec/process-snapshot.ts";
import type { Duration, Instant } from "../values/duration.ts";
import { jsonText, onOneLine } from "../values/quote.ts";
import { drawTree, formatAge } from "./drawing.ts";

/** A run of curfew, by its supervisor. */
export type InspectedRun = {
  readonly supervisor: number;
  /**
   * When its time limit passes, as it was at the start; undefined: it has none. `unknown`: another
   * user's word, which is not believed.
   */
  readonly limitAt: Instant | undefined | "unknown";
};

/** What `curfew inspect` has seen of one PID, or of one run. */
export type Inspection = {
  readonly pid: number;
  readonly run: InspectedRun | undefined;
  /** Undefined: no process has the PID. */
  readonly tree: TreeSnapshot | undefined;
};

export function formatInspection(
  { run, tree }: Inspection,
  now: Instant,
  { utf8 }: { readonly utf8: boolean },
): string {
  if (tree === undefined) return "";
  const first = run === undefined ? [] : [headline(run, now)];
  return [...first, ...drawTree(tree, { utf8 })].map((line) => `${line}\n`).join("");
}

function headline({ supervisor, limitAt }: InspectedRun, now: Instant): string {
  return `run of curfew ${supervisor}, ${limitWords(limitAt, now)}:`;
}

function limitWords(limitAt: InspectedRun["limitAt"], now: Instant): string {
  if (limitAt === undefined) return "no time limit";
  if (limitAt === "unknown") return "time limit not known";
  const left = (limitAt - now) as Duration;
  return left > 0 ? `${formatAge(left)} left` : "its time limit has passed";
}

/** One line of JSON. */
export function formatInspectionJson({ pid, run, tree }: Inspection, now: Instant): string {
  const line = {
    pid,
    run: run === undefined ? null : runJson(run, now),
    tree: tree === undefined ? null : jsonListOf(PROCESS_SNAPSHOT, tree.processes),
    tree_omitted: tree?.omitted ?? null,
  };
  return `${jsonText(line)}\n`;
}

function runJson({ supervisor, limitAt }: InspectedRun, now: Instant) {
  const isKnown = typeof limitAt === "number";
  return {
    supervisor,
    has_time_limit: limitAt === "unknown" ? null : limitAt !== undefined,
    time_left_ms: isKnown ? milliseconds(Math.max(0, limitAt - now)) : null,
  };
}

/** The sentence where there is no run to be shown. */
export function formatNoRuns(isRoot: boolean): string {
  return isRoot ? "no run of curfew was found\n" : "no run of curfew of this user was found\n";
}

/** The line where nothing can be seen. */
export function formatUnseen(name: string): string {
  const why = "/proc is not mounted, or not that of this PID namespace";
  return `${onOneLine(name)}: no process can be seen: ${why}\n`;
}

/** The lines about PIDs that no process has. */
export function formatGone(name: string, pids: readonly number[]): string {
  return pids.map((pid) => `${onOneLine(name)}: no process has the PID ${pid}\n`).join("");
}
