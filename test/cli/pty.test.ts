// `--pty` without a terminal outside: bytes, ends of input and output, deaths, places without one.
// Scenes at a terminal are in pty-terminal.test.ts.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { IS_ROOT } from "../adversaries/users.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { FOLDER, newPath, readEvents, readReport, reporting } from "./reports.ts";
import { curfew, endOfRun, isOver, laterOn, OPEN, run, stateOf, statusOf, until } from "./run.ts";

const PTY = ["run", "--pty"];

/** A shell around curfew, whose words stand for `"$@"` in the text. */
const shell = (text: string) => ["sh", "-c", text, "sh"];

/** A command that tells its guardian's PID and its own, then does something. */
const told = (then: string) => ["sh", "-c", `echo "$PPID $$."; ${then}`];
const PIDS = /^(\d+) (\d+)\.\r$/m;
const supervisorOf = (guardian: string | undefined) =>
  Number(statusOf(Number(guardian), "PPid")) || 0;

function inside(binary: Binary): void {
  test("three terminals, one stream, the exit code, the report", async () => {
    const script = "tty; [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo three; echo error >&2; exit 7";
    const { ended, report } = await reporting(binary, [...PTY, "sh", "-c", script]).told();
    assert.match(ended.stdout, /^\/dev\/pts\/\d+\r\nthree\r\nerror\r\n$/);
    assert.deepEqual([endOfRun(ended), ended.stderr], ["7", ""]);
    const output = { bytes: ended.stdout.length, omitted: 0 };
    assert.deepEqual(report.output, { stdout: output, stderr: null, pipe_held: false });
    assert.deepEqual([report.outcome, report.tree_gone], ["exited", true]);
  });

  test("the terminal is its controlling one, with the command in the foreground", async () => {
    const script = "ps -o tpgid= -p $$ | grep -qw $$ && echo foreground; echo here >/dev/tty";
    const { stdout } = await curfew(binary, [...PTY, "sh", "-c", script]).ended;
    assert.equal(stdout, "foreground\r\nhere\r\n");
  });

  for (const [option, size] of [
    ["--pty", "24 80"],
    ["--pty=132x43", "43 132"],
    ["--pty=65535x1", "1 65535"],
  ] as const) {
    test(`${option}: ${size}; TERM and all else is left as it is`, async () => {
      const words = ["run", option, "sh", "-c", "stty size; echo $TERM"];
      const env = { TERM: "odd" };
      const { stdout } = await curfew(binary, words, { env }).ended;
      assert.equal(stdout, `${size}\r\nodd\r\n`);
    });
  }

  test("init has it, too", async () => {
    const { stdout } = await curfew(binary, ["init", "--pty", "tty"]).ended;
    assert.match(stdout, /^\/dev\/pts\/\d+\r\n$/);
  });

  test("as PID 1 of a namespace", { skip: !IS_ROOT && "needs root" }, async () => {
    const before = ["unshare", "--pid", "--fork", "--mount-proc"];
    const words = ["init", "--pty", "sh", "-c", "tty; cat"];
    const ended = await curfew(binary, words, { before, input: "x\n" }).ended;
    assert.equal(endOfRun(ended), "0");
    assert.match(ended.stdout, /^(x\r\n)?\/dev\/pts\/\d+\r\n(x\r\n)+$/);
  });

  for (const containment of ["pidns", "subreaper", "group", "child"]) {
    const isSkipped = containment === "pidns" && !IS_ROOT && "needs root";
    test(`--containment ${containment}`, { skip: isSkipped }, async () => {
      const words = [...PTY, "--containment", containment, "sh", "-c", "tty; exit 3"];
      const ended = await curfew(binary, words).ended;
      assert.match(ended.stdout, /^\/dev\/pts\/\d+\r\n$/);
      assert.equal(endOfRun(ended), "3");
    });
  }

  test("without a controlling terminal, and with closed descriptors", async () => {
    const words = [binary.path, ...PTY, "--report", newPath("report"), "sh", "-c", "tty >&2"];
    const path = words[4] ?? "";
    const argv = ["setsid", "sh", "-c", '"$@" <&- >&- 2>&-', "sh", ...words];
    assert.equal(endOfRun(await run(argv, { env: binary.env })), "0");
    const report = readReport(readFileSync(path, "utf8"));
    assert.equal(report.output?.stdout?.omitted, 0);
    assert.ok((report.output?.stdout?.bytes ?? 0) > 8);
  });
}

