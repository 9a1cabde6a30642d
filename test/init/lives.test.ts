// Where curfew is PID 1: which part of it ends the tree when another part, or curfew's parent, is
// killed or stopped.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, type TestContext, test } from "node:test";
import { described, living, type Run, type Setting, stands } from "../adversaries/lives.ts";
import { childrenOf, nameOf } from "../adversaries/procfs.ts";
import { adversary, CURFEW, staged } from "../adversaries/programs.ts";
import { times } from "../adversaries/runs.ts";
import { fresh, USERS, type User } from "../adversaries/users.ts";
import { until } from "../cli/run.ts";
import { namespaceOf, whyNoNamespace } from "./places.ts";

const OPTIONS = ["--kill-after", "20ms"];
const CROWD = [adversary("family"), "flat", "100"];
const HANDLES = adversary("handles");
const [USR1, TERM] = [10, 15];

/** A run whose first process we are. What makes the namespace does not end it with its own end. */
const asFirst = (user: User, rest: Omit<Setting, "user">): Setting => ({
  user: fresh(user),
  subcommand: "init",
  before: namespaceOf(user).filter((word) => word !== "--kill-child"),
  ...rest,
});

/** Our number of the first process in there. */
async function firstOf(run: Run): Promise<number> {
  await until("there is a first process", () => childrenOf(run.pid).length === 1);
  return childrenOf(run.pid)[0] ?? 0;
}

async function guardianOf(first: number): Promise<number> {
  const isGuardian = (pid: number) => nameOf(pid) === "guardian";
  await until("there is a guardian", () => childrenOf(first).some(isGuardian));
  return childrenOf(first).find(isGuardian) ?? 0;
}

async function assertSettles(run: Run, except: readonly number[] = []): Promise<void> {
  const left = await run.tracker.settled(10_000, except);
  assert.deepEqual(left, [], described(left));
}

const assertGone = (run: Run) => {
  const alive = run.tracker.alive();
  assert.deepEqual(alive, [], described(alive));
};

/** Lives through one run whose tree stands, as often as its race wants it. */
async function lives(
  t: TestContext,
  setting: () => Setting,
  work: (run: Run, first: number) => Promise<void>,
): Promise<void> {
  for (let count = times(true); count > 0; count--) {
    await living(setting(), async (run) => {
      if (await stands(run, t)) await work(run, await firstOf(run));
    });
  }
}

function regicides(user: User): void {
  const crowd = () => asFirst(user, { options: OPTIONS, command: CROWD, isLeader: true });
  const kill = (pid: number) => process.kill(pid, "SIGKILL");

  test("T18: kill -9 of curfew: the namespace ends", (t) =>
    lives(t, crowd, async (run, first) => {
      kill(first);
      await run.exit;
      await assertSettles(run);
    }));

  test("T18: kill -9 of its group", (t) =>
    lives(t, crowd, async (run) => {
      kill(-run.pid);
      assert.equal(await run.exit, "SIGKILL");
      await assertSettles(run);
    }));

  test("T18: kill -9 of its guardian: the command goes on, and ends as ever", (t) =>
    lives(t, crowd, async (run, first) => {
      const guardian = await guardianOf(first);
      kill(guardian);
      await until("the guardian is gone", () => !childrenOf(first).includes(guardian));
      process.kill(first, "SIGTERM");
      assert.equal(await run.exit, "143");
      assertGone(run);
      const { outcome, tree_gone } = run.report();
      assert.deepEqual([outcome, tree_gone], ["cancelled", true]);
    }));

  test("T18: kill -9 of both", (t) =>
    lives(t, crowd, async (run, first) => {
      const parts = [await guardianOf(first), first];
      // Stopped, none of them can act on the end of another.
      for (const pid of parts) process.kill(pid, "SIGSTOP");
      for (const pid of parts) kill(pid);
      await run.exit;
      await assertSettles(run);
    }));
}

function patricides(user: User): void {
  for (const who of ["self", "daemon"]) {
    test(`T19: the command's parent is killed by ${who}`, async () => {
      const command = [adversary("patricide"), who];
      for (let count = times(true); count > 0; count--) {
        await living(asFirst(user, { options: OPTIONS, command }), async (run) => {
          const first = await firstOf(run);
          await until("it is ours", () =>
            childrenOf(first).some((pid) => nameOf(pid) === "patricide"),
          );
          process.kill(first, "SIGTERM");
          await run.exit;
          assertGone(run);
          const { outcome, tree_gone } = run.report();
          assert.deepEqual([outcome, tree_gone], ["cancelled", true]);
        });
      }
    });
  }

  test("T19: the command kills and stops PID 1: nothing happens", async () => {
    const command = ["sh", "-c", "kill -9 1; kill -STOP 1; exit 7"];
    await living(asFirst(user, { command }), async (run) => {
      assert.equal(await run.exit, "7");
      assert.equal(run.report().tree_gone, true);
    });
  });
}

