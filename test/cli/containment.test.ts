// --containment: what holds the tree, what is promised of it, and what cannot be had.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmdirSync } from "node:fs";
import { constants } from "node:os";
import { describe, test } from "node:test";
import { IS_ROOT, UNIFIED } from "../adversaries/users.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { child, surroundings } from "./children.ts";
import { reporting, sentOf, staged } from "./reports.ts";
import { childrenOf, curfew, endOfRun, isOver, OPEN, statusOf, until } from "./run.ts";

const HANDLES = child("handles");
const NOW = "10ms";
const UNSHARES = ["unshare", IS_ROOT ? "-pf" : "-Urpf", "true"];

/** Why a kind cannot be had here; false where it can. */
const WITHOUT: Readonly<Record<string, string | false>> = {
  cgroup: UNIFIED === undefined && "no writable cgroup2 here",
  pidns:
    spawnSync("sh", ["-c", '"$@"', "sh", ...UNSHARES]).status !== 0 && "no PID namespaces here",
};

/** A stubborn daemon in a session of its own, and a command that ends when its input does. */
const LEAVING = ["sh", "-c", 'setsid "$0" 15 <&- & read end; exit 6', HANDLES];

type Kind = {
  readonly kind: string;
  readonly holds: string;
  readonly proof: string | null;
  readonly reasons: readonly string[];
};

const PLAIN = [
  "no_cgroup",
  "foreign_pidns_possible",
  ...(IS_ROOT ? [] : ["no_kill_permission_possible"]),
];

const WHOLE: readonly Kind[] = [
  { kind: "auto", holds: "subreaper", proof: "echild", reasons: PLAIN },
  { kind: "subreaper", holds: "subreaper", proof: "echild", reasons: PLAIN },
  { kind: "cgroup", holds: "cgroup", proof: "populated0+echild", reasons: [] },
  { kind: "pidns", holds: "pidns", proof: "pidns_reaped", reasons: [] },
];

function whole(binary: Binary): void {
  for (const { kind, holds, proof, reasons } of WHOLE) {
    const skip = WITHOUT[kind] ?? false;
    const words = (...more: readonly string[]) => [
      "run",
      "--containment",
      kind,
      "-k",
      NOW,
      ...more,
    ];

    test(`${kind}: codes, signals and limits as ever`, { skip }, async () => {
      for (const [more, end] of [
        [["sh", "-c", "exit 3"], "3"],
        [["sh", "-c", "kill -TERM $$"], "SIGTERM"],
        [["--timeout", NOW, "sleep", "1000"], "124"],
        [["curfew-has-no-such"], "127"],
      ] as const) {
        assert.equal(endOfRun(await curfew(binary, words(...more)).ended), end);
      }
      const forwarding = curfew(binary, words(HANDLES, "-e", "7", "10"));
      await forwarding.says(/^ready/);
      forwarding.kill("SIGUSR1");
      assert.equal(endOfRun(await forwarding.ended), "7");
    });

    test(`${kind}: a daemon that ignores TERM ends with the command, and it is proven`, {
      skip,
    }, async () => {
      const running = reporting(binary, words(...LEAVING), { input: OPEN });
      await running.says(/^ready/m);
      running.write("end\n");
      const { ended, report } = await running.told();
      assert.equal(endOfRun(ended), "6");
      assert.deepEqual([report.containment, report.proof, report.tree_gone], [holds, proof, true]);
      assert.deepEqual([...report.reliability_reasons].sort(), [...reasons].sort());
      assert.equal(report.leftovers.length, 1);
    });

    test(`${kind}: curfew is killed: so is the tree`, { skip }, async () => {
      const running = curfew(binary, words("sh", "-c", 'setsid "$0" 15 & exec "$0" 15', HANDLES));
      await running.says(/^ready[\s\S]*^ready/m);
      running.kill("SIGKILL");
      // Its output ends with the last of the tree.
      assert.equal(endOfRun(await running.ended), "SIGKILL");
    });
  }
}

