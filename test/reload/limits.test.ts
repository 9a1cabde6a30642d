// `curfew init` with generations of which one reaches a limit or fails: what that means for all.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, type TestContext, test } from "node:test";
import { BINARIES, type Binary } from "../cli/binary.ts";
import { curfew, endOfRun } from "../cli/run.ts";
import { generationsOf, OVERLAP, SAYS_SOURCE, serve } from "./serving.ts";

/** The first one serves; what comes after it does this. */
const LATER = (then: string) =>
  `[ "$CURFEW_GENERATION" != 1 ] || { echo "serves $$."; echo >&9; exec sleep 1000; }; ${then}`;
/** Ends at once: the first one as it should. */
const FAILS = '[ "$CURFEW_GENERATION" = 1 ] || exit 7';

const IS_GONE = (pid: string | undefined) => !existsSync(`/proc/${pid}`);
const FAILED = / init: generation 2 has failed: exiting because of --exit-on-error$/m;

function limits(binary: Binary): void {
  const watching = (t: TestContext, options: readonly string[], script: string) =>
    serve(t, binary, [options, ["sh", "-c", script]]);

  test("--timeout ends a generation, and the next change begins another one", async (t) => {
    const served = watching(t, ["--timeout", "300ms"], "exec sleep 1000");
    await served.says(/ init: generation 1 has reached its time limit: waiting/m, "stderr");
    await served.event("ended", { generation: 1, exit_code: 124 });
    served.change();
    await served.event("ended", { generation: 2, exit_code: 124 });
    const { ended, events, report } = await served.stop();
    assert.deepEqual(generationsOf(events), [1, 2]);
    assert.equal(endOfRun(ended), "124", "as the one that served last");
    assert.deepEqual([report.outcome, report.exit_code], ["timed_out", 124]);
  });

  test("--timeout ends what the generation has started, and nothing of the next one", async (t) => {
    const script = 'setsid sleep 1000 & echo "$CURFEW_GENERATION started $!."; wait';
    const served = watching(t, ["--timeout", "5s"], script);
    const [, first] = await served.says(/^1 started (\d+)\.$/m);
    await served.event("ended", { generation: 1, exit_code: 124 });
    assert.ok(IS_GONE(first));
    served.change();
    const [, second] = await served.says(/^2 started (\d+)\.$/m);
    assert.ok(!IS_GONE(second));
    assert.equal(endOfRun((await served.stop()).ended), "143");
    assert.ok(IS_GONE(second));
  });

  test("a limit that passes while curfew is stopped: the guardian keeps it, and we go on", async (t) => {
    const script = 'echo "$CURFEW_GENERATION is $$."; exec sleep 1000';
    const served = watching(t, ["--timeout", "2s"], script);
    const [, pid] = await served.says(/^1 is (\d+)\.$/m);
    served.kill("SIGSTOP");
    await served.event("ended", { generation: 1, exit_code: 124 });
    assert.ok(IS_GONE(pid));
    served.change();
    await served.event("spawned", { generation: 2 });
    await served.stop();
  });

  test("without --watch a limit is the end: 124", async () => {
    const words = ["init", "--reload-signal", "HUP", "--timeout", "50ms", "sleep", "1000"];
    assert.equal(endOfRun(await curfew(binary, words).ended), "124");
  });

  test("--exit-on-error: the first generation that fails ends curfew, with its code", async (t) => {
    const served = watching(t, ["--exit-on-error"], FAILS);
    await served.event("ended", { generation: 1, exit_code: 0 });
    await served.says(/ init: generation 1 has ended by itself: waiting/m, "stderr");
    served.change();
    const { ended, events, report } = await served.over();
    assert.deepEqual([endOfRun(ended), generationsOf(events)], ["7", [1, 2]]);
    assert.equal(report.exit_code, 7);
    assert.match(ended.stderr, FAILED);
  });

  test("--exit-on-error: one that makes room has not failed", async (t) => {
    const served = watching(t, ["--exit-on-error"], SAYS_SOURCE);
    await served.says(/^1 first\.$/m);
    served.change("second");
    await served.says(/^2 second\.$/m);
    await served.event("ended", { generation: 1, exit_code: 143 });
    assert.equal(endOfRun((await served.stop()).ended), "143");
  });

  test("--exit-on-error: a limit ends curfew with 124", async (t) => {
    const served = watching(t, ["--exit-on-error", "--timeout", "200ms"], "exec sleep 1000");
    const { ended, report } = await served.over();
    assert.deepEqual([endOfRun(ended), report.outcome], ["124", "timed_out"]);
  });

  test("--exit-on-error: the next one fails, and the one that serves ends with it", async (t) => {
    const served = watching(t, ["--exit-on-error", ...OVERLAP], LATER("exit 7"));
    const [, pid] = await served.says(/^serves (\d+)\.$/m);
    await served.event("ready", { generation: 1 });
    served.change();
    const { ended, report } = await served.over();
    assert.deepEqual([endOfRun(ended), report.exit_code, IS_GONE(pid)], ["7", 7, true]);
    assert.match(ended.stderr, FAILED);
  });

  test("--exit-on-error: the next one is not ready in time: 124, whatever its code", async (t) => {
    const options = ["--exit-on-error", ...OVERLAP, "--ready-timeout", "300ms"];
    const served = watching(t, options, LATER('trap "exit 0" TERM; sleep 1000 & wait'));
    const [, pid] = await served.says(/^serves (\d+)\.$/m);
    await served.event("ready", { generation: 1 });
    served.change();
    await served.event("not-ready", { generation: 2 });
    const { ended, report } = await served.over();
    assert.deepEqual([endOfRun(ended), report.outcome, IS_GONE(pid)], ["124", "timed_out", true]);
    assert.match(ended.stderr, FAILED);
  });
}

for (const binary of BINARIES) {
  describe(`limits of generations, ${binary.name}`, { concurrency: 2 }, () => limits(binary));
}
