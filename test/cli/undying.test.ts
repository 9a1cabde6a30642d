// Members that SIGKILL does not end, and those that are dead already but held by a debugger.
import assert from "node:assert/strict";
import { accessSync, constants, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { patiently } from "../patience.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { child } from "./children.ts";
import { type Report, reporting } from "./reports.ts";
import { childrenOf, curfew, endOfRun, OPEN, start, stateOf, until } from "./run.ts";

const HANDLES = child("handles");
const KILL_AFTER_MS = 10;
/** STUCK_LIMIT and SWEEP_LIMIT of src/core/run/ladder.ts. */
const STUCK_MS = 2_000;
const SWEEP_MS = 4_000;

type Survived = Report & { readonly survivors: readonly { readonly pid: number }[] };
const survivorsOf = (report: Report) => (report as Survived).survivors.map(({ pid }) => pid);

const pidns = await curfew(BINARIES[0] as Binary, ["run", "--containment", "pidns", "true"]).ended;

function held(binary: Binary): void {
  for (const mode of ["subreaper", "pidns"]) {
    const skip = mode === "pidns" && pidns.code !== 0 && "no PID namespaces here";
    test(`a dead member that its tracer has not reaped is dead, ${mode}`, { skip }, async () => {
      const words = ["run", "--containment", mode, "-k", `${KILL_AFTER_MS}ms`];
      const family = ["sh", "-c", '"$0" 15 & exec "$0" 15', HANDLES];
      const running = reporting(binary, [...words, ...family]);
      await running.says(/^ready \d+\n[\s\S]*^ready \d+$/m);
      const member = memberOf(running.pid);
      const holder = start([child("holds"), String(member)], { input: OPEN });
      await holder.says(/^held$/m);
      running.kill("SIGTERM");
      const { ended, report } = await running.told();
      assert.equal(endOfRun(ended), "SIGKILL");
      assert.deepEqual([report.tree_gone, survivorsOf(report)], [true, []]);
      assert.equal(stateOf(member), "Z");
      holder.kill("SIGKILL");
      await holder.ended;
    });
  }
}

/** A child of the command, by our numbers. */
function memberOf(curfewPid: number): number {
  const [guardian = 0] = childrenOf(curfewPid);
  const [command = 0] = childrenOf(guardian);
  const [member = 0] = childrenOf(command);
  return member;
}

const FREEZER = "/sys/fs/cgroup/freezer";

function whyNoFreezer(): string | false {
  try {
    accessSync(join(FREEZER, "cgroup.procs"), constants.W_OK);
    return false;
  } catch {
    return "no writable version 1 freezer here";
  }
}

function frozen(binary: Binary): void {
  test("a frozen member is waited for half as long as a sweep may take", {
    skip: whyNoFreezer(),
  }, async () => {
    const group = join(FREEZER, `curfew-test-${process.pid}-${binary.name}`);
    mkdirSync(group);
    const set = (file: string, text: string) => writeFileSync(join(group, file), text);
    try {
      const words = ["run", "-k", `${KILL_AFTER_MS}ms`, HANDLES, "15"];
      const running = reporting(binary, words, { stdio: ["ignore", "pipe", "ignore"] });
      const [, pid = ""] = await running.says(/^ready (\d+)$/m);
      set("cgroup.procs", pid);
      set("freezer.state", "FROZEN");
      await until("it is frozen", () => stateOf(Number(pid)) === "D");
      running.kill("SIGTERM");
      // It holds the output that we wait for, so it goes on once curfew has ended.
      await until("curfew has ended", () => ["", "Z"].includes(stateOf(running.pid)));
      set("freezer.state", "THAWED");
      const { report } = await running.told();
      assert.deepEqual(survivorsOf(report), [Number(pid)]);
      const [kill = Number.NaN] = report.signals_sent
        .filter(({ signal }) => signal === "SIGKILL")
        .map(({ at_ms }) => at_ms);
      const time = report.elapsed_ms - kill;
      assert.ok(time >= STUCK_MS && time < patiently(SWEEP_MS), `${time} ms`);
    } finally {
      set("freezer.state", "THAWED");
      await until("the group is empty", () => {
        try {
          rmdirSync(group);
          return true;
        } catch {
          return false;
        }
      });
    }
  });
}

describe("members that do not end", () => {
  for (const binary of BINARIES) {
    describe(binary.name, () => {
      held(binary);
      frozen(binary);
    });
  }
});
