import { rowsOf, withinRows } from "../../../core/inspect/columns.ts";
import type { Inspection } from "../../../core/inspect/inspection.ts";
import {
  formatGone,
  formatInspection,
  formatInspectionJson,
  formatNoRuns,
  formatUnseen,
} from "../../../core/inspect/inspection.ts";
import { fileKindOf } from "../../../core/look/files.ts";
import type { InspectSpec } from "../../../core/spec/inspect-spec.ts";
import { EXIT_FAILED } from "../../../core/spec/status.ts";
import { NO_LIMIT } from "../../../core/values/duration.ts";
import { errnoName } from "../../../core/values/errno.ts";
import { localeOf } from "../../../core/values/locale.ts";
import { STDERR, STDOUT } from "../../kernel/abi.ts";
import { now } from "../../kernel/clock.ts";
import { hasOwnProc } from "../../kernel/proc.ts";
import { sys } from "../../kernel/window.ts";
import type { Scope } from "../../look/look.ts";
import { lookAt } from "../../look/look.ts";
import { say } from "../../run/outputs.ts";
import type { FoundRun } from "./runs.ts";
import { findRuns } from "./runs.ts";

/** How long a look at one tree may take, in microseconds, and how many processes it shows. */
const TIME = 1_000_000;
const MOST_PROCESSES = 4096;
/** Stands for no process whose input counts. */
const NO_INPUT = 0;

/** The exit code where a PID has no process. */
const SOME_GONE = 1;

/** `curfew inspect`: draws process trees as they are now. The exit code. */
export function runInspect(name: string, spec: InspectSpec): number {
  if (!hasOwnProc()) {
    sys.write(STDERR, formatUnseen(name));
    return EXIT_FAILED;
  }
  const { utf8 } = localeOf(sys.env);
  const isInPlace =
    spec.follow !== NO_LIMIT &&
    !spec.json &&
    fileKindOf(String(sys.readLink("/proc/self/fd/1"))) === "terminal";
  for (let before = ""; ; ) {
    const seen = spec.pids.length === 0 ? lookAtRuns() : lookAtPids(spec.pids);
    const gone = seen.filter(({ tree }) => tree === undefined).map(({ pid }) => pid);
    const [columns = 0, rows = 0] = isInPlace ? sys.terminalSize(STDOUT) : [];
    const all = spec.json ? jsonOf(seen) : drawingOf(spec, seen, utf8);
    // What has left the screen at its top cannot be drawn anew.
    const text = isInPlace ? withinRows(all, columns, rows) : all;
    const isOver = spec.follow === NO_LIMIT || (seen.length > 0 && gone.length === seen.length);
    const again = before === "" || !isInPlace ? "" : upBy(rowsOf(before, columns));
    const written = sys.write(STDOUT, `${again}${text}`);
    if (written !== 0) {
      say({ name, utf8 }, { kind: "cannot-print", errno: errnoName(-written) });
      return EXIT_FAILED;
    }
    if (isOver) {
      sys.write(STDERR, formatGone(name, gone));
      return gone.length > 0 ? SOME_GONE : 0;
    }
    before = text;
    sys.wait([], now() + spec.follow);
  }
}

/** Goes up to where the last drawing began, and clears the screen from there. */
function upBy(lines: number): string {
  return `\x1b[${lines}A\x1b[J`;
}

function jsonOf(seen: readonly Inspection[]): string {
  const at = now();
  return seen.map((one) => formatInspectionJson(one, at)).join("");
}

function drawingOf({ pids }: InspectSpec, seen: readonly Inspection[], utf8: boolean): string {
  if (pids.length === 0 && seen.length === 0) return formatNoRuns(sys.user()[0] === 0);
  const at = now();
  const drawings = seen.map((one) => formatInspection(one, at, { utf8 }));
  return drawings.filter((text) => text !== "").join("\n");
}

/** A run that ends while we look was never asked for by its PID: it is left out. */
function lookAtRuns(): readonly Inspection[] {
  const others = everyPid();
  return findRuns()
    .map((run) => inspectRun(run, others))
    .filter(({ tree }) => tree !== undefined);
}

function inspectRun(run: FoundRun, others: readonly number[]): Inspection {
  const { guardian, supervisor } = run;
  const tree = look({ root: guardian, inputOf: supervisor, others });
  return { pid: supervisor, run, tree };
}

function lookAtPids(pids: readonly number[]): readonly Inspection[] {
  const [others, runs] = [everyPid(), findRuns()];
  return pids.flatMap((pid) => {
    const ours = runs.filter(({ supervisor }) => supervisor === pid);
    if (ours.length > 0) return ours.map((run) => inspectRun(run, others));
    const tree = look({ root: pid, isRootShown: true, inputOf: NO_INPUT, others });
    const isThere = tree !== undefined && tree.processes.length > 0;
    return [{ pid, run: undefined, tree: isThere ? tree : undefined }];
  });
}

function look(about: Pick<Scope, "root" | "isRootShown" | "inputOf" | "others">) {
  return lookAt({ ...about, except: [], time: TIME, most: MOST_PROCESSES });
}

/** Every process that /proc shows. */
function everyPid(): readonly number[] {
  const names = sys.list("/proc");
  return typeof names === "number" ? [] : names.filter((name) => /^\d+$/.test(name)).map(Number);
}