function cgroups(binary: Binary): void {
  const skip = WITHOUT.cgroup ?? false;
  test("cgroup: the command is in one of its own, we are not, and it is removed", {
    skip,
  }, async () => {
    const running = reporting(binary, ["run", "--containment", "cgroup", HANDLES]);
    const [, pid] = await running.says(/^ready (\d+)$/m);
    const placeOf = (one: number) =>
      /^0::(.*)$/m.exec(readFileSync(`/proc/${one}/cgroup`, "utf8"))?.[1] ?? "";
    const place = placeOf(Number(pid));
    const [guardian = 0] = childrenOf(running.pid);
    assert.match(place, /\/curfew-\d+-/);
    assert.deepEqual(
      [placeOf(running.pid), placeOf(guardian)],
      [placeOf(process.pid), placeOf(process.pid)],
    );
    const path = `${UNIFIED}/${place.replace(/.*\//, "")}`;
    assert.ok(existsSync(path));
    running.kill("SIGTERM");
    const { report } = await running.told();
    assert.equal(existsSync(path), false);
    assert.deepEqual(
      [report.tree_kill_reliability, report.resources?.accounting],
      ["guaranteed", "exact"],
    );
  });
}

/** A field of /proc/PID/stat: when a process was started. */
function startOf(pid: number): string {
  return (
    readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ")[19] ?? ""
  );
}

function orphanedCgroups(binary: Binary): void {
  const skip = WITHOUT.cgroup ?? false;
  test("cgroup: what a killed curfew left goes when the next one comes", { skip }, async () => {
    const [, namespace = ""] = /(\d+)/.exec(readlinkSync("/proc/self/ns/pid")) ?? [];
    const start = startOf(process.pid);
    const { pid: dead } = spawnSync("true");
    const nameOf = (pid: number, began: string, of: string) => `curfew-${pid}-7-${began}-${of}`;
    const goes = [nameOf(dead, "1", namespace), nameOf(process.pid, `${start}0`, namespace)];
    const stays = [nameOf(process.pid, start, namespace), nameOf(dead, "1", `${namespace}0`)];
    const pathOf = (name: string) => `${UNIFIED}/${name}`;
    for (const name of [...goes, ...stays]) mkdirSync(pathOf(name));
    try {
      const { code } = await curfew(binary, ["run", "--containment", "cgroup", "true"]).ended;
      const left = [...goes, ...stays].filter((name) => existsSync(pathOf(name)));
      assert.deepEqual([code, left], [0, stays]);
    } finally {
      for (const name of [...goes, ...stays].filter((name) => existsSync(pathOf(name))))
        rmdirSync(pathOf(name));
    }
  });
}

function namespaces(binary: Binary): void {
  const skip = WITHOUT.pidns ?? false;
  test("pidns: the command has another number; the report has ours", { skip }, async () => {
    const running = reporting(binary, ["run", "--containment", "pidns", HANDLES]);
    const [, inside] = await running.says(/^ready (\d+)$/m);
    const [guardian = 0] = childrenOf(running.pid);
    const [outside = 0] = childrenOf(guardian);
    assert.ok(Number(inside) < 10 && outside > 10, `${inside} ${outside}`);
    running.kill("SIGTERM");
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.child?.pid], ["SIGTERM", outside]);
    assert.deepEqual(
      [report.tree_kill_reliability, sentOf(report)],
      ["guaranteed", ["SIGTERM child 1"]],
    );
    assert.ok(isOver(guardian) && isOver(outside));
  });
}

