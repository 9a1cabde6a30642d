// What a command writes through pipes of curfew's arrives as without them: the bytes, their order,
// what a closed or a slow reader does to the command. The limits are in relay-limits.test.ts.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { IS_ROOT } from "../adversaries/users.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { readReport, reporting } from "./reports.ts";
import { curfew, endOfRun, isOver, laterOn, OPEN, run, stateOf, statusOf, until } from "./run.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-relay-"));
after(() => rmSync(FOLDER, { recursive: true, force: true }));
let files = 0;
const newFile = (name: string) => join(FOLDER, `${name}-${files++}`);

/** With it there is a relay, and nothing is ended. */
const RELAY = ["--idle-timeout", "1h"];

/** A shell around curfew, whose words stand for `"$@"` in the text. */
const shell = (text: string) => ["sh", "-c", text, "sh"];

/** A reader that reads nothing before a line comes by this fifo; then it counts the bytes. */
function slowly(): { readonly fifo: string; readonly before: string[]; readonly go: () => void } {
  const fifo = newFile("fifo");
  assert.equal(spawnSync("mkfifo", [fifo]).status, 0);
  const before = shell(`exec 4<>${fifo}; "$@" | { read line <&4; wc -c; }`);
  return { fifo, before, go: () => writeFileSync(fifo, "go\n") };
}

const LINES = ["seq", "1", "100000"];
const SEQUENCE = Array.from({ length: 100_000 }, (_, at) => `${at + 1}\n`).join("");

