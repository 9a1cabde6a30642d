// Members that leave what holds them by themselves or with another process's help.
import assert from "node:assert/strict";
import { accessSync, chownSync, constants, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { assertHonest, described, end, living, type Run, type Setting, stands } from "./lives.ts";
import { processOf } from "./procfs.ts";
import { adversary, staged } from "./programs.ts";
import { IS_LONG, times } from "./runs.ts";
import type { Tracker } from "./tracker.ts";
import {
  fresh,
  IS_ROOT,
  type Mode,
  NOT_ROOT,
  ORDINARY,
  USERS,
  type User,
  whyNot,
} from "./users.ts";

const MODES: readonly Mode[] = ["auto", "cgroup", "pidns"];
const OPTIONS = ["--kill-after", "20ms"];

async function assertGone(run: Run): Promise<void> {
  await end(run, "cancel");
  const alive = run.tracker.alive();
  const report = run.report();
  assertHonest(report, alive);
  assert.deepEqual(alive, [], described(alive));
  assert.deepEqual([report.tree_gone, report.outcome], [true, "cancelled"]);
}

/** A process that we may not signal is named, and not said to be gone. */
async function assertNamed(run: Run, why: string, pids?: readonly number[]): Promise<void> {
  const { exit } = await end(run, "cancel");
  const alive = run.tracker.alive().map(({ pid }) => pid);
  const report = run.report();
  assert.deepEqual([report.tree_gone, exit], [false, "125"]);
  assert.deepEqual(report.survivors.map(({ pid }) => pid).sort(), (pids ?? alive).toSorted());
  assert.deepEqual([...new Set(report.survivors.map((one) => one.why))], [why]);
}

describe("T14: set-user-ID members of an ordinary user", { skip: NOT_ROOT ?? false }, () => {
  for (const mode of MODES) {
    for (const kind of ["plain", "full"]) {
      const skip = whyNot(ORDINARY, mode);
      test(`${kind}, ${mode}`, { ...(skip && { skip }) }, async (t) => {
        const helper = staged("set-user-id-root", adversary("set-user-id"), 0o4755);
        const command = [adversary("set-user-id"), helper, kind];
        await living({ user: fresh(ORDINARY), mode, options: OPTIONS, command }, async (run) => {
          if (!(await stands(run, t))) return;
          const isRoot = /^effective 0$/m.test(run.said());
          if (mode !== "pidns" && !isRoot) return t.skip("set-user-ID has no effect here");
          if (kind === "full" && mode === "auto") return assertNamed(run, "eperm");
          await assertGone(run);
        });
      });
    }
  }
});

describe("T15: a member that changes its cgroup", () => {
  for (const user of USERS) {
    for (const mode of ["auto", "cgroup"] as const) {
      // An ordinary user's can where its cgroups are its own.
      const skip = whyNot(user, "cgroup") ?? (IS_ROOT ? undefined : NOT_ROOT);
      test(`${user.name}, ${mode}`, { ...(skip && { skip }) }, async (t) => {
        const owner = fresh(user);
        const command = (tracker: Tracker) => [
          adversary("cgroup-jumper"),
          elsewhere(tracker, owner),
        ];
        const setting: Setting = {
          user: owner,
          mode,
          isDelegated: true,
          options: OPTIONS,
          command,
        };
        await living(setting, async (run) => {
          if (!(await stands(run, t))) return;
          await assertGone(run);
          assert.deepEqual(run.tracker.directories().length, 1, "cgroups beside the test's own");
        });
      });
    }
  }
});

/** A cgroup beside the one that curfew may make. */
function elsewhere(tracker: Tracker, user: User): string {
  const path = join(tracker.unified ?? "", "elsewhere");
  mkdirSync(path);
  for (const file of ["", "cgroup.procs"]) {
    if (user.id !== undefined) chownSync(join(path, file), user.id, user.id);
  }
  return path;
}

describe("T16: a member that joins a foreign PID namespace", () => {
  for (const user of USERS) {
    for (const mode of MODES) {
      const skip = whyNot(user, mode);
      test(`${user.name}, ${mode}`, { ...(skip && { skip }) }, async (t) => {
        for (let count = times(); count > 0; count--) await jump(fresh(user), mode, t);
      });
    }
  }
});

async function jump(user: User, mode: Mode, t: TestContext): Promise<void> {
  const jumper = adversary("ns-jumper");
  await living({ user, command: [], instead: [jumper, "hold"] }, async (holder) => {
    const [, init, reason] = await holder.says(/^init (\d+)$|^impossible (.*)$/m);
    if (init === undefined) return t.skip(`impossible here: ${reason}`);
    const setting: Setting = { user, mode, options: OPTIONS, command: [jumper, "join", init] };
    await living(setting, async (run) => {
      if (!(await stands(run, t))) return;
      const isRefused = /^refused$/m.test(run.said());
      if (mode === "pidns") assert.ok(isRefused, "a namespace does not lead out of itself");
      else if (isRefused) return t.skip("the kernel refuses to enter the namespace");
      if (mode !== "auto") return assertGone(run);
      await end(run, "cancel");
      // The one hole of a subreaper, and it has to say so.
      const report = run.report();
      assert.equal(report.tree_kill_reliability, "best_effort");
      assertHonest(report, run.tracker.alive(), true);
    });
  });
}

const FREEZER = "/sys/fs/cgroup/freezer";

function whyNoFreezer(): string | undefined {
  if (!IS_ROOT) return NOT_ROOT;
  try {
    accessSync(join(FREEZER, "cgroup.procs"), constants.W_OK);
    return undefined;
  } catch {
    return "no writable version 1 freezer here";
  }
}

describe("T17: a frozen parent with a live child", () => {
  const skip = whyNoFreezer();
  // It takes as long as curfew tries.
  for (const user of IS_LONG ? USERS : [ORDINARY]) {
    test(user.name, { ...(skip && { skip }) }, async (t) => {
      const command = [adversary("cold-parent")];
      await living({ user: fresh(user), options: OPTIONS, command }, async (run) => {
        if (await stands(run, t)) await freeze(run);
      });
    });
  }
});

async function freeze(run: Run): Promise<void> {
  const pidOf = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(run.said())?.[1]);
  const [parent, child] = [pidOf("parent"), pidOf("child")];
  const cgroup = join(FREEZER, `curfew-tree-${run.pid}`);
  mkdirSync(cgroup);
  const thaw = () => writeFileSync(join(cgroup, "freezer.state"), "THAWED");
  try {
    writeFileSync(join(cgroup, "cgroup.procs"), `${parent}`);
    writeFileSync(join(cgroup, "freezer.state"), "FROZEN");
    await assertNamed(run, "unkillable", [parent]);
    assert.equal(processOf(child), undefined, "its child could be ended, and was not");
    thaw();
    const left = await run.tracker.settled();
    assert.deepEqual(left, [], `thawed, yet alive: ${described(left)}`);
  } finally {
    thaw();
    // Members that have ended do not hold it, members that live do.
    await run.tracker.close();
    rmdirSync(cgroup);
  }
}
