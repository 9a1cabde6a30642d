// Signals to `curfew run`, and a command that is stopped by one (--on-stop).
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BINARIES, type Binary } from "./binary.ts";
import { child, number } from "./children.ts";
import { reporting, sentOf } from "./reports.ts";
import { endOfRun, laterOn, OPEN, parentOf, stateOf, timeout, until } from "./run.ts";

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
      await laterOn(binary);
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
    await laterOn(binary);
    running.kill("SIGINT");
    assert.equal(endOfRun((await running.told()).ended), "SIGKILL");
  });

  test("TERM with HUP and QUIT, as a service manager sends them: one request", async () => {
    const signals = [TERM, ...["HUP", "QUIT"].map(number)];
    // A real-time signal is the last that is looked at.
    const { running } = await ready(binary, ["-k", "1h", ...handles(...signals, "40")]);
    for (const one of ["SIGTERM", "SIGHUP", "SIGQUIT", 40] as const) running.kill(one);
    await running.says(/^caught 40/m);
    await laterOn(binary);
    running.kill("SIGTERM");
    const { ended, report } = await running.told();
    assert.deepEqual(ended.stdout.match(/^caught \d+$/gm), ["caught 15", "caught 40"]);
    assert.deepEqual([endOfRun(ended), report.outcome], ["SIGKILL", "cancelled"]);
  });

  test("QUIT and HUP are passed on each time, and start no clock", async () => {
    const [quit, hangUp] = [number("QUIT"), number("HUP")];
    const { running } = await ready(binary, ["-k", "10ms", ...handles(quit, hangUp)]);
    running.kill("SIGQUIT");
    await running.says(/^caught 3$/m);
    running.kill("SIGHUP");
    await running.says(/^caught 1$/m);
    await laterOn(binary);
    running.kill("SIGQUIT");
    await running.says(/caught 3[\s\S]*caught 3$/m);
    running.kill("SIGUSR1");
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.outcome], ["SIGUSR1", "signaled"]);
    assert.deepEqual(sentOf(report), ["SIGHUP child 1", "SIGQUIT child 2", "SIGUSR1 child 1"]);
  });

  test("--stop-signals: these start the clock, and no others", async () => {
    const words = ["-k", "1s", "--stop-signals", "USR2", ...handles(TERM, number("USR2"))];
    const { running } = await ready(binary, words);
    running.kill("SIGTERM");
    await running.says(/^caught 15/m);
    await laterOn(binary);
    running.kill("SIGUSR2");
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.escalated], ["SIGKILL", true]);
    assert.match(ended.stdout, /^caught 12$/m);
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

/** A process group that its shell can continue: in an orphaned group the kernel drops a TSTP. */
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

/** In a group of its own, without a terminal, no shell could continue the command. */
const CALLER = ["--process-group", "caller"];

function stops(binary: Binary): void {
  const stopped = async (option: string, before: readonly string[] = [], signal = "STOP") => {
    const words = ["run", "-v", ...CALLER, "--on-stop", option, "sh", "-c", stopping(signal)];
    const running = reporting(binary, words, { input: OPEN, before });
    const [, pid] = await running.says(/^ready (\d+)$/m);
    await running.says(/command 'sh' was stopped by signal \w+\n/, "stderr");
    return { running, pid: Number(pid) };
  };

  // No shell waits for us and could continue us: `mirror` finds its own stop discarded.
  for (const [option, ...before] of [
    ["ignore"],
    ["report"],
    ["auto"],
    ["mirror", "setsid", "--wait"],
  ] as const) {
    test(`--on-stop ${option}: it stays stopped, and we do not stop`, async () => {
      const { running, pid } = await stopped(option, before);
      assert.deepEqual([stateOf(pid), stateOf(running.pid) === "T"], ["T", false]);
      process.kill(pid, "SIGCONT");
      await running.says(/was continued/, "stderr");
      running.write("end\n");
      const { ended, report } = await running.told();
      assert.deepEqual([endOfRun(ended), report.stops.length, sentOf(report)], ["3", 1, []]);
    });
  }

  for (const signal of ["STOP", "TSTP"]) {
    test(`--on-stop continue: after ${signal} it goes on at once`, async () => {
      const { running } = await stopped("continue", IN_A_JOB, signal);
      await running.says(/was continued/, "stderr");
      running.write("end\n");
      assert.equal(endOfRun((await running.told()).ended), "3");
    });
  }

  test("--on-stop kill: the tree is ended", async () => {
    const { running } = await stopped("kill");
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.outcome], ["SIGTERM", "cancelled"]);
    assert.deepEqual(sentOf(report), ["SIGTERM child 1"]);
  });

  /** Both stopped, in a job whose parent never continues a process. */
  const mirrored = async (...words: readonly string[]) => {
    const run = ["run", ...CALLER, "--on-stop", "mirror", ...words, "sh", "-c", stopping("TSTP")];
    const running = reporting(binary, run, { input: OPEN, before: IN_A_JOB });
    const [, pid] = await running.says(/^ready (\d+)$/m);
    const ours = parentOf(parentOf(Number(pid)));
    await until("both are stopped", () => `${stateOf(Number(pid))}${stateOf(ours)}` === "TT");
    return { running, pid: Number(pid), ours };
  };

  test("--on-stop mirror: when the command is continued, so is curfew", async () => {
    const { running, pid, ours } = await mirrored();
    process.kill(pid, "SIGCONT");
    await until("we go on", () => stateOf(ours) === "S");
    running.write("end\n");
    assert.equal(endOfRun((await running.told()).ended), "3");
  });

  test("--on-stop mirror: the end of the command continues us", async () => {
    const { running, pid } = await mirrored();
    process.kill(pid, "SIGKILL");
    const { ended, report } = await running.told();
    // What started us makes a code of the signal.
    assert.deepEqual([endOfRun(ended), report.outcome], ["247", "signaled"]);
  });

  test("--on-stop mirror: the limit holds, and continues us", async () => {
    const { running } = await mirrored("--timeout", "300ms", "-k", "10ms");
    const { ended, report } = await running.told();
    assert.deepEqual(
      [endOfRun(ended), report.outcome, report.tree_gone],
      ["124", "timed_out", true],
    );
  });

  test("a stop that is not mirrored holds up no limit", async () => {
    const words = ["--timeout", "300ms", "sh", "-c", 'kill -STOP $$; echo "never said"'];
    const { ended, report } = await reporting(binary, ["run", ...words]).told();
    assert.deepEqual([endOfRun(ended), ended.stdout, report.outcome], ["124", "", "timed_out"]);
  });

  test("curfew itself is stopped: the limit and kill-after hold, and the report is written", async () => {
    const words = ["--timeout", "300ms", "-k", "10ms", ...handles(TERM)];
    const { running } = await ready(binary, words);
    running.kill("SIGSTOP");
    const { ended, report } = await running.told();
    assert.deepEqual(
      [endOfRun(ended), report.outcome, report.tree_gone],
      ["124", "timed_out", true],
    );
  });

  test("after a signal without a clock, a stopped curfew keeps its limit all the same", async () => {
    const words = ["--timeout", "1s", "-k", "inf", ...handles(TERM)];
    const { running, pid } = await ready(binary, words);
    running.kill("SIGTERM");
    await running.says(/^caught 15/m);
    running.kill("SIGSTOP");
    await running.says(/^caught 15\n(.*\n)*caught 15/m);
    process.kill(pid, "SIGKILL");
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.outcome], ["SIGKILL", "cancelled"]);
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
