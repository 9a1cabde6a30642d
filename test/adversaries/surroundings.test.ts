// Hostile or unusual surroundings.
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import {
  assertHonest,
  described,
  end,
  living,
  OWN_CODE,
  type Run,
  type Setting,
  stands,
} from "./lives.ts";
import { adversary, staged } from "./programs.ts";
import { fresh, isRoot, NOT_ROOT, ORDINARY, USERS, type User, whyNot } from "./users.ts";

const OPTIONS = ["--kill-after", "20ms"];
const DAEMON = [adversary("daemon")];
const [CHLD, HUP, INT, PIPE] = [17, 1, 2, 13];

const ignoring = (...signals: readonly number[]) => [
  adversary("surroundings"),
  ...signals.flatMap((signal) => ["--ignore", `${signal}`]),
  "--",
];

async function assertCancels(run: Run): Promise<void> {
  await end(run, "cancel");
  const alive = run.tracker.alive();
  const report = run.report();
  assertHonest(report, alive);
  assert.deepEqual(alive, [], described(alive));
  assert.deepEqual([report.outcome, report.tree_gone], ["cancelled", true]);
}

async function assertLeaves(run: Run): Promise<void> {
  const exit = await run.exit;
  const alive = run.tracker.alive();
  const report = run.report();
  assertHonest(report, alive);
  assert.deepEqual(alive, [], described(alive));
  assert.deepEqual([exit, report.outcome, report.tree_gone], [`${OWN_CODE}`, "exited", true]);
}

/** A namespace with a /proc of its own; as a container has. */
function container(user: User): readonly string[] {
  return ["unshare", isRoot(user) ? "-pf" : "-Urpf", "--mount-proc", "--kill-child"];
}

function whyNoContainer(user: User): string | undefined {
  const before = user.id === undefined ? [] : [adversary("confine"), "--user", `${user.id}`, "--"];
  const [program = "", ...words] = [...before, ...container(user), "true"];
  const { status } = spawnSync(program, words);
  return status === 0 ? undefined : `${user.name} may not make a PID namespace with /proc here`;
}

function containers(user: User): void {
  const skip = whyNoContainer(user);
  const places: readonly (readonly [name: string, words: readonly string[]])[] = [
    ["as PID 1", []],
    ["as a child of PID 1", ["sh", "-c", '"$@"; exit $?', "sh"]],
  ];
  for (const [name, words] of places) {
    test(`T21: ${name}`, { ...(skip && { skip }) }, async () => {
      const before = [...container(user), ...words];
      const env = { ADVERSARY_EXIT: `${OWN_CODE}` };
      const setting = { user: fresh(user), before, options: OPTIONS, command: DAEMON, env };
      await living(setting, assertLeaves);
    });
  }
}

function stuck(user: User): void {
  test("T23: an exec that is blocked in the kernel ends at the limit", async (t) => {
    const leased = staged(`leased-${user.id ?? "own"}`, "/bin/true");
    const holder = spawn(adversary("lease"), [leased], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      const said = await firstOutput(holder);
      if (!said.startsWith("ready")) return t.skip(said.trim());
      const options = ["--timeout", "500ms", "--kill-after", "100ms"];
      await living({ user: fresh(user), options, command: [leased] }, async (run) => {
        const exit = await run.exit;
        const alive = run.tracker.alive();
        assert.deepEqual(alive, [], described(alive));
        const { outcome, timed_out, elapsed_ms } = run.report();
        assert.deepEqual([exit, outcome, timed_out], ["124", "timed_out", true]);
        // Not the seconds for which the kernel would wait.
        assert.ok(elapsed_ms >= 500 && elapsed_ms < 2000, `${elapsed_ms} ms`);
      });
    } finally {
      holder.kill("SIGKILL");
    }
  });
}

function firstOutput(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.stdout?.once("data", (chunk: Buffer) => resolve(chunk.toString()));
    child.once("exit", () => resolve("the lease's holder ended"));
  });
}

function inherited(user: User): void {
  const starts = [
    ["ignored", ignoring(CHLD)],
    ["blocked", [adversary("surroundings"), "--block", `${CHLD}`, "--"]],
  ] as const;
  for (const [name, before] of starts) {
    test(`T24: started with SIGCHLD ${name}`, async (t) => {
      const setting: Setting = { user: fresh(user), before, options: OPTIONS, command: DAEMON };
      const env = { ADVERSARY_EXIT: `${OWN_CODE}` };
      await living({ ...setting, env }, assertLeaves);
      await living(setting, async (run) => {
        if (await stands(run, t)) await assertCancels(run);
      });
    });
  }

  test("T25: HUP, PIPE and INT ignored before are ignored in the command", async () => {
    const ignored = async (instead?: readonly string[]) => {
      const command = ["grep", "SigIgn", "/proc/self/status"];
      const before = ignoring(HUP, PIPE, INT);
      const setting: Setting = { user: fresh(user), before, command };
      return living({ ...setting, ...(instead && { instead: command }) }, async (run) => {
        const [, mask] = await run.says(/^SigIgn:\s+([0-9a-f]+)\n/m);
        await run.exit;
        return mask;
      });
    };
    assert.equal(await ignored(), await ignored(["itself"]));
  });
}

function filtered(user: User): void {
  const before = [adversary("docker-seccomp")];
  test("T40: clone3 and namespaces refused, as in a container: works, best_effort", async (t) => {
    const command = [adversary("hydra"), "session", "4"];
    await living({ user: fresh(user), before, options: OPTIONS, command }, async (run) => {
      if (!(await stands(run, t))) return;
      await assertCancels(run);
      assert.equal(run.report().tree_kill_reliability, "best_effort");
    });
  });

  test("T40: a PID namespace asked for and refused: 125, and nothing was started", async () => {
    const setting: Setting = { user: fresh(user), before, mode: "pidns", command: DAEMON };
    await living(setting, assertRefused);
  });
}

async function assertRefused(run: Run): Promise<void> {
  assert.equal(await run.exit, "125");
  assert.doesNotMatch(run.said(), /^ready/m);
  assert.deepEqual(run.tracker.alive(), []);
}

describe("T41: an ordinary user's cgroup", { skip: NOT_ROOT ?? false }, () => {
  const skip = whyNot(ORDINARY, "cgroup");
  const setting = (isDelegated: boolean): Setting => ({
    user: fresh(ORDINARY),
    isDelegated,
    options: OPTIONS,
    command: DAEMON,
  });
  test("one of its own: chosen when asked for", { ...(skip && { skip }) }, async (t) => {
    await living({ ...setting(true), mode: "cgroup" }, async (run) => {
      if (!(await stands(run, t))) return;
      await assertCancels(run);
      assert.match(run.report().containment, /cgroup/);
      assert.deepEqual(run.tracker.directories(), [], "cgroups left behind");
    });
  });
  test("root's: refused when asked for", { ...(skip && { skip }) }, async () => {
    await living({ ...setting(false), mode: "cgroup" }, assertRefused);
  });
  test("root's: a subreaper does without", async (t) => {
    await living(setting(false), async (run) => {
      if (!(await stands(run, t))) return;
      await assertCancels(run);
      const { containment, tree_kill_reliability } = run.report();
      assert.match(containment, /subreaper/);
      assert.equal(tree_kill_reliability, "best_effort");
    });
  });
});

for (const user of USERS) {
  describe(user.name, () => {
    containers(user);
    stuck(user);
    inherited(user);
    filtered(user);
  });
}
