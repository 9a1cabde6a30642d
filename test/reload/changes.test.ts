// Many changes, and changes at the wrong time: how many restarts they mean.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { BINARIES, type Binary } from "../cli/binary.ts";
import type { EventLine } from "../cli/reports.ts";
import { endOfRun } from "../cli/run.ts";
import {
  assertNotEarly,
  countOf,
  gate,
  generationsOf,
  outlast,
  SAYS_SOURCE,
  type Served,
  serve,
} from "./serving.ts";

// A child of a shell has the shell's handlers until it executes its program, and loses a TERM that
// comes before: the shell ends it by SIGKILL.
/** The first one holds up its end until a gate is open. */
const LINGERS =
  'trap \'[ "$CURFEW_GENERATION" != 1 ] || { echo lingers; read line <"$0"; }; ' +
  "kill -9 $! 2>/dev/null; exit 0' TERM; " +
  'echo "$CURFEW_GENERATION $(cat source)."; while :; do sleep 1000 & wait; done';

/** In milliseconds. */
const DEBOUNCE = 500;
const SHORT = 20;

/** Writes once more, and waits for the generation that has read it, which must be this one. */
async function settle(served: Served, generation: number, debounce: number): Promise<void> {
  await outlast(debounce);
  served.change("last");
  await served.says(new RegExp(`^${generation} last\\.$`, "m"));
}

function changes(binary: Binary): void {
  const watching = (t: TestContext, options: readonly string[], script: string, word = "sh") =>
    serve(t, binary, [options, ["sh", "-c", script, word]]);

  test("rapid file changes", async (t) => {
    const served = watching(t, ["--debounce", `${DEBOUNCE}ms`], SAYS_SOURCE);
    await served.says(/^1 first\.$/m);
    for (let times = 1; times <= 100; times++) {
      served.change(`change ${times}`);
      // Half of them as fast as they can be written, half as fast as they are noticed.
      if (times > 50) await served.event("changed", {}, times - 50);
    }
    await served.says(/^2 change 100\.$/m);
    await settle(served, 3, DEBOUNCE);
    const { events } = await served.stop();
    assert.deepEqual(generationsOf(events), [1, 2, 3], "one for all changes, and the last one");
    assertNotEarly(events, DEBOUNCE);
  });

  test("rapid file changes: those during a restart cause exactly one more", async (t) => {
    const { path, open } = gate(t);
    const options = ["--debounce", `${SHORT}ms`, "--kill-after", "1h"];
    const served = watching(t, options, LINGERS, path);
    await served.says(/^1 first\.$/m);
    served.change("second");
    await served.says(/^lingers$/m);
    const before = countOf(served.told(), "changed");
    for (let times = 1; times <= 10; times++) {
      served.change(`change ${times}`);
      await served.event("changed", {}, before + times);
    }
    open();
    await served.says(/^3 change 10\.$/m);
    await settle(served, 4, SHORT);
    const { ended, events } = await served.stop();
    assert.deepEqual(generationsOf(events), [1, 2, 3, 4]);
    // What came during the restart is the reason for the third; only the fourth has one of its own.
    const isThird = ({ event, generation }: EventLine) => event === "spawned" && generation === 3;
    assertNotEarly(events.slice(events.findIndex(isThird)), SHORT);
    assert.equal(endOfRun(ended), "0");
  });

  test("--ignore: what is ignored causes nothing", async (t) => {
    const served = watching(t, ["--debounce", `${SHORT}ms`, "--ignore", "*.log"], SAYS_SOURCE);
    await served.says(/^1 first\.$/m);
    for (let times = 0; times < 10; times++) writeFileSync(join(served.folder, "a.log"), "noise");
    await settle(served, 2, SHORT);
    const { events } = await served.stop();
    assert.deepEqual(generationsOf(events), [1, 2]);
    const paths = events.filter(({ event }) => event === "changed").map(({ path }) => path);
    assert.deepEqual([...new Set(paths)], [served.source]);
  });
}

describe("changes", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 2 }, () => changes(binary));
  }
});
