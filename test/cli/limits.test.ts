// --cpu-limit, --mem-limit, --process-limit: what the command gets, by what means, and that we do
// not limit ourselves. What they end is in test/adversaries/limits.test.ts.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { IS_ROOT, PIDS_HIERARCHY } from "../adversaries/users.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { child, surroundings } from "./children.ts";
import { reporting, staged } from "./reports.ts";
import { curfew, endOfRun, guardianOf } from "./run.ts";

const HANDLES = child("handles");
const USER: readonly string[] = surroundings("--uid 12345");
const ulimits = (letter: string) => ["sh", "-c", `ulimit -S${letter}; ulimit -H${letter}`];
const under = (limit: string) => ["sh", "-c", `ulimit ${limit}; exec "$@"`, "sh"];

/** A line of /proc/PID/limits: soft and hard. */
function limitsOf(pid: number, name: string): string[] {
  const text = readFileSync(`/proc/${pid}/limits`, "utf8");
  const line = new RegExp(`^${name} +(\\w+) +(\\w+)`, "m").exec(text);
  return line?.slice(1) ?? [];
}

function cpu(binary: Binary): void {
  for (const [given, soft] of [
    ["1s", 1],
    ["1500ms", 2],
    ["1us", 1],
    ["1m", 60],
  ] as const) {
    test(`--cpu-limit ${given}: ${soft} s, and a second more until SIGKILL`, async () => {
      const words = ["run", "--cpu-limit", given, ...ulimits("t")];
      const { ended, report } = await reporting(binary, words).told();
      assert.equal(ended.stdout, `${soft}\n${soft + 1}\n`);
      const cpu = { applied_ms: soft * 1000, mechanism: "rlimit", scope: "process" };
      assert.deepEqual(report.limits, { cpu });
    });
  }

  test("a limit that is lower than asked stays", async () => {
    const words = ["run", "--cpu-limit", "1m", ...ulimits("t")];
    const both = await curfew(binary, words, { before: under("-t 7") }).ended;
    assert.equal(both.stdout, "7\n7\n");
    const soft = await curfew(binary, words, { before: under("-St 7") }).ended;
    assert.equal(soft.stdout, "7\n61\n");
  });

  test("the report names the limit that holds, not the one that was asked for", async () => {
    const words = ["run", "--cpu-limit", "1m", ...ulimits("t")];
    const { report } = await reporting(binary, words, { before: under("-St 7") }).told();
    const cpu = { applied_ms: 7000, mechanism: "rlimit", scope: "process" };
    assert.deepEqual(report.limits, { cpu });
  });

  test("0 is no limit: what was inherited stays", async () => {
    const words = ["run", "--cpu-limit", "0", "--mem-limit", "0", ...ulimits("t")];
    const { ended, report } = await reporting(binary, words, { before: under("-t 7") }).told();
    assert.deepEqual([ended.stdout, report.limits], ["7\n7\n", {}]);
  });

  test("timeout has it, too", async () => {
    const words = ["timeout", "--cpu-limit", "3s", "1000", ...ulimits("t")];
    assert.equal((await curfew(binary, words).ended).stdout, "3\n4\n");
  });

  test("it is the command's: neither ours nor the guardian's", async () => {
    const running = curfew(binary, ["run", "--cpu-limit", "5s", HANDLES]);
    const [, pid] = await running.says(/^ready (\d+)$/m);
    const own = limitsOf(process.pid, "Max cpu time");
    assert.deepEqual(limitsOf(Number(pid), "Max cpu time"), ["5", "6"]);
    for (const one of [running.pid, await guardianOf(running.pid)]) {
      assert.deepEqual(limitsOf(one, "Max cpu time"), own);
    }
    running.kill("SIGTERM");
    await running.ended;
  });
}

/** Our own group of the memory controller, where root may make others. */
const MEMORY = "/sys/fs/cgroup/memory/cgroup.procs";
const hasMemory = IS_ROOT && existsSync(MEMORY);

function memory(binary: Binary): void {
  test("--mem-limit without a cgroup: RLIMIT_DATA of each process", {
    skip: !IS_ROOT && "needs root",
  }, async () => {
    const words = ["run", "--report", "fd:9", "--mem-limit", "64M", ...ulimits("d")];
    const before = [...USER, "sh", "-c", 'exec "$@" 9>&1', "sh"];
    const { stdout } = await curfew(staged(binary), words, { before }).ended;
    const [soft, hard, report = ""] = stdout.split("\n");
    assert.deepEqual([soft, hard], ["65536", "65536"]);
    const mem = { applied_bytes: 64 << 20, mechanism: "rlimit", scope: "process" };
    assert.deepEqual((JSON.parse(report) as { limits: object }).limits, { mem });
  });

  test("--mem-limit by a cgroup: the whole tree's, and its end is memory_limit", {
    skip: !hasMemory && "no memory cgroup here",
  }, async () => {
    const words = ["run", "--mem-limit", "64M", child("hog-memory"), "256"];
    const { ended, report } = await reporting(binary, words).told();
    const mem = { applied_bytes: 64 << 20, mechanism: "cgroup", scope: "tree" };
    assert.deepEqual(report.limits, { mem });
    assert.deepEqual([endOfRun(ended), report.outcome], ["SIGKILL", "memory_limit"]);
    assert.ok((report.resources?.oom_kills ?? 0) > 0);
  });

  test("--mem-limit by a cgroup: a command that stays below ends as ever", {
    skip: !hasMemory && "no memory cgroup here",
  }, async () => {
    const words = ["run", "--mem-limit", "256M", child("hog-memory"), "16"];
    const { ended, report } = await reporting(binary, words).told();
    assert.deepEqual([endOfRun(ended), report.outcome], ["0", "exited"]);
    assert.equal(report.resources?.oom_kills, 0);
  });
}

