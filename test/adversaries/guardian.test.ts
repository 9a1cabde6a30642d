// What ends the tree when a part of curfew is ended first, or stopped.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { patiently } from "../patience.ts";
import {
  assertHonest,
  described,
  living,
  type Run,
  type Setting,
  type Subcommand,
  soon,
  stands,
} from "./lives.ts";
import { childrenOf, nameOf } from "./procfs.ts";
import { adversary } from "./programs.ts";
import { times } from "./runs.ts";
import { fresh, type Mode, USERS, type User, whyNot } from "./users.ts";

const QUICK_MS = 2000;
const OPTIONS = ["--kill-after", "20ms"];
const CROWD = [adversary("family"), "flat", "100"];

/** The processes of curfew itself: those that hold the tree. */
function partsOf(pid: number): number[] {
  const below = childrenOf(pid).filter((child) => /^curfew|^guardian$/.test(nameOf(child)));
  return [pid, ...below.flatMap(partsOf)];
}

/** The guardian takes its name after the command has been started. */
async function guardianOf(run: Run): Promise<number> {
  const limit = performance.now() + patiently(QUICK_MS);
  while (performance.now() < limit) {
    const found = partsOf(run.pid).find((pid) => nameOf(pid) === "guardian");
    if (found !== undefined) return found;
    await soon();
  }
  throw new Error("no guardian");
}

async function assertSettles(run: Run, limit_ms = QUICK_MS, except: readonly number[] = []) {
  const left = await run.tracker.settled(limit_ms, except);
  assert.deepEqual(left, [], described(left));
}

type Regicide = {
  readonly name: string;
  readonly modes: readonly Mode[];
  readonly kill: (run: Run) => void | Promise<void>;
  /** What then must be gone; all, but where both parts are. */
  readonly isMainOnly?: true;
};

const KILLS: readonly Regicide[] = [
  { name: "curfew", modes: ["auto", "cgroup", "pidns"], kill: (run) => run.kill("SIGKILL") },
  {
    name: "its group",
    modes: ["auto", "cgroup", "pidns"],
    kill: (run) => void process.kill(-run.pid, "SIGKILL"),
  },
  {
    name: "its guardian",
    modes: ["auto", "cgroup"],
    kill: async (run) => void process.kill(await guardianOf(run), "SIGKILL"),
  },
  { name: "both", modes: ["auto"], kill: killAll, isMainOnly: true },
  { name: "all of it", modes: ["pidns"], kill: killAll },
];

async function killAll(run: Run): Promise<void> {
  await soon();
  // Stopped, none of them can act on the end of another.
  const parts = partsOf(run.pid);
  for (const pid of parts) process.kill(pid, "SIGSTOP");
  for (const pid of parts) process.kill(pid, "SIGKILL");
}

async function regicide({ name, kill, isMainOnly }: Regicide, run: Run): Promise<void> {
  const main = Number(/^ready (\d+)$/m.exec(run.said())?.[1]);
  if (name !== "curfew") await guardianOf(run).catch(() => undefined);
  await kill(run);
  const exit = await run.exit;
  if (name === "its guardian") {
    const alive = run.tracker.alive();
    assert.deepEqual(alive, [], described(alive));
    const { outcome, tree_gone } = run.report();
    assert.deepEqual([exit, outcome, tree_gone], ["125", "guardian_lost", true]);
    return;
  }
  assert.equal(exit, "SIGKILL");
  if (!isMainOnly) return assertSettles(run);
  const limit = performance.now() + patiently(QUICK_MS);
  const isAlive = () => run.tracker.alive().some(({ pid }) => pid === main);
  while (isAlive() && performance.now() < limit) await soon();
  assert.equal(isAlive(), false, "the command outlives curfew");
}

