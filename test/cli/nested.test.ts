// A curfew below another one: what the upper one asks for reaches the program once.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { patiently } from "../patience.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { child, number } from "./children.ts";
import { forOthers, kill, publicFolder } from "./kill-command.ts";
import { newPath, reporting } from "./reports.ts";
import { childrenOf, curfew, type Ended, guardianOf, isOver, laterOn, until } from "./run.ts";

/** Says "caught 15" for each TERM, and goes on. */
const HANDLES = child("handles");
const SERVER = [HANDLES, number("TERM")];
const TERM = "SIGTERM";

/** How often the server was told to end. */
const timesTold = ({ stdout }: Ended) => stdout.match(/^caught 15$/gm)?.length ?? 0;

/** An inner one that gives its program all the time that there is. */
const patient = ({ path }: Binary) => [path, "run", "-k", "1h", ...SERVER];
/** Below a shell that ends by TERM, or goes on. */
const inShell = (words: readonly string[]) => ["sh", "-c", '"$@"; :', "sh", ...words];
const inDeafShell = (words: readonly string[]) => [
  "sh",
  "-c",
  'trap : TERM; "$@" & wait; wait; wait',
  "sh",
  ...words,
];

type Row = readonly [
  name: string,
  words: (binary: Binary) => readonly string[],
  signal?: NodeJS.Signals,
];

// Each outer one comes to its SIGKILL, so whatever it does before has been done then.
const ROWS: readonly Row[] = [
  [
    "timeout in timeout, at the outer limit",
    ({ path }) => ["timeout", "-k", "1", "60", path, "timeout", "70", ...SERVER],
    "SIGALRM",
  ],
  [
    "timeout -f in timeout -f",
    ({ path }) => ["timeout", "-f", "-k", "1", "60", path, "timeout", "-f", "70", ...SERVER],
    "SIGALRM",
  ],
  ["run in timeout", (one) => ["timeout", "-k", "1", "60", ...patient(one)], "SIGALRM"],
  [
    "timeout in run, whose own limit comes meanwhile",
    ({ path }) => ["run", "-k", "3s", path, "timeout", "1.5", ...SERVER],
  ],
  ["run in run", (one) => ["run", "-k", "1s", ...patient(one)]],
  ["run in run, a shell between", (one) => ["run", "-k", "1s", ...inShell(patient(one))]],
  [
    "run in run, a shell between that goes on",
    (one) => ["run", "-k", "1s", ...inDeafShell(patient(one))],
  ],
  ["init in run", ({ path }) => ["run", "-k", "1s", path, "init", "-k", "1h", ...SERVER]],
  ["run in init", (one) => ["init", "-k", "1s", ...patient(one)]],
  ["run in init, a shell between", (one) => ["init", "-k", "1s", ...inShell(patient(one))]],
  [
    "run in init, in a session of its own",
    (one) => ["init", "-k", "1s", ...inDeafShell(["setsid", "--wait", ...patient(one)])],
  ],
  [
    "timeout in init --single-child",
    ({ path }) => ["init", "--single-child", "-k", "1s", path, "timeout", "70", ...SERVER],
  ],
  [
    "three of them",
    (one) => ["run", "-k", "1s", one.path, "init", "-k", "1h", ...inShell(patient(one))],
  ],
  [
    "a run in a PID namespace in run",
    ({ path }) => [
      "run",
      "-k",
      "1s",
      ...inDeafShell([path, "run", "-k", "1h", "--containment", "pidns", ...SERVER]),
    ],
  ],
];

const isRoot = process.getuid?.() === 0;
const PUBLIC = publicFolder();
const PUBLIC_SERVER = [join(PUBLIC, "handles"), number("TERM"), "64"];
copyFileSync(HANDLES, join(PUBLIC, "handles"));
/** What runs as another user, who may not see root's programs. */
const AS_OTHER = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
const LAST = 64;

/** The server: the process below all others. */
function leafOf(pid: number): number {
  const [child] = childrenOf(pid);
  return child === undefined ? pid : leafOf(child);
}

/** Outer ones that pass on a second signal, which is no wish of theirs for an end at once. */
const REPEATING: readonly (readonly [
  name: string,
  words: (inner: readonly string[]) => readonly string[],
  skip: string | false,
])[] = [
  ["init", (inner) => ["init", "-k", "1h", ...inner], false],
  [
    "init of another user",
    (inner) => ["init", "-k", "1h", ...AS_OTHER, ...inner],
    !isRoot && "needs root",
  ],
  [
    "init outside of the inner one's PID namespace",
    (inner) => ["init", "-k", "1h", "--containment", "pidns", ...inner],
    !isRoot && "needs root",
  ],
];

