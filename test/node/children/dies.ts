// A program that has runs under way, and ends in the way that its first word names. It says
// "ready" when all of them have started; with "at-once" it ends before it can know.
import { isMainThread, Worker } from "node:worker_threads";
import { run } from "../program.ts";

const [, , how = "waits", count = "1"] = process.argv;
/** A daemon with a session of its own, a grandchild, and the command itself. */
const SCRIPT = "setsid sleep 1000 </dev/null >/dev/null 2>&1 & sleep 1000 & wait";

function startAll(): Promise<unknown> {
  const runs = Array.from({ length: Number(count) }, () => run("sh", ["-c", SCRIPT]));
  return Promise.all(runs.map(({ started }) => started));
}

async function untilToldToEnd(): Promise<void> {
  for await (const _ of process.stdin) break;
}

const ENDS: Readonly<Record<string, () => Promise<void>>> = {
  waits: async () => {
    await startAll();
    console.log("ready");
    await untilToldToEnd();
  },
  exits: async () => {
    await startAll();
    console.log("ready");
    await untilToldToEnd();
    process.exit(0);
  },
  throws: async () => {
    await startAll();
    console.log("ready");
    await untilToldToEnd();
    setImmediate(() => {
      throw new Error("uncaught");
    });
  },
  "at-once": async () => {
    startAll();
    process.exit(0);
  },
  // The worker ends, and this thread goes on.
  "terminates-worker": async () => {
    const worker = new Worker(new URL(import.meta.url), { argv: ["in-worker", count] });
    await new Promise((resolve) => worker.once("message", resolve));
    console.log("ready");
    for await (const _ of process.stdin) {
      await worker.terminate();
      console.log("terminated");
    }
  },
  "in-worker": async () => {
    const { parentPort } = await import("node:worker_threads");
    await startAll();
    parentPort?.postMessage("ready");
  },
};

if (isMainThread || how === "in-worker") await ENDS[how]?.();
