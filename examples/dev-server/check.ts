// Starts a dev server, waits until its port is ready, runs tests against it, and ends it with
// everything that it started, also where the tests fail or this program is killed.
import { fileURLToPath } from "node:url";
import { CurfewError, run } from "curfew";

const port = Number(process.argv[2] ?? 3000);
const script = (name: string) => [fileURLToPath(new URL(name, import.meta.url))];

const server = run(process.execPath, script("server.ts"), {
  env: { PORT: String(port) },
  ready: { port },
  readyTimeout: "20s",
  killAfter: "2s",
});
// Since Node 24, `await using server = run(...)` does what this try and finally do.
try {
  await server.ready;
  const tests = await run(process.execPath, script("smoke-test.ts"), {
    env: { URL: `http://127.0.0.1:${port}/` },
    stdout: "inherit",
    stderr: "inherit",
    timeout: "1m",
  });
  // A test that exits with 0 after its time limit has not succeeded.
  process.exitCode = tests.ok ? 0 : tests.exitCode || 1;
} catch (error) {
  // The server exited, took too long, or another program has the port.
  if (!(error instanceof CurfewError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  const { stderr, treeGone } = await server.cancel();
  if (process.exitCode !== 0) console.error(stderr);
  console.log(
    treeGone ? "the server is gone" : "the server was ended; no proof that nothing is left",
  );
}
