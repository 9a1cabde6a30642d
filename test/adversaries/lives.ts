// The life of one tree under curfew: started where it is tracked, ended in one of three ways, and
// counted at once when curfew says that it is over.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { patiently } from "../patience.ts";
import { leaderStateOf, type Process } from "./procfs.ts";
import { CURFEW, REPORTS } from "./programs.ts";
import { type Report, readReport } from "./report.ts";
import { type Tracker, track } from "./tracker.ts";
import type { Mode, User } from "./users.ts";

/** What ends a run: a stop signal, the limit, or the command's own end, with this code. */
export const ENDINGS = ["cancel", "expire", "leave"] as const;
export type Ending = (typeof ENDINGS)[number];
export const OWN_CODE = 7;

const LIMIT_MS = 30_000;

export type Subcommand = "run" | "timeout" | "init";

export type Setting = {
  readonly user: User;
  readonly mode?: Mode;
  /** `run` unless said otherwise. */
  readonly subcommand?: Subcommand;
  readonly options?: readonly string[];
  /** May depend on where the tree is tracked. */
  readonly command: readonly string[] | ((tracker: Tracker) => readonly string[]);
  /** True if its cgroup belongs to the user, as under a service manager. */
  readonly isDelegated?: boolean;
  /** In a session and a group of its own. */
  readonly isLeader?: boolean;
  /** Words in front of curfew, such as other surroundings. */
  readonly before?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** In place of curfew and its words. */
  readonly instead?: readonly string[];
};

/**
 * A started run. Its exit is known when it has ended, even if another process still holds its
 * output.
 */
export type Run = {
  readonly pid: number;
  readonly tracker: Tracker;
  readonly said: () => string;
  readonly says: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Ends its input, after a line if there is one. */
  readonly close: (line?: string) => void;
  /** An exit code, or a signal's name. */
  readonly exit: Promise<string>;
  /** What it said and reported, for a message. */
  readonly told: () => string;
  readonly report: () => Report;
};

/** Starts a tree under curfew. */
export function begin(setting: Setting): Run {
  const tracker = track(setting.user, setting.isDelegated ?? setting.mode === "cgroup");
  const path = join(REPORTS, randomBytes(8).toString("hex"));
  const [program = "", ...words] = [
    ...tracker.before,
    ...(setting.before ?? []),
    ...(setting.instead ?? curfewWords(setting, path, tracker)),
  ];
  const env = { ...process.env, LC_ALL: "C", ...tracker.env, ...setting.env };
  const child = spawn(program, words, {
    env,
    stdio: ["pipe", "pipe", "pipe"],
    cwd: "/",
    detached: setting.isLeader ?? false,
  });
  child.stdin.on("error", () => undefined);
  const output = collect(child);
  const exit = new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(signal ?? String(code)));
  });
  const within = limiter(child, output.all);
  return {
    pid: child.pid ?? 0,
    tracker,
    said: output.all,
    says: (pattern) => within(output.match(pattern, exit), `${pattern}`),
    kill: (signal) => void process.kill(child.pid ?? 0, signal),
    close: (line = "") => void child.stdin.end(line),
    exit: within(exit, "its end"),
    told: () => `said: ${output.all()}\n${existsSync(path) ? readFileSync(path, "utf8") : ""}`,
    report: () => readReport(path),
  };
}

function curfewWords(setting: Setting, report: string, tracker: Tracker): string[] {
  const { subcommand = "run", mode = "auto", options = [] } = setting;
  const command =
    typeof setting.command === "function" ? setting.command(tracker) : setting.command;
  const containment = mode === "auto" ? [] : ["--containment", mode];
  const more = ["--report", report, ...containment, ...options];
  const duration = subcommand === "timeout" ? ["1000"] : [];
  return [CURFEW, subcommand, ...more, ...duration, "--", ...command];
}

/** Waits until the whole tree stands; skips the test, with the reason, where it cannot. */
export async function stands(run: Run, t: TestContext): Promise<boolean> {
  const [, reason] = await run.says(/^ready \d+$|^impossible (.*)$/m);
  if (reason === undefined) return true;
  t.skip(`impossible here: ${reason}`);
  run.kill("SIGTERM");
  await run.exit;
  return false;
}

/** Ends a tree that stands; gives how curfew exited and how long that took. */
export async function end(run: Run, ending: Ending) {
  // An alarm that comes before it waits may find it elsewhere than at its limit.
  while (ending === "expire" && leaderStateOf(run.pid) !== "S") await soon();
  const from = performance.now();
  if (ending === "cancel") run.kill("SIGTERM");
  if (ending === "expire") run.kill("SIGALRM");
  const exit = await run.exit;
  return { exit, took_ms: performance.now() - from };
}

/** Works with a run; whatever happens, nothing of its tree is left afterwards. */
export async function living<T>(setting: Setting, work: (run: Run) => Promise<T>): Promise<T> {
  const run = begin(setting);
  try {
    return await work(run);
  } catch (error) {
    throw new Error(run.told().slice(0, 4000), { cause: error });
  } finally {
    await run.tracker.close();
    await run.exit.catch(() => undefined);
  }
}

/** T42: the tracker must not contradict a report that the tree is gone. */
export function assertHonest(report: Report, alive: readonly Process[], exceptIf = false): void {
  if (report.tree_gone !== true || alive.length === 0) return;
  const excuse = exceptIf && report.tree_kill_reliability === "best_effort";
  assert.ok(excuse, `tree_gone, but alive: ${described(alive)}`);
}

/** The processes that are alive, for a message. */
export function described(alive: readonly Process[]): string {
  const names = alive.slice(0, 10).map(({ pid, name, state }) => `${pid} ${name} ${state}`);
  return `${alive.length}: ${names.join(", ")}`;
}

export function soon(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function collect(child: ChildProcess) {
  const chunks: Buffer[] = [];
  const looks = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      for (const look of looks) look();
    });
  }
  const all = () => Buffer.concat(chunks).toString();
  const match = (pattern: RegExp, exit: Promise<string>) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(all());
        if (found) resolve(found);
      };
      looks.add(look);
      look();
      exit.then(
        // What it said last may come after the news of its end.
        (code) =>
          setTimeout(
            () => reject(new Error(`ended with ${code} before ${pattern}`)),
            patiently(200),
          ),
        reject,
      );
    });
  return { all, match };
}

function limiter(child: ChildProcess, said: () => string) {
  return async <T>(fact: Promise<T>, what: string): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    const limit_ms = patiently(LIMIT_MS);
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        child.kill("SIGKILL");
        reject(new Error(`no ${what} after ${limit_ms} ms; said: ${said().slice(0, 500)}`));
      }, limit_ms);
    });
    // A test that fails before it looks at it has said enough.
    fact.catch(() => undefined);
    return Promise.race([fact, limit]).finally(() => clearTimeout(timer));
  };
}