function parents(user: User): void {
  const daemon = (...options: readonly string[]) =>
    asFirst(user, { options: [...OPTIONS, ...options], command: [adversary("daemon")] });

  test("T20: the parent outside is killed, --die-with-parent: the tree ends", (t) =>
    lives(
      t,
      () => daemon("--die-with-parent"),
      async (run) => {
        run.kill("SIGKILL");
        await assertSettles(run);
        const { outcome, tree_gone } = run.report();
        assert.deepEqual([outcome, tree_gone], ["parent_died", true]);
      },
    ));

  test("T20: the parent outside is killed: the tree lives on until it is told to end", (t) =>
    lives(t, daemon, async (run, first) => {
      run.kill("SIGKILL");
      await run.exit;
      process.kill(first, "SIGTERM");
      await assertSettles(run);
      assert.equal(run.report().outcome, "cancelled");
    }));

  const places: readonly (readonly [name: string, words: readonly string[]])[] = [
    ["as PID 1", []],
    ["as a child of PID 1", ["sh", "-c", '"$@"; exit $?', "sh"]],
    ["as a child of our own as PID 1", [CURFEW, "init", "--die-with-parent", "--"]],
  ];
  for (const [name, words] of places) {
    test(`T21: ${name}, --die-with-parent: nothing is taken for its end`, async () => {
      const options = [...OPTIONS, "--die-with-parent"];
      const env = { ADVERSARY_EXIT: "7" };
      const setting = asFirst(user, { options, command: [adversary("daemon")], env });
      await living({ ...setting, before: [...namespaceOf(user), ...words] }, async (run) => {
        assert.equal(await run.exit, "7");
        assertGone(run);
        const { outcome, tree_gone } = run.report();
        assert.deepEqual([outcome, tree_gone], ["exited", true]);
      });
    });
  }
}

/** What tini's -p passes on when its parent ends; its own end where that is KILL. */
function tinis(user: User): void {
  const TINI = staged("tini", CURFEW);
  const tini = (...words: readonly string[]) => {
    const instead = [TINI, ...words, "--", HANDLES, "-e", "9", `${USR1}`, `${TERM}`];
    return () => asFirst(user, { instead, command: [] });
  };
  for (const [name, caught] of [
    ["SIGUSR1", USR1],
    ["SIGTERM", TERM],
    // Ours ends the command as --die-with-parent does.
    ["SIGKILL", TERM],
  ] as const) {
    test(`S38: tini -p ${name}: the parent outside is killed`, (t) =>
      lives(t, tini("-p", name), async (run) => {
        run.kill("SIGKILL");
        await assertSettles(run);
        await until("it is told", () => run.said().includes(`caught ${caught}\n`));
      }));
  }

  test("S38: tini without -p: its parent's end is nothing to it", (t) =>
    lives(t, tini(), async (run, first) => {
      run.kill("SIGKILL");
      await run.exit;
      process.kill(first, USR1);
      await assertSettles(run);
      await until("it is told", () => run.said().includes(`caught ${USR1}\n`));
      assert.doesNotMatch(run.said(), new RegExp(`caught ${TERM}$`, "m"));
    }));
}

function held(user: User): void {
  test("T22: curfew is stopped before its deadline: the guardian keeps it, and continues curfew", async (t) => {
    const options = ["--timeout", "400ms", "--kill-after", "50ms"];
    await living(asFirst(user, { options, command: [adversary("stone")] }), async (run) => {
      if (!(await stands(run, t))) return;
      const first = await firstOf(run);
      const guardian = await guardianOf(first);
      process.kill(first, "SIGSTOP");
      await assertSettles(run, [run.pid, first, guardian]);
      assert.match(await run.exit, /^(124|137)$/);
      assert.equal(run.report().tree_gone, true);
      assertGone(run);
    });
  });

  test("T23: an exec that is blocked in the kernel ends at the limit", async (t) => {
    const leased = staged(`leased-first-${user.id ?? "own"}`, "/bin/true");
    const stdio = ["ignore", "pipe", "inherit"] as const;
    const holder = spawn(adversary("lease"), [leased], { stdio: [...stdio] });
    try {
      const [said] = (await once(holder.stdout, "data")) as [Buffer];
      if (!`${said}`.startsWith("ready")) return t.skip(`${said}`.trim());
      const options = ["--timeout", "500ms", "--kill-after", "100ms"];
      await living(asFirst(user, { options, command: [leased] }), async (run) => {
        const exit = await run.exit;
        assertGone(run);
        const { outcome, elapsed_ms } = run.report();
        assert.deepEqual([exit, outcome], ["124", "timed_out"]);
        assert.ok(elapsed_ms >= 500, `${elapsed_ms} ms`);
        // The kernel would have waited for the holder, and started the command.
        assert.equal(holder.exitCode, null);
      });
    } finally {
      holder.kill("SIGKILL");
    }
  });
}

for (const user of USERS) {
  const skip = whyNoNamespace(user);
  describe(`lives of init as PID 1, ${user.name}`, { skip, concurrency: 2 }, () => {
    regicides(user);
    patricides(user);
    parents(user);
    tinis(user);
    held(user);
  });
}
