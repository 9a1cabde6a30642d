// --die-with-parent: with a number, which is compared; and without descriptors for processes.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BINARIES, type Binary } from "./binary.ts";
import { child, number, surroundings } from "./children.ts";
import { reporting } from "./reports.ts";
import { curfew, endOfRun, OPEN, start } from "./run.ts";

const HANDLES = child("handles");
const TERM = number("TERM");
const USR1 = number("USR1");

function compared(binary: Binary): void {
  test("PID: another parent means that ours has ended: nothing is started", async () => {
    for (const subcommand of ["run", "init"]) {
      const words = [subcommand, "--die-with-parent=4194304", "echo", "started"];
      const { ended, report } = await reporting(binary, words).told();
      assert.deepEqual([endOfRun(ended), ended.stdout], ["125", ""]);
      assert.deepEqual([report.outcome, report.child], ["parent_died", null]);
      assert.match(
        ended.stderr,
        /^[^\n]*: cannot run 'echo': --die-with-parent=4194304: no such process\n$/,
      );
    }
  });

  test("PID: the parent that we have is watched", async () => {
    const right = ["run", `--die-with-parent=${process.pid}`, "sh", "-c", "exit 3"];
    assert.equal(endOfRun(await curfew(binary, right).ended), "3");
    // The number of the shell that executes the parent.
    const words = 'exec "$0" process "$1" run "--die-with-parent=$$" "$2" -e 0 "$3"';
    const argv = ["sh", "-c", words, child("parent"), binary.path, HANDLES, TERM];
    const running = start(argv, { env: binary.env });
    await running.says(/^ready/m);
    running.kill("SIGKILL");
    assert.match((await running.ended).stdout, /caught 15/);
  });

  test("PID: a parent that has ended before curfew is executed", async () => {
    // The shell ends at once; what it has started waits for that, and then becomes curfew.
    const wait = 'while read -r _ _ _ parent _ </proc/$$/stat && [ "$parent" = "$0" ]; do :; done';
    const script =
      '"$0" -c "$1; exec \\"\\$@\\"" $$ "$2" run "--die-with-parent=$$" echo started &';
    const argv = ["sh", "-c", script, "sh", wait, binary.path];
    const { stdout, stderr } = await start(argv, { env: binary.env }).ended;
    assert.equal(stdout, "");
    assert.match(stderr, /^[^\n]*: --die-with-parent=\d+: no such process\n$/);
  });

  test("PID outside of our PID namespace cannot be compared: 125, nothing is started", {
    skip: process.getuid?.() !== 0 && "needs root",
  }, async () => {
    const before = ["unshare", "-pf", "--mount-proc"];
    const words = ["run", `--die-with-parent=${process.pid}`, "echo", "started"];
    const ended = await curfew(binary, words, { before }).ended;
    assert.deepEqual([endOfRun(ended), ended.stdout], ["125", ""]);
    assert.match(ended.stderr, /^[^\n]*: cannot run 'echo': --die-with-parent=\d+: [^\n]*\n$/);
  });
}

function signalled(binary: Binary): void {
  for (const [name, errno] of [
    ["EPERM", 1],
    ["ENOSYS", 38],
  ] as const) {
    const before = [child("refuse"), `pidfd_open=${errno}`];
    const dying = ["run", "--die-with-parent", HANDLES, "-e", "0", TERM];

    test(`pidfd_open ${name}: a reason more, where it was asked for`, async () => {
      for (const [options, isReason] of [
        [["--die-with-parent"], true],
        [[], false],
      ] as const) {
        const { ended, report } = await reporting(binary, ["run", ...options, "true"], {
          before,
        }).told();
        assert.equal(endOfRun(ended), "0");
        assert.equal(report.reliability_reasons.includes("parent_by_signal"), isReason);
      }
    });

    test(`pidfd_open ${name}: the parent is killed: the tree ends`, async () => {
      const running = curfew(binary, dying, { before: [child("parent"), "process", ...before] });
      await running.says(/^ready/m);
      running.kill("SIGKILL");
      assert.match((await running.ended).stdout, /caught 15/);
    });

    test(`pidfd_open ${name}: a thread of the parent ends, and then the parent`, async () => {
      const words = ["run", "--die-with-parent", "-k", "100ms", HANDLES, TERM, USR1];
      const running = curfew(binary, words, {
        before: [child("parent"), "thread", ...before],
        input: OPEN,
      });
      const [, pid] = await running.says(/^started (\d+)$/m);
      await running.says(/^ready/m);
      running.write("\n");
      await running.says(/^thread ended$/m);
      // What curfew hears next it hears after that.
      process.kill(Number(pid), "SIGUSR1");
      await running.says(/caught 10/);
      running.kill("SIGKILL");
      assert.match((await running.ended).stdout, /caught 10[\s\S]*caught 15/);
    });
  }

  test("neither pidfd nor prctl: 125, nothing is started", async () => {
    const before = surroundings("--deny pidfd_open=38 --deny prctl=1");
    const words = ["run", "--die-with-parent", "echo", "started"];
    const ended = await curfew(binary, words, { before }).ended;
    assert.deepEqual([endOfRun(ended), ended.stdout], ["125", ""]);
    assert.match(ended.stderr, /^[^\n]*: cannot run 'echo': --die-with-parent: [^\n]*\n$/);
  });
}

describe("--die-with-parent", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      compared(binary);
      signalled(binary);
    });
  }
});
