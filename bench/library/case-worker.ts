// One fresh Node process of `--only cases`: runs one command in one way, and says when and how the
// call settled. It stays until its stdin ends: what the command left is looked at while its caller
// lives.
import { execFile, spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";
import type { Case, CaseWay, Settled } from "./case-rows.ts";

const [way, caseText = "", mark] = process.argv.slice(2) as [CaseWay, string, string];
const { command, limitMs, abortMs }: Case = JSON.parse(caseText);

/** The mark of the command's processes. /proc shows of this process only what it began with. */
process.env.CURFEW_CASE = mark;

const [file = "", ...args] = command;
const abort = new AbortController();
const signal = abortMs === undefined ? undefined : abort.signal;
const timeout = limitMs;
/** From the first signal to SIGKILL, in the libraries that have it. */
const KILL_AFTER_MS = 500;

/** Each runs the command with the way's own defaults, and gives the word for how it ended. */
const RUNS: Readonly<Record<CaseWay, () => Promise<string>>> = {
  spawn: () => {
    const child = spawn(file, args, { timeout, signal });
    child.stdout.resume();
    child.stderr.resume();
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve(code === 0 ? "ok" : "failed"));
    });
  },
  execFile: async () => {
    await promisify(execFile)(file, args, { timeout, signal });
    return "ok";
  },
  execa: () => byExeca({}),
  "execa, killDescendants": () => byExeca({ killDescendants: true }),
  "nano-spawn": async () => {
    const { default: nanoSpawn } = await peer("nano-spawn");
    return timed(async () => {
      await nanoSpawn(file, args, { timeout, signal });
      return "ok";
    });
  },
  tinyexec: async () => {
    const { x } = await peer("tinyexec");
    return timed(async () => {
      await x(file, args, { timeout, signal, throwOnError: true });
      return "ok";
    });
  },
  zx: async () => {
    const { $ } = await peer("zx");
    return timed(async () => {
      const limit = timeout === undefined ? {} : { timeout };
      await $({ quiet: true, signal, ...limit })`${file} ${args}`;
      return "ok";
    });
  },
  curfew: async () => {
    const { run } = await import(process.env.CURFEW_LIBRARY ?? "curfew");
    return timed(async () => {
      const options = { timeout, signal, killAfter: KILL_AFTER_MS };
      const { ok, outcome, error } = await run(file, args, options);
      return ok ? "ok" : (error?.code ?? outcome);
    });
  },
};

async function byExeca(more: object): Promise<string> {
  const { execa } = await peer("execa");
  const options = { timeout, cancelSignal: signal, forceKillAfterDelay: KILL_AFTER_MS, ...more };
  return timed(async () => {
    await execa(file, args, options);
    return "ok";
  });
}

/** The module of a peer: this file is run where the peers are installed, and checked elsewhere. */
function peer(module: string) {
  return import(module);
}

let begun = performance.now();

/** The clock begins when the library is loaded. */
function timed(work: () => Promise<string>): Promise<string> {
  begun = performance.now();
  if (abortMs === 0) abort.abort();
  else if (abortMs !== undefined) setTimeout(() => abort.abort(), abortMs);
  return work();
}

/** The word that a library has for what went wrong. */
function wordOf(error: unknown): string {
  if (!(error instanceof Error)) return "failed";
  const { code, name } = error as Error & { code?: unknown };
  if (typeof code === "string") return code;
  return name === "AbortError" ? name : "failed";
}

const hasClock = way === "spawn" || way === "execFile";
const work = RUNS[way];
const word = await (hasClock ? timed(work) : work()).catch(wordOf);
const settled: Settled = { ms: performance.now() - begun, word };
process.stdout.write(`${JSON.stringify(settled)}\n`);
process.stdin.on("end", () => process.exit());
process.stdin.resume();
