// `curfew run`: its row of defaults, and what its options change.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { patiently } from "../patience.ts";
import { BINARIES, type Binary, nameOf } from "./binary.ts";
import { child, number, surroundings } from "./children.ts";
import { reporting, sentOf } from "./reports.ts";
import { curfew, type Ended, endOfRun, isOver, OPEN, type Spawn, until } from "./run.ts";

const SLEEP = ["sleep", "1000"];
const NOW = "10ms";
const HANDLES = child("handles");
/** For a command that does not care for TERM from its first moment on. */
const DEAF = surroundings(`--ignore ${number("TERM")}`);

const FOUR: readonly string[] = ["command", "child", "group", "session"];

type Row = readonly [words: readonly string[], end: string, before?: readonly string[]];

const CODES: readonly Row[] = [
  [["sh", "-c", "exit 5"], "5"],
  [["--", "sh", "-c", "exit 5"], "5"],
  [["--timeout", "0", "sh", "-c", "exit 5"], "5"],
  [["--timeout", "inf", "sh", "-c", "exit 5"], "5"],
  [["sh", "-c", "exit 124"], "124"],
  [["sh", "-c", "kill -TERM $$"], "SIGTERM"],
  [["sh", "-c", "kill -KILL $$"], "SIGKILL"],
  [["--timeout", NOW, ...SLEEP], "124"],
  [["--timeout", NOW, "--signal", "KILL", ...SLEEP], "124"],
  [["--timeout", NOW, "--kill-after", NOW, ...SLEEP], "124", DEAF],
  [["--timeout", NOW, "-k", NOW, "-s", "WINCH", ...SLEEP], "124"],
  [["curfew-has-no-such"], "127"],
  [["."], "126"],
];

function go(binary: Binary, words: readonly string[], options: Spawn = {}): Promise<Ended> {
  return curfew(binary, ["run", ...words], options).ended;
}

/** The lines of stderr, without our name. */
function linesOf(binary: Binary, { stderr }: Ended): string[] {
  const name = `${nameOf(binary)} run: `;
  return stderr
    .split("\n")
    .filter(Boolean)
    .map((line) => line.replace(name, ""));
}

function codes(binary: Binary): void {
  for (const [words, end, before = []] of CODES) {
    test(`${words.join(" ")}: ${end}`, async () => {
      assert.equal(endOfRun(await go(binary, words, { before })), end);
    });
  }

  test("--kill-after 0 is refused, and says what to say instead", async () => {
    const ended = await go(binary, ["--kill-after", "0", "echo", "started"]);
    assert.deepEqual([endOfRun(ended), ended.stdout], ["125", ""]);
    assert.match(ended.stderr, /--kill-after DURATION: .*'0'.*inf.*--signal KILL/);
  });

  test("--kill-after inf: the first signal, and nothing after it", async () => {
    const script = "read end; exit 3";
    const words = [
      "run",
      "-q",
      "-v",
      "-k",
      "inf",
      "--timeout",
      NOW,
      "-s",
      "WINCH",
      "sh",
      "-c",
      script,
    ];
    const running = curfew(binary, words, { input: OPEN });
    await running.says(/sending signal WINCH/, "stderr");
    // Longer than what would be a short limit.
    assert.equal(endOfRun(await go(binary, ["--timeout", "100ms", ...SLEEP])), "124");
    running.write("end\n");
    const ended = await running.ended;
    assert.deepEqual([endOfRun(ended), linesOf(binary, ended).length], ["124", 1]);
  });

  test("-v says what is done, by the name we were called by", async () => {
    const ended = await go(binary, ["-q", "-v", "--timeout", NOW, "-k", NOW, ...SLEEP], {
      before: DEAF,
    });
    const sending = (signal: string) => `sending signal ${signal} to command 'sleep'`;
    assert.deepEqual(linesOf(binary, ended), [sending("TERM"), sending("KILL")]);
    assert.equal((await go(binary, ["-v", "true"])).stderr, "");
  });
}

/** A command that leaves a daemon behind, and ends when its input does. */
const leaving = (code: number, ...daemon: readonly string[]) => [
  "sh",
  "-c",
  `echo "main $$"; setsid "$0" "$@" <&- & read end; exit ${code}`,
  ...daemon,
];

/** Starts a run whose command has ended, with a daemon left. */
async function left(binary: Binary, options: readonly string[], command: readonly string[]) {
  const running = reporting(binary, ["run", ...options, ...command], { input: OPEN });
  const [, pid] = await running.says(/^ready (\d+)$/m);
  const [, main] = await running.says(/^main (\d+)$/m);
  running.write("end\n");
  await until("the command has ended", () => isOver(Number(main)));
  return { running, daemon: Number(pid) };
}

const TERM = number("TERM");

