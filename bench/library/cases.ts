// `npm run bench -- --only cases`: eight commands by each library that starts processes. Fresh
// processes make the calls, one after the other. What a command left is found by a mark in its
// environment, and ended here by PID and start time.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { loadavg, release } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PRODUCT } from "../../scripts/build/build.ts";
import { ROOT, step } from "../../scripts/steps.ts";
import { marked, type Process, processOf } from "../../test/adversaries/procfs.ts";
import type { Grid } from "../table.ts";
import { CASE_WAYS, CASES, type Case, type CaseWay, type Settled } from "./case-rows.ts";
import { bundle, installPeers, LIBRARY_URL, ROOM } from "./library.ts";

/** A call that has not settled then hangs. */
const LIMIT_MS = 10_000;
/** What is about to end when the call settles has so much time for it. */
const LEFT_AFTER_MS = 200;

/** Runs all of it: the table, and the conditions it was made under. */
export async function benchCases(): Promise<{ lines: Grid; conditions: string }> {
  await step("peers of the library", installPeers);
  await step("bundle of the library", bundle);
  const load = loadavg()[0] ?? 0;
  const rows = await step("cases", allRows);
  const conditions =
    `Linux ${release().split("-")[0]}, ${process.arch}, Node ${process.versions.node}, load ` +
    `${load.toFixed(1)}. Milliseconds until the call settled, the library's own word for the end, ` +
    `and how many processes of the command were alive ${LEFT_AFTER_MS} ms later. A limit or an ` +
    `abort comes after 300 ms; hangs: not settled after ${LIMIT_MS / 1000} s.`;
  return { lines: [["", ...CASE_WAYS], ...rows], conditions };
}

async function allRows(): Promise<string[][]> {
  const rows: string[][] = [];
  for (const one of CASES) {
    const row = [one.title];
    for (const way of CASE_WAYS) row.push(await cellOf(way, one));
    rows.push(row);
  }
  return rows;
}

/** One call: what it came to, and what it left. */
async function cellOf(way: CaseWay, one: Case): Promise<string> {
  const mark = `curfew-case-${randomBytes(8).toString("hex")}`;
  const words = [join(ROOM, "case-worker.ts"), way, JSON.stringify(one), mark];
  const env = {
    ...process.env,
    NODE_NO_WARNINGS: "1",
    CURFEW_BINARY: PRODUCT,
    CURFEW_LIBRARY: LIBRARY_URL,
  };
  const caller = spawn(process.execPath, words, {
    cwd: ROOT,
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const settled = await firstLine(caller);
    if (settled === undefined) return "hangs";
    const { ms, word }: Settled = JSON.parse(settled);
    const left = await aliveLater(mark);
    return `${Math.round(ms)} ${word}${left.length === 0 ? "" : `, ${left.length} left`}`;
  } finally {
    await end(caller, mark);
  }
}

/** The first line; undefined: there was none in time. */
async function firstLine(caller: ChildProcess): Promise<string | undefined> {
  const { stdout } = caller;
  if (stdout === null) return undefined;
  const lines = createInterface({ input: stdout });
  try {
    const [line] = await once(lines, "line", { signal: AbortSignal.timeout(LIMIT_MS) });
    return String(line);
  } catch {
    return undefined;
  } finally {
    lines.close();
  }
}

function aliveNow(mark: string): readonly Process[] {
  return marked(mark).flatMap((pid) => processOf(pid) ?? []);
}

/** What is alive of the command's processes, after a moment in which they may end. */
async function aliveLater(mark: string): Promise<readonly Process[]> {
  const until = performance.now() + LEFT_AFTER_MS;
  let alive = aliveNow(mark);
  while (alive.length > 0 && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    alive = aliveNow(mark);
  }
  return alive;
}

/** Ends the caller, and what is left of its command. */
async function end(caller: ChildProcess, mark: string): Promise<void> {
  const exited = once(caller, "exit");
  caller.kill("SIGKILL");
  await exited;
  const until = performance.now() + LIMIT_MS;
  for (let alive = aliveNow(mark); alive.length > 0; alive = aliveNow(mark)) {
    if (performance.now() > until) throw new Error(`still there: ${JSON.stringify(alive)}`);
    for (const { pid, startTime } of alive) {
      if (processOf(pid)?.startTime === startTime) kill(pid);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}
