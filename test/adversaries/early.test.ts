// curfew, or its guardian, is killed in its first milliseconds, whatever stage its start has
// reached: nothing of the tree lives on, and a curfew that lost its guardian says so.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { described, living, type Setting } from "./lives.ts";
import { adversary, CURFEW } from "./programs.ts";
import { IS_LONG } from "./runs.ts";
import { fresh, type Mode, USERS, type User, whyNot } from "./users.ts";

/** A guardian gives its tree so long, then SIGKILL; it is busy with many trees. */
const PATIENCE = "20ms";
const SETTLE_MS = 20_000;
const FEW = 60;
const MANY = 2_000;
const COUNT = Number(process.env.CURFEW_EARLY_KILLS ?? (IS_LONG ? MANY : FEW));
const MODES: readonly Mode[] = ["auto", "cgroup", "pidns"];
const TREE = ["sh", "-c", "setsid sleep 1000 & exec sleep 1000"];

/** So many in one life, which has a limit. */
const AT_ONCE = 40;

function settingOf(user: User, mode: Mode, victim: "self" | "child", count: number): Setting {
  const containment = mode === "auto" ? [] : ["--containment", mode];
  const words = ["run", ...containment, "--kill-after", PATIENCE, "--", ...TREE];
  const instead = [adversary("early-kills"), `${count}`, victim, CURFEW, ...words];
  return { user: fresh(user), mode, command: TREE, instead };
}

/** Kills so many in all, and hands on what was said of each life. */
async function killEarly(user: User, mode: Mode, victim: "self" | "child"): Promise<string> {
  let said = "";
  for (let left = COUNT; left > 0; left -= AT_ONCE) {
    await living(settingOf(user, mode, victim, Math.min(left, AT_ONCE)), async (run) => {
      assert.equal(await run.exit, "0");
      const alive = await run.tracker.settled(SETTLE_MS);
      assert.deepEqual(alive, [], described(alive));
      said += run.said();
    });
  }
  return said;
}

for (const user of USERS) {
  describe(`killed early, ${user.name}`, () => {
    for (const mode of MODES) {
      const skip = whyNot(user, mode);
      const options = { ...(skip && { skip }) };

      test(`curfew, ${mode}`, options, async () => {
        await killEarly(user, mode, "self");
      });

      test(`the guardian, ${mode}`, options, async () => {
        const said = await killEarly(user, mode, "child");
        // 9: there was no guardian yet, and curfew was killed in its place.
        assert.doesNotMatch(said, /^code (?!125:)|^signal (?!9:)/m);
      });
    }
  });
}