/** Success without effect, as from a kernel that takes a limit and does not keep it. */
const UNKEPT = [child("refuse"), "prlimit64=0"];
const ALONE = "--mem-limit holds for each process, not for the whole tree: no cgroup can be used";

function promised(binary: Binary): void {
  const skip = !IS_ROOT && "needs root";
  const program = staged(binary);

  for (const [option, value, before] of [
    ["--mem-limit", "64M", [...UNKEPT, ...USER]],
    ["--cpu-limit", "5s", UNKEPT],
  ] as const) {
    test(`${option} that is taken and not kept: 125, the reason, nothing is started`, {
      skip,
    }, async () => {
      for (const subcommand of [["run"], ["init"], ["timeout", "1000"]]) {
        const [name = "", ...limit] = subcommand;
        const words = [name, option, value, ...limit, "echo", "started"];
        const ended = await curfew(program, words, { before }).ended;
        assert.deepEqual([endOfRun(ended), ended.stdout], ["125", ""]);
        const line = ` ${name}: cannot run 'echo': ${option}: this kernel does not have it\n`;
        assert.ok(ended.stderr.endsWith(line) && ended.stderr.split("\n").length === 2, line);
      }
    });
  }

  test("--mem-limit of each process: run and init say so, timeout and tini do not", {
    skip,
  }, async () => {
    for (const [words, isSaid] of [
      [["run", "--mem-limit", "64M"], true],
      [["init", "--mem-limit", "64M"], true],
      [["timeout", "--mem-limit", "64M", "1000"], false],
    ] as const) {
      const { stderr } = await curfew(program, [...words, "true"], { before: USER }).ended;
      assert.equal(stderr.includes(ALONE), isSaid, `${words[0]}: ${stderr}`);
      assert.equal(stderr.split("\n").length, isSaid ? 2 : 1);
    }
  });

  test("--mem-limit SIZE,tree: the whole tree's, or nothing is started", { skip }, async () => {
    const words = ["run", "--mem-limit", "64M,tree", "echo", "started"];
    const ended = await curfew(program, words, { before: USER }).ended;
    assert.deepEqual([endOfRun(ended), ended.stdout], ["125", ""]);
    assert.match(ended.stderr, /run: cannot run 'echo': --mem-limit SIZE,tree: [^\n]+\n$/);
    if (!hasMemory) return;
    const { ended: here, report } = await reporting(binary, words).told();
    const mem = { applied_bytes: 64 << 20, mechanism: "cgroup", scope: "tree" };
    assert.deepEqual([here.stderr, report.limits], ["", { mem }]);
  });
}

function processes(binary: Binary): void {
  const skip = PIDS_HIERARCHY === undefined && "no writable pids cgroup here";
  test("--process-limit: a group of the command's, without us, removed at the end", {
    skip,
  }, async () => {
    const running = reporting(binary, ["run", "--process-limit", "20", HANDLES]);
    const [, pid] = await running.says(/^ready (\d+)$/m);
    const placeOf = (one: number) =>
      /^\d+:pids:(.*)$/m.exec(readFileSync(`/proc/${one}/cgroup`, "utf8"))?.[1] ?? "";
    const place = placeOf(Number(pid));
    const path = `${PIDS_HIERARCHY}/${place.replace(/.*\//, "")}`;
    assert.equal(readFileSync(`${path}/pids.max`, "utf8"), "20\n");
    assert.equal(readFileSync(`${path}/cgroup.procs`, "utf8"), `${pid}\n`);
    for (const one of [running.pid, await guardianOf(running.pid)]) {
      assert.equal(placeOf(one), placeOf(process.pid));
    }
    running.kill("SIGTERM");
    const { report } = await running.told();
    const limit = { applied: 20, mechanism: "cgroup", scope: "tree" };
    assert.deepEqual([report.limits, existsSync(path)], [{ process: limit }, false]);
  });

  test("--process-limit where there is none: 125, the reason, nothing is started", {
    skip: !IS_ROOT && "needs root",
  }, async () => {
    const words = ["run", "--process-limit", "20", "echo", "started"];
    const ended = await curfew(staged(binary), words, { before: USER }).ended;
    assert.deepEqual([endOfRun(ended), ended.stdout], ["125", ""]);
    assert.match(ended.stderr, /run: cannot run 'echo': --process-limit: [^\n]+\n$/);
  });
}

describe("limits", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      cpu(binary);
      memory(binary);
      promised(binary);
      processes(binary);
    });
  }
});