function input(binary: Binary): void {
  const cat = [...PTY, "sh", "-c", 'stty -echo; echo on; cat | od -An -c; echo "end"'];
  for (const [name, text, shown] of [
    ["lines", "one\ntwo\n", "o n e \\n t w o \\n"],
    ["a partial line", "partial", "p a r t i a l"],
    ["nothing", "", ""],
    ["an end-of-file character of its own", "a\u0004", "a"],
  ] as const) {
    test(`the end of stdin is the end of the command's: ${name}`, async () => {
      const before = shell('{ read go; printf %s "$TEXT"; } | "$@"');
      const running = curfew(binary, cat, { before, input: OPEN, env: { TEXT: text } });
      await running.says(/^on\r$/m);
      running.write("go\n");
      const { stdout } = await running.ended;
      const words = stdout.replace("on\r\n", "").replace(/\s+/g, " ").trim();
      assert.equal(words, `${shown} end`.trim());
    });
  }

  for (const [name, before] of [
    ["a file", shell('f=$(mktemp); printf "of a file\\n" >"$f"; "$@" <"$f"; rm "$f"')],
    ["a pipe", shell('printf "of a file\\n" | "$@"')],
    ["/dev/null", shell('"$@" </dev/null')],
  ] as const) {
    test(`stdin is ${name}`, async () => {
      const words = [...PTY, "sh", "-c", "cat >/dev/null; echo read"];
      const { stdout } = await curfew(binary, words, { before }).ended;
      assert.match(stdout, name === "/dev/null" ? /^read\r\n$/ : /^of a file\r\nread\r\n$/);
    });
  }

  test("much input arrives, although the command reads slowly", async () => {
    const script = "stty raw -echo; echo on; head -c 1000000 | cksum";
    const running = curfew(binary, [...PTY, "sh", "-c", script], { input: OPEN });
    await running.says(/^on$/m);
    running.write("0123456789".repeat(100_000));
    const { stdout } = await running.ended;
    const { stdout: expected } = await run(shell('printf "%0.s0123456789" $(seq 100000) | cksum'));
    assert.equal(stdout, `on\n${expected}`);
  });

  test("Ctrl-C that a program types ends the command, and Ctrl-Z does not suspend it", async () => {
    const words = [...PTY, ...told('read x; echo "<$x>"; exec sleep 1000')];
    const running = curfew(binary, words, { input: OPEN });
    await running.says(PIDS);
    running.write("\u001aon\n");
    await running.says(/^<on>\r$/m);
    running.write("\u0003");
    assert.equal(endOfRun(await running.ended), "SIGINT");
  });
}

function output(binary: Binary): void {
  test("100 MB arrive", async () => {
    const script = 'head -c 100000000 /dev/zero | tr "\\0" x';
    const before = shell('"$@" | wc -c');
    const { stdout } = await curfew(binary, [...PTY, "sh", "-c", script], { before }).ended;
    assert.equal(stdout.trim(), "100000000");
  });

  test("a command that ends before it is read: nothing is lost", async () => {
    const words = [...PTY, "sh", "-c", "stty raw -echo; seq 1 400"];
    const before = shell('"$@" | { sleep 0.1; cat; }');
    const expected = Array.from({ length: 400 }, (_, at) => `${at + 1}\n`).join("");
    for (let time = 0; time < 10; time += 1) {
      const { stdout } = await curfew(binary, words, { before }).ended;
      assert.equal(stdout, expected);
    }
  });

  test("a reader that has enough: the command's terminal hangs up", async () => {
    const before = shell('{ "$@"; echo $? >&2; } | head -n 1');
    const ended = await curfew(binary, [...PTY, "yes"], { before }).ended;
    assert.equal(ended.stdout, "y\r\n");
    assert.match(ended.stderr, /^129$/m);
  });

  test("a reader that is gone is noticed at the next write, and not before", async () => {
    const before = shell('"$@" | head -n 1');
    const words = [...PTY, ...told("read x; echo on; read y")];
    const running = curfew(binary, words, { before, input: OPEN });
    const [, guardian, command] = await running.says(PIDS);
    await laterOn(binary);
    assert.ok(!isOver(Number(command)) && supervisorOf(guardian) > 0);
    running.write("\n");
    await running.ended;
    assert.ok(isOver(Number(command)));
  });

  test("a process that holds the terminal after the end: it is read for a while", async () => {
    const script = "sleep 1000 >/dev/null & echo $!; exit 4";
    const words = [...PTY, "--leftovers", "leave", "sh", "-c", `trap "" HUP; ${script}`];
    const { ended, report } = await reporting(binary, words).told();
    process.kill(Number.parseInt(ended.stdout, 10), "SIGKILL");
    assert.deepEqual([report.exit_code, report.output?.pipe_held], [4, true]);
  });

  test("the limits of the output hold", async () => {
    const idle = await reporting(binary, ["run", "--pty", "--idle-timeout", "50ms", "cat"], {
      input: OPEN,
    }).told();
    assert.deepEqual([idle.report.outcome, endOfRun(idle.ended)], ["idle_timed_out", "124"]);
    const most = ["run", "--pty", "--max-output", "1000", "yes"];
    const { ended, report } = await reporting(binary, most).told();
    assert.deepEqual([ended.stdout.length, report.outcome], [1000, "output_limit"]);
    const keep = ["run", "--pty", "--keep-output", "4,6", "seq", "1", "100"];
    const kept = await curfew(binary, keep).ended;
    assert.equal(kept.stdout, "1\r\n299\r\n100\r\n".slice(0, 4) + "\n100\r\n".slice(-6));
  });

  test("a control line resizes the terminal, and one without a terminal is refused", async () => {
    const script = 'trap "stty size; exit 3" WINCH; echo on; while :; do sleep 0.01; done';
    for (const option of ["--pty", "--pty=10x10", "--idle-timeout=1h"]) {
      const events = newPath("events");
      const words = ["run", option, "--control", "fd:3", "--events", events, "sh", "-c", script];
      const before = shell('exec 3<&0; exec "$@" </dev/null');
      const running = curfew(binary, words, { before, input: OPEN });
      await running.says(/^on\r?$/m);
      running.write('{"control":"resize","columns":120,"rows":50}\n');
      const hasPty = option.startsWith("--pty");
      if (hasPty) await running.says(/^50 120\r$/m);
      else running.write('{"control":"kill","signal":"KILL"}\n');
      assert.equal(endOfRun(await running.ended), hasPty ? "3" : "SIGKILL");
      const { events: lines } = readEvents(readFileSync(events, "utf8"));
      const [line] = lines.filter(({ event }) => event.startsWith("control-re"));
      assert.deepEqual(
        [line?.event, line?.columns, line?.rows],
        hasPty ? ["control-resize", 120, 50] : ["control-refused", undefined, undefined],
      );
    }
  });
}

