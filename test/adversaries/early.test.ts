// curfew, or its guardian, is killed in its first milliseconds, whatever stage its start has
// reached: nothing of what is held lives on, and a curfew that lost its guardian says so truly.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { described, living, type Setting } from "./lives.ts";
import { adversary, CURFEW } from "./programs.ts";
import { checkReport, type Report } from "./report.ts";
import { IS_LONG } from "./runs.ts";
import { fresh, type Mode, USERS, type User, whyNot } from "./users.ts";

/** A guardian gives its tree so long, then SIGKILL; it is busy with many trees. */
const PATIENCE = "20ms";
const SETTLE_MS = 20_000;
const FEW = 60;
const MANY = 2_000;
const COUNT = Number(process.env.CURFEW_EARLY_KILLS ?? (IS_LONG ? MANY : FEW));
/** With a member that only a look at the whole tree finds. */
const TREE = ["sh", "-c", "setsid sleep 1000 & exec sleep 1000"];
/** What is killed, in each mode: as much as the mode's word promises to hold. */
const HELD: Readonly<Record<Mode, readonly string[]>> = {
  auto: TREE,
  cgroup: TREE,
  pidns: TREE,
  group: ["sh", "-c", "sleep 1000 & exec sleep 1000"],
  child: ["sleep", "1000"],
};
const MODES = Object.keys(HELD) as readonly Mode[];
/** Modes that prove nothing. */
const UNPROVEN: readonly Mode[] = ["group", "child"];

/** So many in one life, which has a limit. */
const AT_ONCE = 40;

type Victim = "self" | "child";

function settingOf(user: User, mode: Mode, victim: Victim, count: number): Setting {
  const containment = mode === "auto" ? [] : ["--containment", mode];
  const options = ["--report", "fd:3", ...containment, "--kill-after", PATIENCE];
  const words = ["run", ...options, "--", ...HELD[mode]];
  const instead = [adversary("early-kills"), `${count}`, victim, CURFEW, ...words];
  return { user: fresh(user), mode, command: HELD[mode], instead };
}

/** Kills so many in all; `check` is told what was said of each life. */
async function killEarly(
  user: User,
  mode: Mode,
  victim: Victim,
  check: (said: string) => void,
): Promise<void> {
  for (let left = COUNT; left > 0; left -= AT_ONCE) {
    await living(settingOf(user, mode, victim, Math.min(left, AT_ONCE)), async (run) => {
      assert.equal(await run.exit, "0");
      const alive = await run.tracker.settled(SETTLE_MS);
      assert.deepEqual(alive, [], described(alive));
      check(run.said());
    });
  }
}

/** What curfews that lost their guardians said: each in a report, and by its exit code. */
function assertTrue(mode: Mode, said: string): void {
  // 9: there was no guardian yet, and curfew was killed in its place.
  assert.doesNotMatch(said, /^code (?!125:)|^signal (?!9:)/m);
  const reports = said.split("\n").filter((line) => line.startsWith("{"));
  assert.equal(reports.length, Number(/^code 125: (\d+)$/m.exec(said)?.[1] ?? 0), "one from each");
  for (const line of reports) {
    const report: unknown = JSON.parse(line);
    checkReport(report);
    assertLost(mode, report);
  }
  // Where it says that nothing is left, nothing was left in that instant.
  if (!UNPROVEN.includes(mode)) assert.match(said, /^left 0$/m);
}

function assertLost(mode: Mode, report: Report): void {
  const isGone = UNPROVEN.includes(mode) ? null : true;
  const { outcome, exit_code, tree_gone, survivors } = report;
  assert.deepEqual([outcome, exit_code, tree_gone], ["guardian_lost", 125, isGone]);
  assert.deepEqual(survivors, []);
}

for (const user of USERS) {
  describe(`killed early, ${user.name}`, () => {
    for (const mode of MODES) {
      const skip = whyNot(user, mode);
      const options = { ...(skip && { skip }) };

      test(`curfew, ${mode}`, options, async () => {
        // The one that is killed says nothing.
        await killEarly(user, mode, "self", (said) => assert.doesNotMatch(said, /^code/m));
      });

      test(`the guardian, ${mode}`, options, async () => {
        await killEarly(user, mode, "child", (said) => assertTrue(mode, said));
      });
    }
  });
}
