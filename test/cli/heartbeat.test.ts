// --heartbeat: how a run stands, where nothing was printed for a while.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { BINARIES, type Binary } from "./binary.ts";
import { newPath, readEvents } from "./reports.ts";
import { curfew, endOfRun, start } from "./run.ts";

/** On a busy machine the first of them may not know yet what the process does. */
const LINE = /^[^\n]*: running for \d+s, \d+s left; 2 processes: \d+ 'sleep' sleeps$/m;
const IN_SHELL = ["sh", "-c", "sleep 1000; true"];

function lines(binary: Binary): void {
  for (const subcommand of ["run", "init"]) {
    test(`${subcommand}: time passed, time left, processes`, async () => {
      const words = [subcommand, "--heartbeat", "200ms", "--timeout", "60", ...IN_SHELL];
      const running = curfew(binary, words);
      await running.says(LINE, "stderr");
      running.kill("SIGTERM");
      assert.equal(endOfRun(await running.ended), subcommand === "run" ? "SIGTERM" : "143");
    });
  }

  test("what has ended is not counted", async () => {
    const script = "sleep 0 & sleep 0 & exec sleep 1000";
    const words = ["run", "--heartbeat", "300ms", "--timeout", "60", "sh", "-c", script];
    const running = curfew(binary, words);
    await running.says(/; 1 process: \d+ 'sleep' sleeps$/m, "stderr");
    running.kill("SIGTERM");
    await running.ended;
  });

  test("without the option there is none, and a limit is not held up by one", async () => {
    const silent = curfew(binary, ["run", "--timeout", "0.5", ...IN_SHELL]);
    assert.doesNotMatch((await silent.ended).stderr, /running for/);
    const quiet = ["run", "--quiet", "--heartbeat", "10ms", "--timeout", "0.5", ...IN_SHELL];
    assert.equal((await curfew(binary, quiet).ended).stderr, "");
    const words = ["run", "--heartbeat", "1us", "--timeout", "0.5", ...IN_SHELL];
    const { stderr, ...ended } = await curfew(binary, words).ended;
    assert.equal(endOfRun({ stderr, ...ended }), "124");
    assert.match(stderr, /running for 0s/);
  });

  test("an output that curfew passes on is a sign of life of its own", async () => {
    const script = "n=0; while [ $n -lt 20 ]; do echo $n; sleep 0.05; n=$((n+1)); done";
    const words = ["run", "--heartbeat", "5s", "--max-output", "1M", "sh", "-c", script];
    const { stdout, stderr } = await curfew(binary, words).ended;
    assert.equal(stderr, "");
    assert.match(stdout, /^19$/m);
  });

  test("with --control it is an event, and stderr stays the command's", async () => {
    const events = newPath("events");
    const words = ["--heartbeat", "200ms", "--events", events, "--control", "fd:3"];
    const argv = [binary.path, "run", ...words, "sh", "-c", "sleep 1; true"];
    // The descriptor's other end is ours, and stays open.
    const stdio = ["ignore", "pipe", "pipe", "pipe"] as const;
    const { stderr } = await start(argv, { env: binary.env, stdio: [...stdio] }).ended;
    const { events: told } = readEvents(readFileSync(events, "utf8"));
    assert.equal(stderr, "");
    const beats = told.filter(({ event }) => event === "heartbeat");
    assert.ok(beats.length > 0);
    assert.equal(beats[0]?.processes, 2);
    const { leaf } = beats[0] ?? {};
    assert.equal((leaf as { command: string } | undefined)?.command, "sleep");
  });
}

describe("--heartbeat", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => lines(binary));
  }
});