function bytes(binary: Binary): void {
  for (const [name, before] of [
    ["a socket", []],
    ["a pipe", shell('"$@" | cat')],
    ["a file", shell('f=$(mktemp); "$@" >"$f"; cat "$f"; rm "$f"')],
    ["a file that is appended to", shell('f=$(mktemp); "$@" >>"$f"; cat "$f"; rm "$f"')],
    ["stderr, a pipe", shell('"$@" 2>&1 >/dev/null | cat')],
  ] as const) {
    test(`every byte arrives: ${name}`, async () => {
      const isError = name.startsWith("stderr");
      const words = isError ? ["sh", "-c", `${LINES.join(" ")} >&2`] : LINES;
      const ended = await curfew(binary, ["run", ...RELAY, ...words], { before }).ended;
      assert.equal(ended.stdout.length, SEQUENCE.length);
      assert.equal(ended.stdout, SEQUENCE);
    });
  }

  test("stdin, the exit code and the report are as ever", async () => {
    const words = ["run", ...RELAY, "sh", "-c", "cat; echo error >&2; exit 7"];
    const { ended, report } = await reporting(binary, words, { input: "given" }).told();
    assert.deepEqual([endOfRun(ended), ended.stdout, ended.stderr], ["7", "given", "error\n"]);
    assert.deepEqual(report.output, {
      stdout: { bytes: 5, omitted: 0 },
      stderr: { bytes: 6, omitted: 0 },
      pipe_held: false,
    });
  });

  test("both streams to one pipe come in their true order", async () => {
    const script = "n=0; while [ $n -lt 300 ]; do n=$((n+1)); echo o$n; echo e$n >&2; done";
    const words = ["run", ...RELAY, "sh", "-c", script];
    const { ended, report } = await reporting(binary, words, {
      before: shell('"$@" 2>&1 | cat'),
    }).told();
    const order = Array.from({ length: 300 }, (_, at) => `o${at + 1}\ne${at + 1}\n`);
    assert.equal(ended.stdout, order.join(""));
    assert.equal(report.output?.stderr, null);
    assert.equal(report.output?.stdout?.bytes, order.join("").length);
  });

  test("two streams to two files are not mixed", async () => {
    const script = "n=0; while [ $n -lt 300 ]; do n=$((n+1)); echo o$n; echo e$n >&2; done";
    const ended = await curfew(binary, ["run", ...RELAY, "sh", "-c", script]).ended;
    assert.equal(ended.stdout, Array.from({ length: 300 }, (_, at) => `o${at + 1}\n`).join(""));
    assert.equal(ended.stderr, Array.from({ length: 300 }, (_, at) => `e${at + 1}\n`).join(""));
  });

  test("a stream that was closed stays closed, and one that is open is relayed", async () => {
    const script = "[ ! -e /proc/self/fd/1 ] && echo closed >&2; exit 5";
    const words = ["run", ...RELAY, "sh", "-c", script];
    const { ended, report } = await reporting(binary, words, { before: shell('"$@" >&-') }).told();
    assert.deepEqual([endOfRun(ended), ended.stderr], ["5", "closed\n"]);
    assert.deepEqual(report.output?.stdout, null);
    assert.equal(report.output?.stderr?.bytes, 7);
    const all = shell('"$@" <&- >&- 2>&-');
    const none = await curfew(binary, ["run", ...RELAY, "sh", "-c", "exit 6"], { before: all })
      .ended;
    assert.equal(endOfRun(none), "6");
  });

  test("without a limit there is no pipe: the command has what curfew was given", async () => {
    const script = "readlink /proc/$$/fd/1 /proc/$$/fd/2";
    const before = shell(`${script}; "$@"`);
    const { stdout } = await curfew(binary, ["run", "sh", "-c", script], { before }).ended;
    const [out, error, ...theirs] = stdout.trim().split("\n");
    assert.deepEqual(theirs, [out, error]);
  });

  test("no flag of a descriptor that others share is changed", async () => {
    const flags = "grep flags /proc/self/fdinfo/1";
    const before = shell(`${flags}; "$@"; ${flags}`);
    const ended = await curfew(binary, ["run", ...RELAY, "sh", "-c", flags], { before }).ended;
    const [one, , other] = ended.stdout.split("\n");
    assert.equal(one, other);
  });

  test("much output needs no memory", async () => {
    const script = "head -c 300000000 /dev/zero; echo done >&2; read line";
    const before = shell('"$@" | wc -c');
    const words = ["run", ...RELAY, "sh", "-c", `echo $PPID >&2; ${script}`];
    const running = curfew(binary, ["init", ...words.slice(1)], { before, input: OPEN });
    await running.says(/done/, "stderr");
    const [, guardian = ""] = await running.says(/^(\d+)$/m, "stderr");
    const supervisor = Number(statusOf(Number(guardian), "PPid"));
    assert.equal(statusOf(supervisor, "Name"), binary.name === "cold" ? "curfew-host" : "curfew");
    const peak = Number(statusOf(supervisor, "VmHWM").split(" ")[0]);
    assert.ok(peak > 0 && peak < (binary.name === "cold" ? 40_000 : 12_000), `${peak} kB`);
    running.write("\n");
    assert.equal((await running.ended).stdout.trim(), "300000000");
  });
}