/** Seconds: longer than `laterOn` takes, also on a busy machine. */
const grace = () => String(patiently(2));

function once(binary: Binary): void {
  const other = forOthers(binary, PUBLIC);
  for (const [name, words, skip] of REPEATING) {
    test(`run in ${name}: a second signal through it does not mean "now"`, { skip }, async () => {
      const inner = [other.path, "run", "-k", "1h", ...PUBLIC_SERVER];
      const running = curfew(binary, words(inner), { env: other.env });
      await running.says(/^ready/m);
      running.kill(TERM);
      await running.says(/^caught 15$/m);
      await laterOn(binary);
      running.kill(TERM);
      running.kill(LAST);
      // The server still lives, or it could not say this.
      await running.says(/^caught 64$/m);
      process.kill(leafOf(running.pid), "SIGKILL");
      assert.equal(timesTold(await running.ended), 1);
    });
  }

  for (const [name, words, signal = TERM] of ROWS) {
    test(`${name}: the server is told once, and has all its time`, async () => {
      const running = reporting(binary, words(binary));
      await running.says(/^ready/m);
      running.kill(signal);
      const { ended, report } = await running.told();
      assert.equal(timesTold(ended), 1);
      assert.deepEqual([report.escalated, report.tree_gone], [true, true]);
    });
  }

  for (const shell of [(words: readonly string[]) => words, inDeafShell]) {
    test("the outer one is killed: its guardian tells the inner one, that one the server", async () => {
      const running = curfew(binary, ["run", "-k", "1s", ...shell(patient(binary))]);
      await running.says(/^ready/m);
      running.kill("SIGKILL");
      assert.equal(timesTold(await running.ended), 1);
    });
  }

  test("the outer one is killed after it asked: that is no second request", async () => {
    const running = curfew(binary, ["run", "-k", grace(), ...patient(binary)]);
    await running.says(/^ready/m);
    running.kill(TERM);
    await running.says(/^caught 15/m);
    await laterOn(binary);
    const inner = childrenOf(await guardianOf(running.pid))[0] ?? 0;
    running.kill("SIGKILL");
    const guardian = await guardianOf(inner);
    const [server = 0] = childrenOf(guardian);
    assert.ok(!isOver(server));
    const ended = await running.ended;
    assert.equal(timesTold(ended), 1);
    await until("the inner one is gone", () => isOver(inner));
  });

  const asked: readonly Row[] = [
    ["run", () => ["run", "-k", grace(), ...SERVER]],
    ["init", () => ["init", "-k", grace(), ...SERVER]],
    ["timeout", () => ["timeout", "-k", grace(), "60", ...SERVER]],
  ];
  for (const [name, words] of asked) {
    test(`${name} is killed after it asked: its guardian does not ask again`, async () => {
      const running = curfew(binary, words(binary));
      await running.says(/^ready/m);
      running.kill(TERM);
      await running.says(/^caught 15/m);
      await laterOn(binary);
      running.kill("SIGKILL");
      assert.equal(timesTold(await running.ended), 1);
    });
  }

  test("a process that only calls itself a guardian is signaled like any other", async () => {
    const folder = newPath("named");
    mkdirSync(folder);
    copyFileSync(HANDLES, join(folder, "guardian"));
    const script = 'trap : TERM; (exec -a "guardian: $$ 1 0:" ./guardian 15) & wait; wait';
    const words = ["env", "-C", folder, "bash", "-c", script];
    const running = reporting(binary, ["run", "-k", "1s", ...words]);
    await running.says(/^ready/m);
    running.kill(TERM);
    assert.equal(timesTold((await running.told()).ended), 1);
  });
}

/** It may suspect processes of other tests that lose their parents meanwhile. */
const KILLED = / forceful_kill\n$| these may be its descendants: /;

function killed(binary: Binary): void {
  for (const words of [
    ["run", "-k", "1h"],
    ["init", "-k", "1h"],
    ["timeout", "-k", "1h", "1000"],
  ]) {
    test(`kill of ${words[0]}: the server is told once, and has all its time`, async () => {
      for (const before of [[], ["sh", "-c", '"$@"; :', "sh"]]) {
        const env = { CURFEW_TEST_MARK: `${process.pid}-${words[0]}-${before.length}` };
        const running = curfew(binary, [...words, ...SERVER], { before, env });
        await running.says(/^ready/m);
        const end = await kill(binary, ["-k", "1s", running.pid]);
        assert.match(end.stdout, KILLED);
        assert.equal(timesTold(await running.ended), 1);
      }
    });
  }
}

describe("kill of a tree that has a curfew in it", () => {
  for (const binary of BINARIES) describe(binary.name, () => killed(binary));
});

describe("curfews in one another", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => once(binary));
  }
});
