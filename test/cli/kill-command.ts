// What the tests of `curfew kill` have in common: calls, and what they are called on.
import assert from "node:assert/strict";
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { patiently } from "../patience.ts";
import type { Binary } from "./binary.ts";
import type { Ended, Running, Spawn } from "./run.ts";
import { curfew, start, statusOf, until } from "./run.ts";

export type Line = {
  readonly pid: number;
  readonly outcome: string;
  readonly reason?: string;
  readonly members: number;
  readonly survivors: readonly Readonly<Record<string, unknown>>[];
};

/** Runs `curfew kill` to its end. */
export function kill(
  binary: Binary,
  words: readonly (string | number)[],
  options: Spawn = {},
): Promise<Ended> {
  return curfew(binary, ["kill", ...words.map(String)], options).ended;
}

/** The same with --json: an object per PID. */
export async function killJson(
  binary: Binary,
  words: readonly (string | number)[],
  options: Spawn = {},
): Promise<readonly Line[]> {
  const { stdout } = await kill(binary, ["--json", ...words], options);
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

let begun = 0;

/** An environment that no other process has: who has the same as a member may be suspected. */
export function ownEnv(): Readonly<Record<string, string>> {
  begun += 1;
  return { CURFEW_TEST_MARK: `${process.pid}-begun-${begun}` };
}

/** Starts a process that is related to no other. */
export function launch(argv: readonly string[]): Running {
  return start(argv, { env: ownEnv() });
}

export async function sleeper(): Promise<Running> {
  const running = launch(["sleep", "1000"]);
  await until("it sleeps", () => statusOf(running.pid, "Name") === "sleep");
  return running;
}

export function startTimeOf(pid: number): string {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

/** A folder that every user can read, for the time of the tests. */
export function publicFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "curfew-kill-"));
  chmodSync(folder, 0o755);
  after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/**
 * A program under a name that no other process has: a process with a member's name may be
 * suspected.
 */
export function alone(folder: string, name: string, program: string): string {
  const path = join(folder, `${name}-${process.pid}`);
  symlinkSync(program, path);
  return path;
}

/** The program where every user can read it. */
export function forOthers(binary: Binary, folder: string): Binary {
  const copy = (path: string) => {
    const to = join(folder, `${binary.name}-${path.replace(/.*\//, "")}`);
    cpSync(path, to);
    chmodSync(to, 0o755);
    return to;
  };
  const env = Object.entries(binary.env).map(([name, path]) => [name, copy(path)]);
  return { ...binary, path: copy(binary.path), env: Object.fromEntries(env) };
}

/** Starts what says when it stands, and by which number; the mark is in its environment. */
export async function standing(program: readonly string[], mark = ""): Promise<[Running, string]> {
  const running = start(program, { env: { CURFEW_TEST_MARK: mark } });
  const [, pid = ""] = await running.says(/^ready (\d+)$/m);
  return [running, pid];
}

/** How long execve(2) may take. */
const EXEC_MS = 1000;

/** Living processes that have a mark in their environment. */
export function marked(mark: string): number[] {
  const has = (pid: string) => environOf(pid).includes(`CURFEW_TEST_MARK=${mark}\0`);
  return readdirSync("/proc").filter(has).map(Number);
}

/** While execve(2) is under way, a process has neither words nor an environment. */
function environOf(pid: string): string {
  const limit = performance.now() + patiently(EXEC_MS);
  for (;;) {
    try {
      const text = readFileSync(`/proc/${pid}/environ`, "latin1");
      const isExecuting = text === "" && readFileSync(`/proc/${pid}/cmdline`, "latin1") === "";
      // A kernel thread has neither, ever, and no program.
      if (isExecuting) readlinkSync(`/proc/${pid}/exe`);
      if (!isExecuting || performance.now() > limit) return text;
    } catch {
      return "";
    }
  }
}

/** Ends what has a mark; gives their numbers. */
export function endMarked(mark: string): readonly number[] {
  const living = marked(mark);
  for (const pid of living) process.kill(pid, "SIGKILL");
  return living;
}

/**
 * Where curfew is not sure, it names all that live and have the mark. It may name others: they were
 * about to end, or they belong to another test. Ends all of the mark.
 */
export function endNamed({ stdout }: Ended, mark: string): void {
  const [, list = ""] = /these may be its descendants: ([\d, ]+)$/m.exec(stdout) ?? [];
  const named = list.split(", ").map(Number);
  const isTooLate = stdout.includes("before its descendants were looked for");
  assert.ok(isTooLate || list !== "", stdout);
  for (const pid of endMarked(mark)) assert.ok(isTooLate || named.includes(pid), stdout);
}
