// --events: a line for everything that happens, in order, and the report as the last one.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, constants, openSync, readFileSync, writeSync } from "node:fs";
import { describe, test } from "node:test";
import { patiently } from "../patience.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { child, number, surroundings } from "./children.ts";
import { newPath, readEvents, readReport } from "./reports.ts";
import { curfew, type Ended, endOfRun, OPEN, type Running, type Spawn, until } from "./run.ts";

const NOW = "10ms";
const SLEEP = ["sleep", "1000"];
const HANDLES = child("handles");
const TERM = number("TERM");
const DEAF = surroundings(`--ignore ${TERM}`);

/** Starts a run with events to a file; `told` reads them when it is over. */
function telling(
  binary: Binary,
  [subcommand = "", ...words]: readonly string[],
  options: Spawn = {},
) {
  const path = newPath("events");
  const running: Running = curfew(binary, [subcommand, "--events", path, ...words], options);
  const told = async () => {
    const ended: Ended = await running.ended;
    const { events, report } = readEvents(readFileSync(path, "utf8"));
    const times = events.map(({ at_ms }) => at_ms);
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
      "in order",
    );
    return { ended, events, report, words: events.map(({ event }) => event) };
  };
  return { running, told };
}

type Row = readonly [
  words: readonly string[],
  events: readonly string[],
  before?: readonly string[],
];

const ROWS: readonly Row[] = [
  [
    ["run", "true"],
    ["spawned", "exited"],
  ],
  [
    ["timeout", "9", "sh", "-c", "exit 3"],
    ["spawned", "exited"],
  ],
  [
    ["run", "sh", "-c", "kill -KILL $$"],
    ["spawned", "exited"],
  ],
  [
    ["run", "--timeout", NOW, ...SLEEP],
    ["spawned", "deadline", "sent", "exited"],
  ],
  [
    ["timeout", "0.01", ...SLEEP],
    ["spawned", "deadline", "sent", "sent", "exited"],
  ],
  [
    ["run", "--timeout", NOW, "-s", "KILL", ...SLEEP],
    ["spawned", "deadline", "sent", "swept"],
  ],
];

const RUNGS = ["deadline", "sent"];

const isNoStart = (word: string) => word !== "spawned";

