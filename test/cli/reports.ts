// Runs that are asked for a report or events: every one that is read is validated.
import assert from "node:assert/strict";
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { validateEvents, validateReport } from "../report-schema.ts";
import type { Binary } from "./binary.ts";
import { BUNDLE } from "./binary.ts";
import { curfew, type Ended, type Running, type Spawn } from "./run.ts";

/** The keys of a report that tests look at. */
export type Report = {
  readonly command: readonly string[];
  readonly command_base64?: readonly string[];
  readonly outcome: string;
  readonly exit_code: number;
  readonly elapsed_ms: number;
  readonly error: object | null;
  readonly child: null | {
    readonly pid: number;
    readonly exit_code: number | null;
    readonly signal: string | null;
  };
  readonly signals_sent: readonly Sent[];
  readonly escalated: boolean;
  readonly stops: readonly { readonly signal: string }[];
  readonly containment: string | null;
  readonly tree_kill_reliability: string | null;
  readonly reliability_reasons: readonly string[];
  readonly tree_gone: boolean | null;
  readonly survivors: readonly {
    readonly pid: number;
    readonly command: string;
    readonly why: string;
  }[];
  readonly proof: string | null;
  readonly leftovers: readonly { readonly pid: number; readonly command: string }[];
  readonly resources: null | { readonly accounting: string; readonly oom_kills: number | null };
  readonly limits: Readonly<Record<string, object>>;
  readonly output: null | {
    readonly stdout: Totals | null;
    readonly stderr: Totals | null;
    readonly pipe_held: boolean;
  };
};

type Totals = { readonly bytes: number; readonly omitted: number };

type Sent = {
  readonly signal: string;
  readonly at_ms: number;
  readonly target: string;
  readonly count: number;
};

/** A line of --events that is not the report. */
export type EventLine = Readonly<Record<string, unknown>> & {
  readonly event: string;
  readonly at_ms: number;
};

/** For this test file's own files; every user may go in. */
export const FOLDER: string = mkdtempSync(join(tmpdir(), "curfew-reports-"));
chmodSync(FOLDER, 0o755);
after(() => rmSync(FOLDER, { recursive: true, force: true }));

let files = 0;

/** A path that nothing has yet. */
export function newPath(name = "file"): string {
  return join(FOLDER, `${name}-${process.pid}-${files++}`);
}

/** The program under test where every user may execute it. */
export function staged(binary: Binary): Binary {
  const copy = (path: string) => {
    const made = newPath("staged");
    copyFileSync(path, made);
    chmodSync(made, 0o755);
    return made;
  };
  const env = binary.name === "cold" ? { CURFEW_BUNDLE: copy(BUNDLE) } : binary.env;
  return { name: binary.name, path: copy(binary.path), env };
}

/** A report of one line. */
export function readReport(text: string): Report {
  assert.match(text, /^[^\n]+\n$/, "one line");
  const report: unknown = JSON.parse(text);
  assert.deepEqual(validateReport(report), []);
  return report as Report;
}

/** What --events wrote: the lines, and the report that is the last. */
export function readEvents(text: string): { events: readonly EventLine[]; report: Report } {
  const lines = text.split("\n");
  assert.equal(lines.pop(), "", "the last line is ended");
  assert.deepEqual(validateEvents(lines), []);
  const values = lines.map((line) => JSON.parse(line) as unknown);
  const report = values.pop() as Report;
  return { events: values as EventLine[], report };
}

/** A run with a report: `words` are a subcommand, its options and the command. */
export type Reported = Running & { readonly told: () => Promise<{ ended: Ended; report: Report }> };

/** Starts a run that writes a report to a file. */
export function reporting(
  binary: Binary,
  [subcommand = "run", ...words]: readonly string[],
  options: Spawn = {},
): Reported {
  const path = newPath("report");
  const running = curfew(binary, [subcommand, "--report", path, ...words], options);
  const told = async () => {
    const ended = await running.ended;
    return { ended, report: readReport(readFileSync(path, "utf8")) };
  };
  return { ...running, told };
}

/** The words of each sent signal, without when and without the SIGCONT that follows some. */
export function sentOf({ signals_sent }: Report): string[] {
  const sent = signals_sent.filter(({ signal }) => signal !== "SIGCONT");
  return sent.map(({ signal, target, count }) => `${signal} ${target} ${count}`);
}
