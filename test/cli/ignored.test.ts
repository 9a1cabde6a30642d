// Signals that were ignored when curfew was started. A shell without job control has its background
// jobs ignore INT and QUIT for the sake of its terminal's keys; `server & kill -INT $!` means us.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CTRL_C, OURS, PROMPT, PWR, plain, play, shows, skip, type } from "./at-terminal.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { child, number, surroundings } from "./children.ts";
import { reporting } from "./reports.ts";
import { curfew, endOfRun, guardianOf } from "./run.ts";

const HANDLES = child("handles");
const LAST = 64;
const ignoring = (...names: readonly string[]) =>
  surroundings(names.map((name) => `--ignore ${number(name)}`).join(" "));

/** Started in the background by a shell; in a session of its own no terminal is near. */
const IN_BACKGROUND = ["sh", "-c", '"$@" & echo job $!; wait $!; echo code $?', "sh"];

function received(binary: Binary): void {
  for (const subcommand of ["run", "init"]) {
    for (const name of ["INT", "QUIT"] as const) {
      test(`${subcommand}: ${name} that a shell had ignored reaches the command`, async () => {
        const words = [subcommand, HANDLES, "-e", "7", number(name)];
        const running = curfew(binary, words, { before: IN_BACKGROUND });
        const [, job] = await running.says(/^job (\d+)$/m);
        await running.says(/^ready/m);
        process.kill(Number(job), `SIG${name}`);
        const { stdout } = await running.ended;
        assert.match(stdout, new RegExp(`^caught ${number(name)}\ncode 7$`, "m"));
      });
    }

    test(`${subcommand}: the command still ignores it, and --kill-after ends it`, async () => {
      const words = [subcommand, "-k", "50ms", "sh", "-c", 'echo ready; exec "$0" 1000', "sleep"];
      const running = reporting(binary, words, { before: ignoring("INT", "QUIT") });
      await running.says(/^ready/m);
      running.kill("SIGINT");
      const { ended, report } = await running.told();
      assert.deepEqual([report.outcome, report.escalated], ["cancelled", true]);
      assert.equal(endOfRun(ended), subcommand === "run" ? "SIGKILL" : "137");
    });

    test(`${subcommand}: the command inherits what was ignored`, async () => {
      const look = ["grep", "^SigIgn", "/proc/self/status"];
      const before = ignoring("HUP", "INT", "QUIT");
      const { stdout } = await curfew(binary, [subcommand, ...look], { before }).ended;
      assert.equal(stdout, "SigIgn:\t0000000000000007\n");
    });

    test(`${subcommand}: HUP that nohup had ignored reaches no process, not even by our guardian`, async () => {
      const words = [subcommand, HANDLES, number("HUP"), String(LAST)];
      const running = curfew(binary, words, { before: ignoring("HUP") });
      await running.says(/^ready/m);
      const guardian = await guardianOf(running.pid);
      process.kill(guardian, "SIGHUP");
      running.kill("SIGHUP");
      // Sent after it in the same way: what came before has been passed on by then, if it is.
      process.kill(guardian, LAST);
      await running.says(/^caught 64$/m);
      running.kill("SIGTERM");
      assert.doesNotMatch((await running.ended).stdout, /^caught 1$/m);
    });
  }

  test("a terminal's key for a background job reaches no process", { skip }, async () => {
    const path = plain(binary.path, `${binary.name}-ignored`);
    const variables = { C: `${path} run --process-group own` };
    const job = `$C sh -c "echo pid \\$\\$.; exec $H 2 30" & wait`;
    await play(
      { path: binary.path, variables, env: binary.env },
      {
        name: "a key",
        steps: [
          type(`sh -c '${job}'`),
          shows("pid (?P<main>\\d+)\\.$"),
          OURS,
          shows("ready \\d+$"),
          CTRL_C,
          PROMPT,
          ["signal", "ours", PWR],
          shows("caught 30$"),
          ["signal", "ours", 15],
          ["state", "ours", ""],
        ],
        never: /caught 2\r?$/m,
      },
    );
  });
}

describe("signals that were ignored at the start", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => received(binary));
  }
});