function order(binary: Binary): void {
  for (const [words, wanted, before = []] of ROWS) {
    test(`${words.join(" ")}: ${wanted.join(", ")}`, async () => {
      const { words: told } = await telling(binary, words, { before }).told();
      assert.deepEqual(told.filter(isNoStart), wanted.filter(isNoStart));
      // On a busy machine a limit may pass before the command is executed.
      if (!wanted.includes("deadline")) assert.equal(told[0], "spawned");
    });
  }

  test("SIGKILL after the first signal: a deadline for each rung, then swept", async () => {
    const words = ["run", "--timeout", NOW, "-k", "20ms", ...SLEEP];
    const { events, report } = await telling(binary, words, { before: DEAF }).told();
    const more = events.map(({ event }) => event).filter(isNoStart);
    // The rest is signalled at half of the time; on a busy machine both are due at once.
    assert.equal(more.at(-1), "swept");
    assert.ok(more.length >= 3 && more.slice(0, -1).every((event) => RUNGS.includes(event)));
    const swept = events.at(-1);
    assert.deepEqual([swept?.tree_gone, swept?.proof], [true, report.proof]);
  });

  test("what could not be started: spawn-failed, and the report", async () => {
    const { ended, events, report } = await telling(binary, ["run", "curfew-has-no-such"]).told();
    const told = events.filter(({ event }) => event === "spawn-failed");
    assert.deepEqual([endOfRun(ended), told.length, report.outcome], ["127", 1, "spawn_failed"]);
    assert.equal(told[0]?.errno, "ENOENT");
  });

  test("stops, signals and what is left, each when it happens", async () => {
    const script = `setsid "$0" -e 0 ${TERM} & echo main $$; kill -STOP $$; read end; exit 4`;
    const words = ["run", "-v", "--on-stop", "report", "sh", "-c", script, HANDLES];
    const { running, told } = telling(binary, words, { input: OPEN });
    const [, daemon] = await running.says(/^ready (\d+)$/m);
    const [, main] = await running.says(/^main (\d+)$/m);
    await running.says(/was stopped/, "stderr");
    process.kill(Number(main), "SIGCONT");
    await running.says(/was continued/, "stderr");
    running.kill("SIGWINCH");
    running.write("end\n");
    const { ended, events, report, words: order } = await told();
    assert.equal(endOfRun(ended), "4");
    const last = ["exited", "tree-empty"];
    assert.deepEqual(order.filter((word) => word !== "signal" && word !== "sent").slice(1), [
      "stopped",
      "continued",
      ...last,
    ]);
    const exited = events.find(({ event }) => event === "exited");
    assert.deepEqual([exited?.exit_code, exited?.proof], [4, null]);
    // The report says more of each of them.
    const named = report.leftovers.map(({ pid, command }) => ({ pid, command }));
    assert.deepEqual(exited?.leftovers, named);
    assert.deepEqual(
      report.leftovers.map(({ pid }) => pid),
      [Number(daemon)],
    );
  });

  test("signals are told with their names", async () => {
    const { running, told } = telling(binary, ["run", HANDLES, "-e", "6", TERM]);
    await running.says(/^ready/);
    running.kill("SIGTERM");
    const { events } = await told();
    const signals = events.filter(({ event }) => event === "signal");
    assert.deepEqual(
      signals.map(({ signal }) => signal),
      ["SIGTERM"],
    );
  });

  test("lines are there when it happens, not at the end", async () => {
    const path = newPath("events");
    const words = ["run", "--events", path, HANDLES];
    const running = curfew(binary, words);
    await running.says(/^ready/);
    // The command may speak before we have been told of it.
    const isTold = () => /^\{"event":"spawned".*\n/.test(readFileSync(path, "utf8"));
    await until("the first line is there", isTold);
    running.kill("SIGTERM");
    await running.ended;
    readEvents(readFileSync(path, "utf8"));
  });

  test("with --report, the last line is the same report", async () => {
    const [events, report] = [newPath("events"), newPath("report")];
    const words = ["run", "--events", events, "--report", report, "sh", "-c", "exit 3"];
    assert.equal(endOfRun(await curfew(binary, words).ended), "3");
    const { started_at: _, ...last } = {
      started_at: "",
      ...readEvents(readFileSync(events, "utf8")).report,
    };
    const { started_at: __, ...whole } = {
      started_at: "",
      ...readReport(readFileSync(report, "utf8")),
    };
    assert.deepEqual(last, whole);
  });
}

/** A FIFO with a reader that never reads, and no room for a byte. */
function stuffed(): { readonly path: string; readonly close: () => void } {
  const path = newPath("fifo");
  assert.equal(spawnSync("mkfifo", [path]).status, 0);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  for (const size of [65536, 4096, 1]) {
    try {
      for (;;) writeSync(writer, Buffer.alloc(size));
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "EAGAIN");
    }
  }
  closeSync(writer);
  return { path, close: () => closeSync(reader) };
}

/** The limit, SIGKILL after it, and what both may cost on a busy machine. */
const SOON_MS = 900;

function slow(binary: Binary): void {
  test("a reader that never reads delays neither the limit nor SIGKILL: one warning", async () => {
    const { path, close } = stuffed();
    const report = newPath("report");
    const options = ["--events", path, "--report", report, "--timeout", "50ms", "-k", "50ms"];
    const running = curfew(binary, ["run", "-q", ...options, ...SLEEP], { before: DEAF });
    const ended = await running.ended;
    close();
    assert.equal(endOfRun(ended), "124");
    const { signals_sent: sent, outcome, elapsed_ms } = readReport(readFileSync(report, "utf8"));
    assert.equal(outcome, "timed_out");
    const times = sent.map(({ at_ms }) => at_ms);
    const soon_ms = patiently(SOON_MS);
    assert.ok(times.every((at) => at < soon_ms) && elapsed_ms < soon_ms, JSON.stringify(sent));
    assert.match(ended.stderr, /^[^\n]*--events: cannot write to [^\n]*\n$/);
  });
}

describe("events", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      order(binary);
      slow(binary);
    });
  }
});
