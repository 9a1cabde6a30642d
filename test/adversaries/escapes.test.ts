// The suite's own control: the tracker counts what escapes from a tool that kills the command's
// group, and counts nothing where the kernel ends a PID namespace. A suite that saw nothing in
// either case, or something in both, would prove nothing.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { until } from "../cli/run.ts";
import { described, end, living, stands } from "./lives.ts";
import { adversary } from "./programs.ts";
import { ROWS, type Row } from "./rows.ts";
import { IS_LONG } from "./runs.ts";
import { fresh, ORDINARY, whyNoBomb, whyNot } from "./users.ts";

const GNU = ["timeout", "-k", "0.05", "1000"];
const isGnu = spawnSync("timeout", ["--version"]).stdout?.toString().includes("GNU coreutils");

function commandOf({ words: [program, ...words] }: Row): string[] {
  return [adversary(program), ...words];
}

/** As the user of our own: what escapes must stay a process of that user. */
function whyNotHere(row: Row): string | undefined {
  // Its orphans are not reaped at once: its zombies fill the limit, and that takes its time.
  if (row.isBomb && row.escapes && !IS_LONG) return "a race without a reaper: long mode only";
  if (row.needsPrivateId && ORDINARY.id === undefined) return "no user ID of our own here";
  return row.isBomb ? whyNoBomb(ORDINARY) : undefined;
}

describe("the group's kill", { skip: !isGnu && "no GNU timeout here" }, () => {
  for (const row of ROWS) {
    const what = row.escapes ? "escapes" : "does not escape";
    const skip = whyNotHere(row);
    test(`${row.name} ${what}`, { ...(skip && { skip }) }, async (t) => {
      const command = commandOf(row);
      await living(
        { user: fresh(ORDINARY), command, instead: [...GNU, ...command] },
        async (run) => {
          if (!(await stands(run, t))) return;
          await end(run, "expire");
          if (row.escapes) {
            // One look may fall between the end of a process and the start of the next.
            await until("a process has escaped", () => run.tracker.alive().length > 0);
          } else {
            const left = await run.tracker.settled();
            assert.deepEqual(left, [], described(left));
          }
        },
      );
    });
  }
});

describe("the end of a PID namespace", () => {
  const skip = whyNot(ORDINARY, "pidns");
  for (const row of ROWS.filter((one) => !one.isBomb)) {
    test(`${row.name} does not escape`, { ...(skip && { skip }) }, async (t) => {
      const command = commandOf(row);
      const instead = ["unshare", "-Upf", "--kill-child", ...command];
      await living({ user: fresh(ORDINARY), command, instead }, async (run) => {
        if (!(await stands(run, t))) return;
        run.kill("SIGKILL");
        await run.exit;
        const left = await run.tracker.settled();
        assert.deepEqual(left, [], described(left));
      });
    });
  }
});
