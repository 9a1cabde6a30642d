// --idle-timeout and --max-output, under every subcommand that runs one command.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { patiently } from "../patience.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { readEvents, reporting } from "./reports.ts";
import { curfew, endOfRun, laterOn, OPEN, stateOf, statusOf, until } from "./run.ts";

const shell = (text: string) => ["sh", "-c", text, "sh"];

/** A subcommand with options before the command. */
const SUBCOMMANDS: Readonly<Record<string, (...options: string[]) => readonly string[]>> = {
  run: (...options) => ["run", ...options],
  timeout: (...options) => ["timeout", ...options, "1000"],
  init: (...options) => ["init", ...options],
};

function idle(binary: Binary): void {
  for (const [name, words] of Object.entries(SUBCOMMANDS)) {
    test(`${name}: a command that writes nothing is ended: 124, and a line says why`, async () => {
      const all = [...words("--idle-timeout", "150ms"), "sh", "-c", "echo first; exec sleep 1000"];
      const { ended, report } = await reporting(binary, all).told();
      assert.deepEqual([endOfRun(ended), ended.stdout], ["124", "first\n"]);
      const line = name === "timeout" ? "the command wrote nothing for" : "idle limit of";
      assert.match(ended.stderr, new RegExp(`^\\S+ ${name}: ${line} 150ms`));
      assert.deepEqual([report.outcome, report.tree_gone], ["idle_timed_out", true]);
    });
  }

  test("each output begins the time anew, on either stream", async () => {
    const limit = patiently(1500);
    const pause = limit / 4000;
    const step = `sleep ${pause}; echo x; sleep ${pause}; echo y >&2;`;
    const words = [
      "run",
      "--idle-timeout",
      `${limit}ms`,
      "sh",
      "-c",
      `${step} ${step} ${step} exit 3`,
    ];
    const ended = await curfew(binary, words).ended;
    assert.deepEqual([endOfRun(ended), ended.stdout], ["3", "x\nx\nx\n"]);
  });

  test("what was written before the limit was looked at counts", async () => {
    // Stopped past the limit, with bytes in the pipe: these came in time.
    const script = "echo $PPID >&2; read line; echo x; read line; exit 3";
    const limit = patiently(1000);
    const words = ["run", "--idle-timeout", `${limit}ms`, "sh", "-c", script];
    const running = curfew(binary, words, { input: OPEN });
    const [, guardian] = await running.says(/^(\d+)$/m, "stderr");
    const supervisor = Number(statusOf(Number(guardian), "PPid"));
    process.kill(supervisor, "SIGSTOP");
    await until("it is stopped", () => stateOf(supervisor) === "T");
    running.write("\n");
    const past = performance.now() + limit;
    while (performance.now() < past) await laterOn(binary);
    process.kill(supervisor, "SIGCONT");
    await running.says(/x/);
    running.write("\n");
    assert.equal(endOfRun(await running.ended), "3");
  });

  test("-k: a command that ignores the signal is killed", async () => {
    const script = "trap '' TERM; echo up; while :; do sleep 1; done";
    const words = ["run", "--idle-timeout", "150ms", "-k", "100ms", "sh", "-c", script];
    const { ended, report } = await reporting(binary, words).told();
    assert.deepEqual(
      [endOfRun(ended), report.outcome, report.escalated],
      ["124", "idle_timed_out", true],
    );
  });

  test("an output without a reader is no output: the command is idle", async () => {
    const script = 'trap "" PIPE; echo x; exec 2>/dev/null; while :; do echo y; sleep 0.02; done';
    const words = ["run", "--idle-timeout", "200ms", "sh", "-c", script];
    const before = shell('"$@" | head -n 1');
    const { report } = await reporting(binary, words, { before }).told();
    assert.equal(report.outcome, "idle_timed_out");
  });

  test("the events say when, and the report is the last line", async () => {
    const words = ["run", "--idle-timeout", "100ms", "--events", "fd:5", "sleep", "1000"];
    const before = shell('exec "$@" 5>&1');
    const ended = await curfew(binary, words, { before }).ended;
    const { events, report } = readEvents(ended.stdout);
    const names = events.map(({ event }) => event);
    assert.deepEqual(
      [...names.slice(0, 4), names.at(-1)],
      ["spawned", "deadline", "sent", "exited", "drained"],
    );
    assert.equal(report.outcome, "idle_timed_out");
  });

  test("the line says where the tree was busy: its output may be buffered", async () => {
    const words = ["run", "--idle-timeout", "1s", "sh", "-c", "while :; do :; done"];
    const ended = await curfew(binary, words).ended;
    assert.match(
      ended.stderr,
      /idle limit of 1s reached, but the command was busy: what it prints may be buffered; sent /,
    );
    const below = ["run", "--idle-timeout", "1s", "sh", "-c", "sh -c 'while :; do :; done'; true"];
    assert.match((await curfew(binary, below).ended).stderr, /but the command was busy/);
  });

  test("0 is no limit", async () => {
    const words = ["run", "--idle-timeout", "0", "--max-output", "0", "echo", "x"];
    const { ended, report } = await reporting(binary, words).told();
    assert.deepEqual([ended.stdout, report.output], ["x\n", null]);
  });
}

