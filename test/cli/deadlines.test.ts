// Ends by the time of day: --until, and a deadline that one curfew hands down to the next.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { patiently } from "../patience.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { child, number } from "./children.ts";
import { newPath, readReport, reporting } from "./reports.ts";
import { curfew, endOfRun, guardianOf, isOver, type Spawn, until } from "./run.ts";

const HANDLES = child("handles");
const TERM = number("TERM");
const FAR = "2200-01-01T00:00:00Z";

type Report = ReturnType<typeof readReport> & { readonly until?: string };

/** A time so many seconds from now, as seconds since 1970. */
const soon = (seconds: number) => (Date.now() / 1000 + seconds).toFixed(6);
const iso = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const reportAt = (path: string): Report => readReport(readFileSync(path, "utf8"));
const run = (binary: Binary, words: readonly string[], options: Spawn = {}) =>
  curfew(binary, ["run", ...words], options).ended;

/** Prints the two variables. */
const PRINT = ["sh", "-c", 'echo "$CURFEW_DEADLINE|$CURFEW_DEADLINE_FROM"'];

function startOf(pid: number | "self" = "self"): string {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

/** A deadline of this process's, so many seconds from now. */
const ours = (seconds: number) => ({
  CURFEW_DEADLINE: soon(seconds),
  CURFEW_DEADLINE_FROM: `${process.pid}:${startOf()}`,
});

function untils(binary: Binary): void {
  for (const [subcommand, form] of [
    ["run", iso],
    ["init", (seconds: number) => `@${soon(seconds)}`],
  ] as const) {
    test(`${subcommand} --until: 124 at that time, and the report has the time`, async () => {
      const time = form(patiently(1_000) / 1000);
      const words = [subcommand, "--until", time, "sleep", "1000"];
      const { ended, report } = await reporting(binary, words).told();
      assert.equal(endOfRun(ended), "124");
      assert.deepEqual([report.outcome, report.tree_gone], ["timed_out", true]);
      const { until: limit = "" } = report as Report;
      const asked = time.startsWith("@") ? Number(time.slice(1)) * 1000 : Date.parse(time);
      assert.ok(Math.abs(Date.parse(limit) - asked) <= 1, `${limit} ${time}`);
    });
  }

  test("the earlier of --until and --timeout counts", async () => {
    const words = ["run", "--until", FAR, "--timeout", "0.3", "sleep", "1000"];
    assert.equal((await reporting(binary, words).told()).report.outcome, "timed_out");
    const late = [
      "run",
      "--until",
      iso(patiently(1_000) / 1000),
      "--timeout",
      "1h",
      "sleep",
      "1000",
    ];
    assert.equal((await reporting(binary, late).told()).report.outcome, "timed_out");
  });

  for (const words of [["run"], ["init"], ["init", "--watch", "."]]) {
    test(`${words.join(" ")}: a time that has passed: nothing is started, 124`, async () => {
      const past = [...words, "--until", "2020-02-29T12:00:00+02:00", "echo", "started"];
      const { ended, report } = await reporting(binary, past).told();
      assert.deepEqual([endOfRun(ended), ended.stdout], ["124", ""]);
      assert.match(
        ended.stderr,
        /^[^\n]*: nothing was started: the time limit passed at 2020-02-29T10:00:00.000Z\n$/,
      );
      assert.deepEqual([report.outcome, report.child, report.error], ["timed_out", null, null]);
    });
  }

  test("generations end together, although files are watched", async () => {
    const words = [
      "init",
      "--until",
      iso(patiently(1_000) / 1000),
      "--watch",
      ".",
      "sleep",
      "1000",
    ];
    assert.equal(endOfRun(await curfew(binary, words).ended), "124");
  });

  test("no time: 125, and an example", async () => {
    for (const time of ["17:30", "tomorrow", "2027-02-29T00:00:00Z", "1800000000"]) {
      const { code, stdout, stderr } = await run(binary, ["--until", time, "echo", "started"]);
      assert.deepEqual([code, stdout], [125, ""]);
      assert.match(
        stderr,
        /: --until TIME: invalid time '.*': expected a time such as 2027-01-31T/,
      );
    }
  });

  test("a stopped curfew: the guardian keeps to the time of day", async () => {
    const words = ["run", "--until", iso(patiently(2_000) / 1000), "-k", "500ms", HANDLES, TERM];
    const running = reporting(binary, words);
    const [, pid] = await running.says(/^ready (\d+)/m);
    await guardianOf(running.pid);
    running.kill("SIGSTOP");
    await until("the command is gone", () => isOver(Number(pid)));
    const { ended, report } = await running.told();
    assert.equal(endOfRun(ended), "124");
    assert.deepEqual([report.outcome, report.tree_gone], ["timed_out", true]);
  });
}

function deadlines(binary: Binary): void {
  test("without the option nothing is set; with it, where a limit holds", async () => {
    for (const words of [
      ["--timeout", "60"],
      ["--until", FAR],
      ["--propagate-deadline"],
      ["--propagate-deadline", "--timeout", "0"],
    ]) {
      assert.equal((await run(binary, [...words, ...PRINT])).stdout, "|\n", words.join(" "));
    }
    const words = ["--propagate-deadline", "--timeout", "60", "sh", "-c"];
    const script = 'echo "$CURFEW_DEADLINE|$CURFEW_DEADLINE_FROM|$0"; cat /proc/$0/stat';
    const wrapped = ["sh", "-c", 'exec "$@" $$', "sh", binary.path, "run", ...words, script];
    const { stdout } = await curfew({ ...binary, path: "env" }, wrapped, {}).ended;
    const [, at, pid, startTime, own, stat] =
      /^(\d+(?:\.\d+)?)\|(\d+):(\d+)\|(\d+)\n(.*)\n$/.exec(stdout) ?? [];
    assert.equal(pid, own);
    assert.equal(stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19], startTime);
    const left = Number(at) - Date.now() / 1000;
    assert.ok(left > 0 && left <= 60, `${left}`);
  });

  test("a value that is not for us passes through", async () => {
    const env = { CURFEW_DEADLINE: "5", CURFEW_DEADLINE_FROM: "4194304:1" };
    for (const words of [
      ["run"],
      ["run", "--propagate-deadline"],
      ["run", "--ignore-deadline"],
      ["init"],
      ["timeout", "--", "60"],
    ]) {
      const { stdout, code } = await curfew(binary, [...words, ...PRINT], { env }).ended;
      assert.deepEqual([stdout, code], ["5|4194304:1\n", 0], words.join(" "));
    }
    for (const argv0 of ["tini", "dumb-init", "timeout"]) {
      const words = argv0 === "timeout" ? ["60", ...PRINT] : ["--", ...PRINT];
      const { stdout } = await curfew(binary, words, { argv0, env }).ended;
      assert.equal(stdout, "5|4194304:1\n", argv0);
    }
  });

  test("an inherited deadline ends the run before its time, so that the caller sees it", async () => {
    for (const subcommand of ["run", "init"]) {
      const env = ours(patiently(2_000) / 1000);
      const running = reporting(binary, [subcommand, "sleep", "1000"], { env });
      const { ended, report } = await running.told();
      assert.equal(endOfRun(ended), "124");
      assert.equal(report.outcome, "timed_out");
      const { until: limit = "" } = report as Report;
      const left = Number(env.CURFEW_DEADLINE) * 1000 - Date.parse(limit);
      assert.ok(left > 100, `${left}`);
    }
  });

  test("one that has passed: nothing is started, 124; --ignore-deadline", async () => {
    for (const subcommand of ["run", "init"]) {
      const words = [subcommand, "echo", "started"];
      const { code, stdout } = await curfew(binary, words, { env: ours(-1) }).ended;
      assert.deepEqual([code, stdout], [124, ""]);
    }
    const ignoring = ["--ignore-deadline", "echo", "started"];
    assert.equal((await run(binary, ignoring, { env: ours(-1) })).stdout, "started\n");
  });

  test("of a process that is gone, or not above us, or another one by now: it means nothing", async () => {
    const { CURFEW_DEADLINE } = ours(-1);
    for (const from of [
      `${process.pid}:1`,
      "4194304:1",
      `${(await living(binary)).pid}:${startOf((await living(binary)).pid)}`,
    ]) {
      const env = { CURFEW_DEADLINE, CURFEW_DEADLINE_FROM: from };
      assert.equal((await run(binary, ["echo", "started"], { env })).stdout, "started\n", from);
    }
    (await living(binary)).kill("SIGTERM");
    bystanders.delete(binary.name);
  });

  test("what is malformed is refused by its name, 125; what is empty is not there", async () => {
    const rows = [
      [{ CURFEW_DEADLINE: "soon" }, /: CURFEW_DEADLINE: invalid time 'soon': /],
      [
        { CURFEW_DEADLINE: "5", CURFEW_DEADLINE_FROM: "me" },
        /: CURFEW_DEADLINE_FROM: invalid PID 'me': expected PID:START_TIME, /,
      ],
    ] as const;
    for (const [env, message] of rows) {
      const { code, stdout, stderr } = await run(binary, ["echo", "started"], { env });
      assert.deepEqual([code, stdout], [125, ""]);
      assert.match(stderr, message);
    }
    const env = { CURFEW_DEADLINE: "", CURFEW_DEADLINE_FROM: "me" };
    assert.equal((await run(binary, ["echo", "started"], { env })).stdout, "started\n");
  });

  test("three runs, one in the other: each ends in time for the one above it", async () => {
    const [middle, inner] = [newPath("middle"), newPath("inner")];
    const hands = [binary.path, "run", "--propagate-deadline", "--report"];
    const words = ["run", "--propagate-deadline", "--until", iso(patiently(4_000) / 1000)];
    const nested = [...words, ...hands, middle, ...hands, inner, HANDLES, "-e", "0", TERM];
    const { ended, report } = await reporting(binary, nested).told();
    assert.equal(endOfRun(ended), "124");
    assert.match(ended.stdout, /^caught 15$/m);
    assert.equal(ended.stdout.match(/caught/g)?.length, 1);
    const all = [report as Report, reportAt(middle), reportAt(inner)];
    const outcomes = all.map(({ outcome, exit_code }) => [outcome, exit_code]);
    assert.deepEqual(outcomes, [
      ["exited", 124],
      ["exited", 124],
      ["timed_out", 124],
    ]);
    const [first = 0, second = 0, third = 0] = all.map(({ until: at = "" }) => Date.parse(at));
    assert.ok(first - second >= 500 && second - third >= 300, `${first} ${second} ${third}`);
  });

  test("below pidns the first process there stands for the limit", async () => {
    const inner = newPath("inner");
    const nested = `cat /proc/1/stat; "$0" run --report ${inner} sleep 1000; echo $?`;
    const script = `echo "$CURFEW_DEADLINE_FROM"; ${nested}`;
    const words = ["--containment", "pidns", "--propagate-deadline", "--timeout", "3"];
    const { stdout, stderr } = await run(binary, [...words, "sh", "-c", script, binary.path]);
    if (/cannot run/.test(stderr)) return;
    const [, pid, startTime, stat, code] = /^(\d+):(\d+)\n(.*)\n(\d+)\n$/.exec(stdout) ?? [];
    assert.deepEqual([pid, code], ["1", "124"]);
    assert.equal(stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19], startTime);
    assert.equal(reportAt(inner).outcome, "timed_out");
  });

  test("a run that outlives the one above it is not ended by its deadline", async () => {
    const inner = newPath("inner");
    const run = `"$0" run --report ${inner} sh -c 'sleep 1.5; echo lived'`;
    const script = `setsid sh -c 'exec ${run.replaceAll("'", `'"'"'`)}' "$0" & sleep 0.3`;
    const words = ["run", "--propagate-deadline", "--timeout", "1.2", "--leftovers", "leave"];
    const running = curfew(binary, [...words, "sh", "-c", script, binary.path]);
    const { stdout } = await running.ended;
    assert.equal(stdout, "lived\n");
    assert.equal(reportAt(inner).outcome, "exited");
  });
}

const bystanders = new Map<string, ReturnType<typeof curfew>>();

/** A process that lives, and is above nothing. */
async function living(binary: Binary) {
  const known = bystanders.get(binary.name);
  if (known !== undefined) return known;
  const running = curfew(binary, ["run", HANDLES]);
  await running.says(/^ready/m);
  bystanders.set(binary.name, running);
  return running;
}

describe("deadlines", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      untils(binary);
      deadlines(binary);
    });
  }
});
