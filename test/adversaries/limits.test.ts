// Limits that end a command, and the processor time that a tree used.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { describe, test } from "node:test";
import { assertHonest, described, living, type Run } from "./lives.ts";
import { adversary, REPORTS } from "./programs.ts";
import { fresh, type Mode, USERS, type User, whyNot } from "./users.ts";

/** No core files: some of these signals write one. */
const NO_CORE = [adversary("surroundings"), "--limit", "4=0", "--"];

async function ended(run: Run) {
  const exit = await run.exit;
  const alive = run.tracker.alive();
  const report = run.report();
  assertHonest(report, alive);
  assert.deepEqual(alive, [], described(alive));
  return { exit, report };
}

function limits(user: User): void {
  test("T34: --cpu-limit ends by SIGXCPU: cpu_limit", async () => {
    const command = [adversary("burn-cpu"), "10000", "own"];
    const options = ["--cpu-limit", "1s"];
    await living({ user: fresh(user), before: NO_CORE, options, command }, async (run) => {
      const { exit, report } = await ended(run);
      assert.deepEqual([report.outcome, exit], ["cpu_limit", "SIGXCPU"]);
      assert.match(`${report.child.signal}`, /^(SIG)?XCPU$/);
    });
  });

  test("T34: --mem-limit stops a hog, and the report names the limit", async () => {
    const command = [adversary("hog-memory"), "256"];
    await living({ user: fresh(user), options: ["--mem-limit", "64M"], command }, async (run) => {
      const { exit, report } = await ended(run);
      assert.notEqual(exit, "0");
      assert.doesNotMatch(run.said(), /^got/m);
      assert.match(JSON.stringify(report.limits), /mem/);
    });
  });

  test("T34: a file grows beyond its limit: SIGXFSZ, and no limit of ours", async () => {
    const file = join(REPORTS, randomBytes(8).toString("hex"));
    const script = 'ulimit -f 1; exec head -c 100000 /dev/zero > "$0"';
    const command = ["sh", "-c", script, file];
    await living({ user: fresh(user), before: NO_CORE, command }, async (run) => {
      const { exit, report } = await ended(run);
      assert.deepEqual([report.outcome, exit], ["signaled", "SIGXFSZ"]);
    });
  });

  test("T34: --process-limit is kept, or refused before anything is started", async () => {
    const command = [adversary("family"), "flat", "50"];
    const options = ["--process-limit", "20"];
    const setting = { user: fresh(user), isDelegated: true, options, command };
    await living(setting, async (run) => {
      const exit = await run.exit;
      assert.doesNotMatch(run.said(), /^ready/m);
      assert.deepEqual(run.tracker.alive(), []);
      // The adversary says that a fork failed, or there was none.
      assert.equal(exit, /^fork: /m.test(run.said()) ? "92" : "125");
    });
  });
}

const BURNT_MS = 300;
/** What starting two processes costs on a busy machine, beside the 20 % of the promise. */
const MOST_MS = BURNT_MS * 1.2 + 60;
const LEAST_MS = BURNT_MS * 0.8;

function accounting(user: User): void {
  for (const mode of ["auto", "cgroup"] satisfies Mode[]) {
    for (const how of ["waited", "orphaned", "auto-reaped"]) {
      const skip = whyNot(user, mode);
      test(`T35: time burnt by one that is ${how}, ${mode}`, {
        ...(skip && { skip }),
      }, async () => {
        const command = [adversary("burn-cpu"), `${BURNT_MS}`, how];
        await living({ user: fresh(user), mode, command }, async (run) => {
          const { exit, report } = await ended(run);
          assert.equal(exit, "0");
          const { user_ms, system_ms, accounting } = report.resources;
          const used_ms = user_ms + system_ms;
          assert.ok(used_ms < MOST_MS, `${used_ms} ms`);
          // Only a cgroup accounts for it.
          const mayBeLost = how === "auto-reaped" && accounting === "lower_bound";
          if (!mayBeLost) assert.ok(used_ms > LEAST_MS, `${accounting}: ${used_ms} ms`);
        });
      });
    }
  }
}

for (const user of USERS) {
  describe(user.name, () => {
    limits(user);
    accounting(user);
  });
}
