// Signals to `curfew run`, and a command that is stopped by one (DESIGN 4.1, --on-stop).
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BINARIES, type Binary } from "./binary.ts";
import { child, number } from "./children.ts";
import { reporting, sentOf } from "./reports.ts";
import { endOfRun, OPEN, stateOf, timeout, until } from "./run.ts";

const HANDLES = child("handles");
const handles = (...words: readonly string[]) => [HANDLES, ...words];
const TERM = number("TERM");

async function ready(binary: Binary, words: readonly string[]) {
  const running = reporting(binary, ["run", ...words]);
  const [, pid] = await running.says(/^ready (\d+)$/m);
  return { running, pid: Number(pid) };
}

function ends(binary: Binary): void {
  for (const name of ["TERM", "INT", "QUIT", "HUP"]) {
    test(`${name} is passed on, and we die of it as the command does: cancelled`, async () => {
      const { running } = await ready(binary, handles());
      running.kill(`SIG${name}` as NodeJS.Signals);
      const { ended, report } = await running.told();
      assert.deepEqual([endOfRun(ended), report.outcome], [`SIG${name}`, "cancelled"]);
      assert.deepEqual(sentOf(report), [`SIG${name} child 1`]);
    });
  }

  test("a command that answers a stop signal with a code: that code", async () => {
    const { running } = await ready(binary, handles("-e", "4", TERM));
    running.kill("SIGTERM");
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.outcome], ["4", "cancelled"]);
  });

  test("a stop signal starts the clock of --kill-after", async () => {
    const { running } = await ready(binary, ["-k", "10ms", ...handles(TERM)]);
    running.kill("SIGTERM");
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.escalated], ["SIGKILL", true]);
  });

  test("a second stop signal means now: SIGKILL, long before --kill-after", async () => {
    for (const second of ["SIGTERM", "SIGINT"] as const) {
      const { running } = await ready(binary, ["-k", "1h", ...handles(TERM, number("INT"))]);
      running.kill("SIGTERM");
      await running.says(/^caught 15/m);
      running.kill(second);
      const { ended, report } = await running.told();
      assert.deepEqual([endOfRun(ended), report.escalated], ["SIGKILL", true]);
      assert.doesNotMatch(ended.stdout, /caught 2$/m);
    }
  });

  test("a stop signal and a signal that is none: no SIGKILL", async () => {
    const { running } = await ready(binary, ["-k", "1h", ...handles("-g", TERM, "10", "12")]);
    running.kill("SIGTERM");
    await running.says(/^caught 15/m);
    running.kill("SIGUSR1");
    await running.says(/^caught 10/m);
    running.kill("SIGHUP");
    assert.equal(endOfRun((await running.told()).ended), "SIGKILL");
  });

  test("USR1 is passed on each time, and starts no clock", async () => {
    const { running } = await ready(binary, ["-k", "10ms", ...handles("10", "12")]);
    running.kill("SIGUSR1");
    await running.says(/^caught 10/m);
    // Others come and go meanwhile, and their clocks run longer than ours would.
    assert.equal(endOfRun(await timeout(binary, ["0.1", "sleep", "1000"])), "124");
    running.kill("SIGUSR1");
    await running.says(/caught 10[\s\S]*caught 10/);
    running.kill("SIGUSR2");
    await running.says(/caught 12/);
    running.kill("SIGTERM");
    const { ended, report } = await running.told();
    assert.equal(endOfRun(ended), "SIGTERM");
    assert.equal(sentOf(report)[0], "SIGUSR1 child 2");
  });

  test("SIGALRM is no expiry here: it is passed on", async () => {
    const { running } = await ready(binary, handles("-e", "7", "14"));
    running.kill("SIGALRM");
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.outcome], ["7", "exited"]);
  });
}

const stopping = (signal: string) => `echo ready $$; kill -${signal} $$; read end; exit 3`;

/** A process group that somebody could continue: in any other the kernel drops a TSTP. */
const IN_A_JOB = [
  "python3",
  "-c",
  `import os, sys
child = os.fork()
if child == 0:
    os.setpgid(0, 0)
    os.execvp(sys.argv[1], sys.argv[1:])
os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))`,
];

function stops(binary: Binary): void {
  const stopped = async (option: string, before: readonly string[] = [], signal = "STOP") => {
    const words = ["run", "-v", "--on-stop", option, "sh", "-c", stopping(signal)];
    const running = reporting(binary, words, { input: OPEN, before });
    const [, pid] = await running.says(/^ready (\d+)$/m);
    await running.says(/command 'sh' was stopped by signal \w+\n/, "stderr");
    return { running, pid: Number(pid) };
  };

  // SIGSTOP is somebody's own wish: `continue` does not take it back.
  for (const option of ["ignore", "report", "continue"]) {
    test(`--on-stop ${option}: it stays stopped, and we do not stop`, async () => {
      const { running, pid } = await stopped(option);
      assert.deepEqual([stateOf(pid), stateOf(running.pid) === "T"], ["T", false]);
      process.kill(pid, "SIGCONT");
      await running.says(/was continued/, "stderr");
      running.write("end\n");
      const { ended, report } = await running.told();
      assert.deepEqual([endOfRun(ended), report.stops.length, sentOf(report)], ["3", 1, []]);
    });
  }

  test("--on-stop continue: it goes on at once", async () => {
    const { running } = await stopped("continue", IN_A_JOB, "TSTP");
    await running.says(/was continued/, "stderr");
    running.write("end\n");
    assert.equal(endOfRun((await running.told()).ended), "3");
  });

  test("--on-stop kill: the tree is ended", async () => {
    const { running } = await stopped("kill");
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.outcome], ["SIGTERM", "cancelled"]);
    assert.deepEqual(sentOf(report), ["SIGTERM child 1"]);
  });

  test("--on-stop mirror: where nobody could continue us, the command goes on", async () => {
    // A session that no shell watches: the kernel drops the stop of its group.
    const { running } = await stopped("mirror", ["setsid", "--wait"]);
    await running.says(/was continued/, "stderr");
    running.write("end\n");
    assert.equal(endOfRun((await running.told()).ended), "3");
  });

  test("a stopped command acts on the first signal: it is continued with it", async () => {
    const { running, pid } = await stopped("ignore");
    await until("it is stopped", () => stateOf(pid) === "T");
    running.kill("SIGTERM");
    assert.equal(endOfRun((await running.told()).ended), "SIGTERM");
  });
}

describe("signals of run", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      ends(binary);
      stops(binary);
    });
  }
});
