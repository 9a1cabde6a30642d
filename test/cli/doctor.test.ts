// `curfew doctor`: what it says is so, and nothing is left of its attempts.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { BINARIES, type Binary } from "./binary.ts";
import { surroundings } from "./children.ts";
import { curfew, endOfRun, type Spawn } from "./run.ts";

const isRoot = process.getuid?.() === 0;

type Diagnosis = {
  readonly auto: string;
  readonly tree_kill_reliability: string;
  readonly reliability_reasons: readonly string[];
  readonly containment: Readonly<Record<string, { available: boolean; detail: string }>>;
  readonly limits: Readonly<Record<string, { mechanism: string | null; detail: string }>>;
  readonly kernel: Readonly<Record<string, { available: boolean }>> & { readonly release: string };
  readonly user: number;
};

async function doctor(binary: Binary, options: Spawn = {}): Promise<Diagnosis> {
  const ended = await curfew(binary, ["doctor", "--json"], options).ended;
  assert.deepEqual([endOfRun(ended), ended.stderr], ["0", ""]);
  return JSON.parse(ended.stdout) as Diagnosis;
}

function said(binary: Binary): void {
  test("text and JSON say the same", async () => {
    const told = await doctor(binary);
    const { stdout, stderr, code } = await curfew(binary, ["doctor"]).ended;
    assert.deepEqual([code, stderr], [0, ""]);
    for (const [name, { available, detail }] of Object.entries(told.containment)) {
      const line = stdout.split("\n").find((line) => line.startsWith(`  ${name} `)) ?? "";
      assert.ok(line.includes(available ? " yes " : " no ") && line.endsWith(detail), line);
    }
    assert.ok(stdout.includes(`Without options: ${told.auto}, ${told.tree_kill_reliability}\n`));
    for (const reason of told.reliability_reasons) assert.ok(stdout.includes(`  ${reason}\n`));
    assert.ok(stdout.includes(`Kernel ${told.kernel.release}:\n`));
    assert.equal(told.kernel.release, release());
    assert.equal(told.user, process.getuid?.());
  });

  test("reliability is guaranteed exactly when there is no reason against it", async () => {
    const { tree_kill_reliability: reliability, reliability_reasons: reasons } =
      await doctor(binary);
    assert.equal(reliability === "guaranteed", reasons.length === 0);
  });

  test("nothing is left of the groups it makes", async () => {
    const running = curfew(binary, ["doctor", "--json"]);
    const { containment, limits } = JSON.parse((await running.ended).stdout) as Diagnosis;
    const details = [...Object.values(containment), ...Object.values(limits)];
    const paths = details.flatMap(({ detail }) => /below (\/\S+)/.exec(detail)?.[1] ?? []);
    for (const path of paths) {
      assert.ok(existsSync(path), path);
      assert.ok(!existsSync(join(path, `curfew-doctor-${running.pid}`)), path);
    }
  });

  test("an output that cannot be written is no diagnosis: 125", async () => {
    const before = surroundings("--open 1=/dev/full");
    const ended = await curfew(binary, ["doctor"], { before }).ended;
    assert.equal(endOfRun(ended), "125");
    assert.match(ended.stderr, /: cannot write to standard output: no space left on device\n$/);
  });
}

function surrounded(binary: Binary): void {
  test("what is denied is told", async () => {
    const told = await doctor(binary, { before: surroundings("--deny pidfd_open=38") });
    assert.equal(told.kernel.pidfd?.available, false);
    const { containment } = await doctor(binary, { before: surroundings("--deny clone=1") });
    assert.equal(containment.pidns?.available, false);
    assert.match(containment.pidns?.detail ?? "", /operation not permitted \(EPERM\)$/);
  });

  const noNamespace = isRoot ? false : "only root can make a PID namespace for sure";
  test("PID 1: guaranteed; without its own /proc, that is told", {
    skip: noNamespace,
  }, async () => {
    const before = ["unshare", "--pid", "--fork"];
    const told = await doctor(binary, { before: [...before, "--mount-proc"] });
    assert.deepEqual([told.auto, told.tree_kill_reliability], ["pidns", "guaranteed"]);
    assert.equal(told.kernel.process_1?.available, true);
    const foreign = await doctor(binary, { before });
    assert.equal(foreign.kernel.proc?.available, false);
  });

  const noUser = isRoot ? false : "only root can become another user";
  test("another user has a reason more", { skip: noUser }, async () => {
    const before = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const told = await doctor(binary, { before });
    assert.ok(told.reliability_reasons.includes("no_kill_permission_possible"));
    assert.equal(told.containment.cgroup?.available, false);
    assert.match(told.containment.cgroup?.detail ?? "", /: permission denied \(EACCES\)$/);
  });
}

describe("doctor", () => {
  for (const binary of BINARIES) {
    describe(binary.name, () => {
      said(binary);
      surrounded(binary);
    });
  }
});