function partial(binary: Binary): void {
  const script = 'setsid "$0" -e 0 15 & "$0" -e 0 15 & exec "$0" -e 0 15';
  for (const [kind, reason, ends] of [
    ["group", "process_group_only", 2],
    ["child", "child_only", 1],
  ] as const) {
    test(`${kind}: only ${ends} of 3 are reached, and that is what is said`, async () => {
      // In a group that is the command's alone.
      const words = ["timeout", "--containment", kind, "1000", "sh", "-c", script, HANDLES];
      const running = reporting(binary, words);
      const { all, main } = await three(running.says, running.pid);
      running.kill("SIGALRM");
      await until("curfew has ended", () => isOver(running.pid));
      assert.ok(isOver(main));
      await until(`${ends} have ended`, () => all.filter(isOver).length >= ends);
      const others = all.filter((one) => !isOver(one));
      for (const pid of others) process.kill(pid, "SIGKILL");
      const { ended, report } = await running.told();
      const caught = ended.stdout.match(/^caught 15$/gm) ?? [];
      assert.deepEqual([others.length, caught.length], [3 - ends, ends]);
      assert.deepEqual([report.containment, report.tree_gone, report.proof], [kind, null, null]);
      assert.deepEqual(
        [report.tree_kill_reliability, report.outcome],
        ["best_effort", "timed_out"],
      );
      assert.ok(report.reliability_reasons.includes(reason));
    });

    test(`${kind}: SIGKILL reaches as many`, async () => {
      const words = ["timeout", "--containment", kind, "-s", "KILL", "1000"];
      const running = reporting(binary, [...words, "sh", "-c", script, HANDLES]);
      const { all, main } = await three(running.says, running.pid);
      running.kill("SIGALRM");
      await until("curfew has ended", () => isOver(running.pid));
      assert.ok(isOver(main));
      await until(`${ends} have ended`, () => all.filter(isOver).length >= ends);
      const others = all.filter((one) => !isOver(one));
      for (const pid of others) process.kill(pid, "SIGKILL");
      assert.equal(others.length, 3 - ends);
      await running.told();
    });
  }
}

/** The processes of a run of three that say "ready", the main one among them. */
async function three(says: ReturnType<typeof curfew>["says"], pid: number) {
  const [text] = await says(/(^ready \d+\n[\s\S]*){3}/m);
  const all = [...text.matchAll(/^ready (\d+)$/gm)].map(([, one]) => Number(one));
  const parents = all.map((one) => Number(statusOf(one, "PPid")));
  const main = all.find((_, at) => Number(statusOf(parents[at] ?? 0, "PPid")) === pid) ?? 0;
  assert.ok(main > 0, "one is the guardian's child");
  return { all, main };
}

const { EPERM } = constants.errno;

/** Kinds that are asked for by name where they cannot be had: words in front, and the reason. */
function refusals(binary: Binary): void {
  const user = surroundings("--uid 12345");
  const rows: readonly (readonly [
    kind: string,
    name: string,
    before: readonly string[],
    why: RegExp,
  ])[] = [
    ["cgroup", "an ordinary user", user, /permission denied|no such file|not permitted/],
    [
      "pidns",
      "a system call filter",
      surroundings(`--deny clone_newpid=${EPERM}`),
      /not permitted/,
    ],
  ];
  for (const [kind, name, before, why] of rows) {
    const skip = name === "an ordinary user" && !IS_ROOT && "needs root to become another user";
    test(`${kind} under ${name}: 125, the reason, nothing is started`, { skip }, async () => {
      const ended = await curfew(
        staged(binary),
        ["run", "--containment", kind, "echo", "started"],
        {
          before,
        },
      ).ended;
      assert.deepEqual([endOfRun(ended), ended.stdout], ["125", ""]);
      assert.match(ended.stderr, new RegExp(`run: cannot run 'echo': --containment ${kind}: `));
      assert.match(ended.stderr, why);
      assert.equal(ended.stderr.split("\n").length, 2, "one line");
    });
  }

  test("what is refused is reported", async () => {
    const before = surroundings(`--deny clone_newpid=${EPERM}`);
    const words = ["run", "--containment", "pidns", "echo", "started"];
    const { ended, report } = await reporting(binary, words, { before }).told();
    assert.deepEqual(
      [endOfRun(ended), report.outcome, report.child],
      ["125", "spawn_failed", null],
    );
  });

  test("an ordinary user has pidns by a user namespace, or is told why not", {
    skip: !IS_ROOT && "needs root",
  }, async () => {
    const probe = surroundings("--uid 12345", "unshare", "-Upf", "true");
    const works = spawnSync(probe[0] ?? "", probe.slice(1)).status === 0;
    const words = ["run", "--containment", "pidns", "sh", "-c", "exit 4"];
    const { code } = await curfew(staged(binary), words, { before: user }).ended;
    assert.equal(code, works ? 4 : 125);
  });
}

describe("containment", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      whole(binary);
      cgroups(binary);
      orphanedCgroups(binary);
      namespaces(binary);
      partial(binary);
      refusals(binary);
    });
  }
});
