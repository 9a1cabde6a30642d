// Every tree that every user can make, as root and as an ordinary user, under
// everything that can hold it, ended in every way. Nothing survives, and the report says so.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { patiently } from "../patience.ts";
import {
  assertHonest,
  described,
  ENDINGS,
  type Ending,
  end,
  living,
  OWN_CODE,
  type Run,
  type Setting,
  stands,
} from "./lives.ts";
import { adversary } from "./programs.ts";
import type { Report } from "./report.ts";
import { ROWS, type Row } from "./rows.ts";
import { IS_LONG, times } from "./runs.ts";
import { fresh, isRoot, type Mode, USERS, type User, whyNoBomb, whyNot } from "./users.ts";

const MODES: readonly Mode[] = ["auto", "cgroup", "pidns"];
/** Few of them obey the first signal. In seconds: one of the subcommands has GNU's grammar. */
const OPTIONS = ["--kill-after", "0.02s"];

function settingOf(row: Row, user: User, mode: Mode, ending: Ending): Setting {
  const [program, ...words] = row.words;
  return {
    user: fresh(user),
    mode,
    // GNU's alarm is "time is up"; the other subcommand takes a signal for what it is.
    subcommand: ending === "expire" ? "timeout" : "run",
    options: OPTIONS,
    command: [adversary(program), ...words],
    ...(ending === "leave" && { env: { ADVERSARY_EXIT: `${OWN_CODE}` } }),
  };
}

/** What the report of a tree that is gone says about how it was ended. */
function assertOutcome(ending: Ending, exit: string, report: Report): void {
  // It is not known for certain where a process was seen in a foreign PID namespace.
  const isSeen = report.reliability_reasons.includes("foreign_pidns_seen");
  assert.deepEqual([report.tree_gone, report.survivors], [isSeen ? null : true, []]);
  if (ending === "cancel") assert.equal(report.outcome, "cancelled");
  if (ending === "expire") {
    assert.deepEqual([report.outcome, report.timed_out], ["timed_out", true]);
    // 137: SIGKILL was needed, and the drop-in says it as GNU's does.
    assert.ok(["124", "137", "SIGKILL"].includes(exit), exit);
  }
  if (ending === "leave") {
    const ends = [report.outcome, report.child.exit_code, report.exit_code, exit];
    assert.deepEqual(ends, ["exited", OWN_CODE, OWN_CODE, `${OWN_CODE}`]);
  }
}

async function assertGone(row: Row, ending: Ending, mode: Mode, run: Run): Promise<void> {
  const { exit, took_ms } = await end(run, ending);
  const alive = run.tracker.alive();
  const report = run.report();
  assertHonest(report, alive);
  assert.deepEqual(alive, [], described(alive));
  assertOutcome(ending, exit, report);
  assert.match(report.containment, mode === "auto" ? /subreaper/ : new RegExp(mode));
  assert.deepEqual(run.tracker.directories(), [], "cgroups left behind");
  assert.ok(took_ms < patiently(row.within_ms), `took ${took_ms} ms`);
}

/** All endings where there is time; else one, another one for each row, user and mode. */
function endingsOf(row: Row, index: number): readonly Ending[] {
  const all = row.endings ?? ENDINGS;
  return IS_LONG ? all : all.slice(index % all.length).slice(0, 1);
}

/** Bombs take seconds: where there is no time, a subreaper's and one other. */
function isTime(row: Row, index: number, user: User, mode: Mode): boolean {
  if (IS_LONG || !row.isBomb) return true;
  return mode === (isRoot(user) ? MODES[1 + (index % 2)] : "auto");
}

function whyNotHere(row: Row, user: User, mode: Mode): string | undefined {
  if (row.needsPrivateId && user.id === undefined) return "no user ID of its own";
  return whyNot(user, mode) ?? (row.isBomb ? whyNoBomb(user) : undefined);
}

for (const [userIndex, user] of USERS.entries()) {
  for (const [modeIndex, mode] of MODES.entries()) {
    describe(`${user.name}, ${mode}`, () => {
      for (const [rowIndex, row] of ROWS.entries()) {
        if (!isTime(row, rowIndex, user, mode)) continue;
        const skip = whyNotHere(row, user, mode);
        for (const ending of endingsOf(row, rowIndex + modeIndex + userIndex)) {
          test(`${row.name}: ${ending}`, { ...(skip && { skip }) }, async (t) => {
            for (let count = times(row.isRacing); count > 0; count--) {
              await living(settingOf(row, user, mode, ending), async (run) => {
                if (await stands(run, t)) await assertGone(row, ending, mode, run);
              });
            }
          });
        }
      }
    });
  }
}

test("the ordinary user is not root", () => {
  assert.ok(USERS.some((user) => !isRoot(user)));
});