function deaths(binary: Binary): void {
  test("curfew is killed: the tree ends", async () => {
    const words = ["run", "--pty", "--timeout", "1000", ...told("trap '' HUP; sleep 1000")];
    const running = curfew(binary, words, { input: OPEN });
    const [, guardian, command] = await running.says(PIDS);
    process.kill(supervisorOf(guardian), "SIGKILL");
    await until("the command is gone", () => isOver(Number(command)));
    await until("the guardian is gone", () => isOver(Number(guardian)));
    await running.ended;
  });

  test("the guardian is killed: 125, and the tree is gone", async () => {
    const words = ["run", "--pty", "--timeout", "1000", ...told("trap '' HUP; sleep 1000")];
    const { told: ends, says } = reporting(binary, words, { input: OPEN });
    const [, guardian, command] = await says(PIDS);
    process.kill(Number(guardian), "SIGKILL");
    const { report } = await ends();
    assert.deepEqual([report.outcome, report.tree_gone], ["guardian_lost", true]);
    assert.ok(isOver(Number(command)));
  });

  test("curfew is stopped and continued: nothing is lost", async () => {
    const words = [...PTY, ...told("stty -echo; echo on; read line; seq 1 10000")];
    const running = curfew(binary, words, { input: OPEN });
    const [, guardian] = await running.says(PIDS);
    await running.says(/^on\r$/m);
    const supervisor = supervisorOf(guardian);
    process.kill(supervisor, "SIGSTOP");
    await until("it is stopped", () => stateOf(supervisor) === "T");
    running.write("\n");
    await laterOn(binary);
    process.kill(supervisor, "SIGCONT");
    const lines = Array.from({ length: 10_000 }, (_, at) => `${at + 1}\r\n`).join("");
    assert.ok((await running.ended).stdout.endsWith(`on\r\n${lines}`));
  });

  test("leftovers are ended as ever", async () => {
    const starts = "setsid sleep 1000 >/dev/null & echo $!; sleep 1000 & echo $!";
    const script = `${starts}; sleep 0.1; exit 5`;
    const { ended, report } = await reporting(binary, [...PTY, "sh", "-c", script]).told();
    assert.deepEqual([report.exit_code, report.tree_gone], [5, true]);
    for (const pid of ended.stdout.trim().split("\r\n")) assert.ok(isOver(Number(pid)));
  });

  const place = "unshare -m sh -c 'mount -t tmpfs none /dev/pts && umount /dev/ptmx 2>/dev/null; ";
  test("no terminal can be made: one line, 125", { skip: !IS_ROOT && "needs root" }, async () => {
    const hide = "rm -f /dev/pts/ptmx; mount --bind /dev/null /dev/ptmx;";
    const before = ["sh", "-c", `exec ${place}${hide} exec "$@"' sh "$@"`, "sh"];
    const ended = await curfew(binary, [...PTY, "true"], { before }).ended;
    assert.equal(endOfRun(ended), "125");
    assert.match(ended.stderr, /^\S+ run: cannot run 'true': no terminal can be made for it .*\n$/);
    const { report } = await reporting(binary, [...PTY, "true"], { before }).told();
    assert.equal(report.outcome, "spawn_failed");
    assert.equal((report.error as { code?: string } | null)?.code, "no_pty");
  });

  test("a command that does not exist: as ever", async () => {
    const ended = await curfew(binary, [...PTY, join(FOLDER, "absent")]).ended;
    assert.equal(endOfRun(ended), "127");
  });
}

describe("a terminal of its own", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      inside(binary);
      input(binary);
      output(binary);
      deaths(binary);
    });
  }
});