function leftovers(binary: Binary): void {
  test("leftovers get the first signal once, and their grace", async () => {
    const { running, daemon } = await left(binary, [], leaving(6, HANDLES, "-e", "0", TERM));
    const { ended, report } = await running.told();
    assert.ok(isOver(daemon));
    assert.deepEqual([endOfRun(ended), ended.stdout.match(/caught/g)], ["6", ["caught"]]);
    assert.deepEqual(sentOf(report), ["SIGTERM tree 1"]);
    assert.deepEqual([report.outcome, report.tree_gone], ["exited", true]);
    assert.deepEqual(
      report.leftovers.map(({ pid }) => pid),
      [daemon],
    );
  });

  test("leftovers that stay get SIGKILL after --kill-after: the command's code", async () => {
    const { running, daemon } = await left(binary, ["-k", NOW], leaving(6, HANDLES, TERM));
    const { ended, report } = await running.told();
    assert.ok(isOver(daemon));
    assert.deepEqual([endOfRun(ended), report.escalated], ["6", true]);
  });

  test("--leftovers leave: they go on", async () => {
    const options = ["--leftovers", "leave"];
    const { running, daemon } = await left(binary, options, leaving(6, HANDLES, "-e", "0", TERM));
    await until("curfew has ended", () => isOver(running.pid));
    assert.ok(!isOver(daemon));
    process.kill(daemon, "SIGTERM");
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.tree_gone, report.proof], ["6", null, null]);
  });

  test("--leftovers wait: until the last has ended by itself, or a signal asks", async () => {
    const options = ["--leftovers", "wait"];
    const self = await left(binary, options, leaving(6, HANDLES, "-e", "0", TERM));
    process.kill(self.daemon, "SIGTERM");
    const { ended, report } = await self.running.told();
    assert.deepEqual([endOfRun(ended), sentOf(report), report.proof], ["6", [], "echild"]);

    const asked = await left(binary, options, leaving(6, HANDLES, "-e", "0", TERM));
    asked.running.kill("SIGTERM");
    const answer = await asked.running.told();
    assert.deepEqual([endOfRun(answer.ended), answer.report.outcome], ["6", "cancelled"]);
    assert.match(answer.ended.stdout, /caught 15/);
  });

  test("--leftovers wait: the time limit goes on: 124", async () => {
    const options = ["--leftovers", "wait", "--timeout", "500ms"];
    const { running } = await left(binary, options, leaving(6, HANDLES));
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.outcome], ["124", "timed_out"]);
    assert.equal(report.child?.exit_code, 6);
  });

  test("--leftovers fail: 125 where the command succeeded, and they are named", async () => {
    for (const [code, end] of [
      ["0", "125"],
      ["3", "3"],
    ] as const) {
      const command = leaving(Number(code), HANDLES, "-e", "0", TERM);
      const { running, daemon } = await left(binary, ["--leftovers", "fail"], command);
      const { ended, report } = await running.told();
      assert.ok(isOver(daemon));
      assert.deepEqual([endOfRun(ended), String(report.exit_code)], [end, end]);
      const name = report.leftovers[0]?.command;
      const line = `the command left processes behind: ${daemon} '${name}'`;
      assert.deepEqual(linesOf(binary, ended), [line]);
    }
    const clean = await go(binary, ["--leftovers", "fail", "true"]);
    assert.deepEqual([endOfRun(clean), clean.stderr], ["0", ""]);
  });
}

function sessions(binary: Binary): void {
  const show = ["sh", "-c", "cut -d' ' -f1,5,6 /proc/$$/stat"];
  const placeOf = async (options: readonly string[]) =>
    (await go(binary, [...options, ...show])).stdout.trim().split(" ");

  test("the command stays in our session; --new-session: it has its own", async () => {
    const [, , , , , ownSession] = readFileSync("/proc/self/stat", "utf8").split(" ");
    assert.deepEqual((await placeOf([])).slice(2), [ownSession]);
    const [pid, group, session] = await placeOf(["--new-session"]);
    assert.deepEqual([group, session], [pid, pid]);
  });

  test("--new-session: signals go to its group, too; else to the command alone", async () => {
    for (const [options, heard] of [
      [["--new-session"], 2],
      [[], 1],
    ] as const) {
      const words = ["run", ...options, HANDLES, "-g", number("USR1"), "64"];
      const running = curfew(binary, words);
      await running.says(/^grandchild ready/m);
      await running.says(/^ready/m);
      running.kill("SIGUSR1");
      running.kill(64);
      await running.says(/^caught 64/m);
      if (heard === 2) await running.says(/^grandchild caught 64/m);
      running.kill("SIGTERM");
      const { stdout } = await running.ended;
      assert.equal(stdout.match(/caught 10/g)?.length, heard, stdout);
    }
  });

  test("T28: TERM arrives once everywhere: at the others before SIGKILL, but not in timeout", async () => {
    const grace_ms = patiently(200);
    const rows: readonly (readonly [
      words: readonly string[],
      told: readonly string[],
      signals: readonly string[],
    ])[] = [
      [["run", "-k", `${grace_ms}ms`], FOUR, ["15"]],
      [
        ["timeout", "-k", `${grace_ms / 1000}`, "1000"],
        ["command", "child"],
        ["15", "18"],
      ],
    ];
    for (const [words, told, signals] of rows) {
      const running = curfew(binary, [...words, child("term-once")]);
      await running.says(/^ready/m);
      running.kill("SIGTERM");
      const ended = await running.ended;
      assert.equal(endOfRun(ended), "SIGKILL");
      for (const name of FOUR) {
        const heard = [...ended.stdout.matchAll(new RegExp(`^${name} caught (\\d+)$`, "gm"))];
        assert.deepEqual(
          heard.map(([, signal]) => signal),
          told.includes(name) ? signals : [],
          `${words[0]}: ${name}`,
        );
      }
    }
  });

  test("--die-with-parent: the tree ends when our caller does", async () => {
    const words = ["run", "--die-with-parent", HANDLES, "-e", "0", TERM];
    const before = [child("parent"), "process"];
    const running = curfew(binary, words, { before });
    await running.says(/^ready/m);
    running.kill("SIGKILL");
    assert.match((await running.ended).stdout, /caught 15/);
  });
}

describe("curfew run", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      codes(binary);
      leftovers(binary);
      sessions(binary);
    });
  }
});