function readers(binary: Binary): void {
  test("a reader that has enough: the command dies of SIGPIPE", async () => {
    const words = ["run", ...RELAY, "yes"];
    const { ended, report } = await reporting(binary, words, {
      before: shell('{ "$@"; echo $? >&2; } | head -n 1'),
    }).told();
    assert.deepEqual([ended.stdout, ended.stderr], ["y\n", "141\n"]);
    assert.deepEqual([report.outcome, report.child?.signal], ["signaled", "SIGPIPE"]);
  });

  test("a reader that is gone is noticed at the command's next write, and not before", async () => {
    const script =
      'trap "" PIPE; echo one; echo $PPID >&2; read line; echo two || echo refused >&2';
    const before = shell('"$@" | head -n 1');
    const words = ["run", ...RELAY, "sh", "-c", `${script}; exit 3`];
    const running = curfew(binary, words, { before, input: OPEN });
    await running.says(/one/);
    const [, guardian = ""] = await running.says(/^(\d+)$/m, "stderr");
    const supervisor = Number(statusOf(Number(guardian), "PPid"));
    // It has closed the pipe of stdout: stderr's is left.
    const pipes = () => spawnSync("ls", ["-l", `/proc/${supervisor}/fd`]).stdout.toString();
    await until("the pipe is closed", () => (pipes().match(/lr-x.*pipe:/g) ?? []).length === 1);
    await until("curfew sleeps", () => stateOf(supervisor) === "S");
    running.write("\n");
    assert.match((await running.ended).stderr, /refused/);
  });

  test("a reader takes as long as it likes, and gets everything", async () => {
    const { before, go } = slowly();
    const words = ["run", ...RELAY, "head", "-c", "1000000", "/dev/zero"];
    const running = curfew(binary, words, { before });
    await laterOn(binary);
    go();
    assert.equal((await running.ended).stdout.trim(), "1000000");
  });

  test("a reader that is slow does not make the command idle", async () => {
    const { before, go } = slowly();
    const words = ["run", "--idle-timeout", "100ms", "head", "-c", "1000000", "/dev/zero"];
    const { told } = reporting(binary, words, { before });
    await laterOn(binary);
    go();
    const { ended, report } = await told();
    assert.deepEqual([ended.stdout.trim(), report.outcome], ["1000000", "exited"]);
  });

  for (const [end, words] of [
    ["the time limit", ["--timeout", "200ms"]],
    ["a stop signal", []],
  ] as const) {
    test(`${end} ends the delivery to a reader that reads nothing`, async () => {
      const { before, go } = slowly();
      const script = "echo $PPID >&2; exec head -c 200000 /dev/zero";
      const all = ["run", ...RELAY, ...words, "sh", "-c", script];
      const { told, says } = reporting(binary, all, { before });
      const [, guardian = ""] = await says(/^(\d+)$/m, "stderr");
      const supervisor = Number(statusOf(Number(guardian), "PPid")) || 0;
      if (words.length === 0) {
        await until("the command has ended", () => isOver(Number(guardian)));
        process.kill(supervisor, "SIGTERM");
      }
      await until("curfew is gone", () => supervisor === 0 || isOver(supervisor));
      go();
      const { ended, report } = await told();
      const { bytes = 0, omitted = 0 } = report.output?.stdout ?? {};
      assert.equal(bytes, 200_000);
      assert.equal(Number(ended.stdout), bytes - omitted);
      assert.ok(omitted > 0);
      assert.equal(report.outcome, words.length === 0 ? "cancelled" : "timed_out");
    });
  }

  test("a device that is full: one line, and no success", async () => {
    const before = shell('exec "$@" >/dev/full');
    const words = ["run", ...RELAY, "echo", "lost"];
    const { ended, report } = await reporting(binary, words, { before }).told();
    assert.equal(endOfRun(ended), "125");
    assert.match(ended.stderr, /: cannot write to standard output: no space left on device\n$/);
    assert.equal(ended.stderr.split("\n").length, 2);
    assert.deepEqual(report.output?.stdout, { bytes: 5, omitted: 5 });
  });

  test("what was in a held pipe is delivered to a slow reader, without a wake-up", async () => {
    const { before, go } = slowly();
    const script = "echo $PPID >&2; sleep 1000 & echo $! >&2; exec head -c 200000 /dev/zero";
    const words = ["run", ...RELAY, "--leftovers", "leave", "sh", "-c", script];
    const { told, says } = reporting(binary, words, { before });
    const [, guardian, holder] = await says(/^(\d+)\n(\d+)$/m, "stderr");
    const supervisor = Number(statusOf(Number(guardian), "PPid"));
    await until("the command has ended", () => isOver(Number(guardian)));
    // Longer than the pipe is read.
    await laterOn(binary);
    await laterOn(binary);
    const switches = () => statusOf(supervisor, "voluntary_ctxt_switches");
    await until("curfew sleeps", () => stateOf(supervisor) === "S");
    const asleep = switches();
    await laterOn(binary);
    assert.equal(switches(), asleep);
    go();
    const { ended, report } = await told();
    process.kill(Number(holder), "SIGKILL");
    assert.equal(ended.stdout.trim(), "200000");
    assert.equal(report.output?.pipe_held, true);
  });

  test("a pipe that a process still holds is read for a while, then curfew leaves", async () => {
    const script = "sleep 1000 & echo $!; sleep 0.05; exit 4";
    const words = ["run", ...RELAY, "--leftovers", "leave", "sh", "-c", script];
    const { ended, report } = await reporting(binary, words, {
      before: shell('"$@" | cat'),
    }).told();
    process.kill(Number(ended.stdout), "SIGKILL");
    assert.equal(report.exit_code, 4);
    assert.equal(report.output?.pipe_held, true);
  });
}

