// `npm run test:loaded [-- ONLY]`: `npm test` three times in a row beside six busy loops, so that a
// test that fails only because time went by is found. It ends at the first run that fails.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { main, ROOT, say } from "../steps.ts";

const RUNS = 3;
const BUSY_LOOPS = 6;
/** Each test waits for a processor most of the time: so more files at once than processors. */
const AT_ONCE = "4";
/** A test of 256 runs takes more than the usual three minutes there. */
const TIMEOUT_MS = "600000";

await main(async () => {
  const [only] = process.argv.slice(2);
  const busy = Array.from({ length: BUSY_LOOPS }, startBusyLoop);
  try {
    for (let run = 1; run <= RUNS; run += 1) {
      const started = Date.now();
      const status = await runTests(only === undefined ? [] : ["--only", only]);
      const minutes = ((Date.now() - started) / 60_000).toFixed(1);
      const verdict = status === 0 ? "passed" : "failed";
      say(`run ${run} of ${RUNS} beside ${BUSY_LOOPS} busy loops: ${verdict} in ${minutes} min`);
      if (status !== 0) return status;
    }
    return 0;
  } finally {
    for (const loop of busy) loop.stdin?.end();
  }
});

/** It ends by itself when we have ended: its stdin is a pipe of ours, and the read below ends. */
function startBusyLoop(): ChildProcess {
  const script = 'while :; do :; done & read -r end; kill -s KILL "$!"';
  return spawn("sh", ["-c", script], { stdio: ["pipe", "ignore", "ignore"] });
}

/** Gives the exit status. */
function runTests(args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const script = join(ROOT, "scripts/test/test.ts");
    const limits = { CURFEW_TEST_AT_ONCE: AT_ONCE, CURFEW_TEST_TIMEOUT_MS: TIMEOUT_MS };
    const env = { ...process.env, ...limits };
    const tests = spawn(process.execPath, [script, ...args], { cwd: ROOT, stdio: "inherit", env });
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => tests.kill(signal));
    }
    tests.on("exit", (code) => resolve(code ?? 1));
  });
}