function regicides(user: User, subcommand: Subcommand): void {
  for (const row of KILLS) {
    for (const mode of row.modes) {
      const skip = whyNot(user, mode);
      test(`T18: kill -9 of ${row.name}, ${mode}`, { ...(skip && { skip }) }, async (t) => {
        for (let count = times(true); count > 0; count--) {
          const setting: Setting = {
            user: fresh(user),
            subcommand,
            mode,
            options: OPTIONS,
            command: CROWD,
          };
          await living({ ...setting, isLeader: true }, async (run) => {
            if (await stands(run, t)) await regicide(row, run);
          });
        }
      });
    }
  }
}

function patricides(user: User, subcommand: Subcommand): void {
  for (const who of ["self", "daemon"]) {
    test(`T19: the command's parent is killed by ${who}`, async () => {
      for (let count = times(true); count > 0; count--) {
        const command = [adversary("patricide"), who];
        await living({ user: fresh(user), subcommand, options: OPTIONS, command }, async (run) => {
          const exit = await run.exit;
          const alive = run.tracker.alive();
          assert.deepEqual(alive, [], described(alive));
          assert.notEqual(exit, "0");
          const report = run.report();
          assertHonest(report, alive);
          assert.equal(report.outcome, "guardian_lost");
        });
      }
    });
  }
}

function orphans(user: User, subcommand: Subcommand): void {
  const setting = (how: string, ...more: readonly string[]): Setting => ({
    user: fresh(user),
    subcommand,
    before: [adversary("parent"), how],
    options: [...OPTIONS, ...more],
    command: [adversary("daemon")],
  });
  const startedBy = async (run: Run) => Number((await run.says(/^started (\d+)$/m))[1]);

  test("T20: curfew's parent is killed, --die-with-parent: the tree ends", async (t) => {
    await living(setting("process", "--die-with-parent"), async (run) => {
      if (!(await stands(run, t))) return;
      run.kill("SIGKILL");
      await assertSettles(run);
      assert.deepEqual([run.report().outcome, run.report().tree_gone], ["parent_died", true]);
    });
  });

  test("T20: curfew's parent is killed: the tree lives on until it is told to end", async (t) => {
    await living(setting("process"), async (run) => {
      const pid = await startedBy(run);
      if (!(await stands(run, t))) return;
      run.kill("SIGKILL");
      await run.exit;
      process.kill(pid, "SIGTERM");
      await assertSettles(run);
      assert.equal(run.report().outcome, "cancelled");
    });
  });

  test("T20: only the thread that started curfew ends: the tree lives on", async (t) => {
    await living(setting("thread", "--die-with-parent"), async (run) => {
      const pid = await startedBy(run);
      if (!(await stands(run, t))) return;
      run.close("\n");
      await run.says(/^thread ended$/m);
      process.kill(pid, "SIGTERM");
      await run.exit;
      const alive = run.tracker.alive();
      assert.deepEqual(alive, [], described(alive));
      assert.equal(run.report().outcome, "cancelled");
    });
  });
}

function frozen(user: User, subcommand: Subcommand): void {
  test("T22: curfew is stopped before its deadline: the guardian keeps it, and continues curfew", async (t) => {
    const options = ["--timeout", "400ms", "--kill-after", "50ms"];
    const setting: Setting = {
      user: fresh(user),
      subcommand,
      options,
      command: [adversary("stone")],
    };
    await living(setting, async (run) => {
      if (!(await stands(run, t))) return;
      const guardian = await guardianOf(run);
      run.kill("SIGSTOP");
      await assertSettles(run, 10_000, [run.pid, guardian]);
      await run.exit;
      assert.equal(run.report().tree_gone, true);
      assert.deepEqual(run.tracker.alive(), []);
    });
  });
}

const SUBCOMMANDS: readonly Subcommand[] = ["run", "init"];

for (const user of USERS) {
  for (const subcommand of SUBCOMMANDS) {
    describe(`${user.name}, ${subcommand}`, () => {
      regicides(user, subcommand);
      patricides(user, subcommand);
      orphans(user, subcommand);
      frozen(user, subcommand);
    });
  }
}