function size(binary: Binary): void {
  for (const [name, words] of Object.entries(SUBCOMMANDS)) {
    test(`${name}: exactly as many bytes are passed on: 125, and a line says why`, async () => {
      const all = [...words("--max-output", "100001"), "yes"];
      const { ended, report } = await reporting(binary, all).told();
      assert.deepEqual([endOfRun(ended), ended.stdout.length], ["125", 100_001]);
      const what =
        name === "timeout"
          ? "the command wrote more than 100001 bytes: the rest is discarded"
          : "output limit of 100001 bytes reached, the rest is discarded";
      assert.match(ended.stderr, new RegExp(`^\\S+ ${name}: ${what}`));
      assert.equal(report.outcome, "output_limit");
      const { bytes = 0, omitted = 0 } = report.output?.stdout ?? {};
      assert.equal(bytes - omitted, 100_001);
    });
  }

  test("through a pipe as well", async () => {
    const words = ["run", "--max-output", "300001", "yes"];
    const before = shell('{ "$@"; echo $? >&2; } | wc -c');
    const ended = await curfew(binary, words, { before }).ended;
    assert.equal(ended.stdout.trim(), "300001");
    assert.match(ended.stderr, /output limit of 300001 bytes reached[\s\S]*\n125\n$/);
  });

  test("both streams count together", async () => {
    const script = "while :; do echo o; echo e >&2; done";
    const words = ["run", "-q", "--max-output", "5K", "sh", "-c", script];
    const { ended, report } = await reporting(binary, words).told();
    assert.equal(ended.stdout.length + ended.stderr.length, 5 * 1024);
    assert.equal(report.outcome, "output_limit");
  });

  test("as much as is allowed is allowed", async () => {
    const words = ["run", "--max-output", "10", "sh", "-c", "printf 1234567890; exit 4"];
    const { ended, report } = await reporting(binary, words).told();
    assert.deepEqual([endOfRun(ended), ended.stdout, ended.stderr], ["4", "1234567890", ""]);
    assert.equal(report.outcome, "exited");
  });

  test("one byte more is too much, also of a command that has ended meanwhile", async () => {
    const words = ["run", "--max-output", "10", "printf", "12345678901"];
    const { ended, report } = await reporting(binary, words).told();
    assert.deepEqual([endOfRun(ended), ended.stdout], ["125", "1234567890"]);
    assert.deepEqual(report.output?.stdout, { bytes: 11, omitted: 1 });
    assert.equal(report.outcome, "output_limit");
  });

  test("a command that handles the signal can go on writing until it ends", async () => {
    const script = 'trap "exit 6" TERM; while :; do echo x; done';
    const words = ["run", "--max-output", "1K", "sh", "-c", script];
    const { ended, report } = await reporting(binary, words).told();
    assert.deepEqual([endOfRun(ended), ended.stdout.length], ["125", 1024]);
    assert.equal(report.child?.exit_code, 6);
  });
}

const UNSERVING = "expected a run without --listen, --ready, --watch and --reload-signal";

function refused(binary: Binary): void {
  for (const [words, said] of [
    [["run", "--idle-timeout", "x", "true"], "--idle-timeout DURATION: invalid time interval 'x'"],
    [["run", "--max-output", "-1", "true"], "--max-output SIZE: invalid size '-1'"],
    [["run", "--max-output", "1e3", "true"], "--max-output SIZE: invalid size '1e3'"],
    [["timeout", "--idle-timeout", "1", "true"], "COMMAND: missing operand"],
    [
      ["init", "--idle-timeout", "1", "--watch", "/tmp", "true"],
      `--idle-timeout: cannot be combined: ${UNSERVING}`,
    ],
    [
      ["init", "--max-output", "1", "--reload-signal", "HUP", "true"],
      `--max-output: cannot be combined: ${UNSERVING}`,
    ],
  ] as const) {
    test(`${words.join(" ")}: 125 and one sentence`, async () => {
      const ended = await curfew(binary, words).ended;
      assert.deepEqual([endOfRun(ended), ended.stdout], ["125", ""]);
      assert.ok(ended.stderr.includes(said), ended.stderr);
      assert.equal(ended.stderr.split("\n").length, 3);
    });
  }
}

describe("relay: limits", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      idle(binary);
      size(binary);
      refused(binary);
    });
  }
});