function deaths(binary: Binary): void {
  const WRITES = ["sh", "-c", "echo $PPID $$ >&2; while echo x; do :; done"];

  test("curfew is killed while it relays: the tree ends", async () => {
    const before = shell('"$@" | cat >/dev/null');
    const words = ["run", ...RELAY, "--timeout", "1000", ...WRITES];
    const running = curfew(binary, words, { before });
    const [, guardian, command] = await running.says(/^(\d+) (\d+)$/m, "stderr");
    process.kill(Number(statusOf(Number(guardian), "PPid")), "SIGKILL");
    await until("the command is gone", () => isOver(Number(command)));
    await until("the guardian is gone", () => isOver(Number(guardian)));
    await running.ended;
  });

  test("the guardian is killed while curfew relays: 125, and the tree is gone", async () => {
    const before = shell('"$@" | cat >/dev/null');
    const words = ["run", ...RELAY, "--timeout", "1000", ...WRITES];
    const { told, says } = reporting(binary, words, { before });
    const [, guardian, command] = await says(/^(\d+) (\d+)$/m, "stderr");
    process.kill(Number(guardian), "SIGKILL");
    const { report } = await told();
    assert.deepEqual([report.outcome, report.tree_gone], ["guardian_lost", true]);
    assert.ok(isOver(Number(command)));
  });

  test("curfew is stopped and continued: nothing is lost", async () => {
    const script = "echo $PPID >&2; read line; seq 1 100000";
    const words = ["run", ...RELAY, "sh", "-c", script];
    const running = curfew(binary, words, { input: OPEN });
    const [, guardian] = await running.says(/^(\d+)$/m, "stderr");
    const supervisor = Number(statusOf(Number(guardian), "PPid"));
    process.kill(supervisor, "SIGSTOP");
    await until("it is stopped", () => stateOf(supervisor) === "T");
    running.write("\n");
    await laterOn(binary);
    process.kill(supervisor, "SIGCONT");
    assert.equal((await running.ended).stdout, SEQUENCE);
  });

  for (const containment of ["pidns", "subreaper", "group", "child"]) {
    const isSkipped = containment === "pidns" && !IS_ROOT && "needs root";
    test(`--containment ${containment}`, { skip: isSkipped }, async () => {
      const words = ["run", "--containment", containment, ...RELAY, ...LINES];
      const { ended, report } = await reporting(binary, words).told();
      assert.equal(ended.stdout, SEQUENCE);
      assert.equal(report.output?.stdout?.bytes, SEQUENCE.length);
    });
  }

  test("as PID 1 of a namespace", { skip: !IS_ROOT && "needs root" }, async () => {
    const before = ["unshare", "--pid", "--fork", "--mount-proc"];
    const ended = await curfew(binary, ["init", ...RELAY, ...LINES], { before }).ended;
    assert.deepEqual([endOfRun(ended), ended.stdout], ["0", SEQUENCE]);
  });

  test("a command that cannot be started: as ever", async () => {
    const words = ["run", ...RELAY, join(FOLDER, "absent")];
    const { ended, report } = await reporting(binary, words).told();
    assert.deepEqual(
      [endOfRun(ended), report.outcome, report.output],
      ["127", "spawn_failed", null],
    );
  });

  test("outputs that keep nothing are counted", async () => {
    const report = newFile("report");
    const words = [binary.path, "run", ...RELAY, "--report", report, "echo", "x"];
    const ended = await run(["sh", "-c", '"$@" >/dev/null 2>&1', "sh", ...words], {
      env: binary.env,
    });
    assert.equal(endOfRun(ended), "0");
    assert.equal(readReport(readFileSync(report, "utf8")).output?.stdout?.bytes, 2);
  });
}

describe("relay", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      bytes(binary);
      readers(binary);
      deaths(binary);
    });
  }
});
