// CONT follows a signal that is to end only to those that are stopped: a handler of it in any other
// process would run for nothing. GNU's timeout continues all.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BINARIES, type Binary } from "./binary.ts";
import { child, number } from "./children.ts";
import { kill, launch } from "./kill-command.ts";
import { reporting } from "./reports.ts";
import { curfew, endOfRun, start, stateOf, until } from "./run.ts";

const HANDLES = child("handles");
const [TERM, CONT] = [number("TERM"), number("CONT")];
/** The command, a child in its group, one in a group and one in a session of its own. */
const FOUR = ["command", "child", "group", "session"];
const LONG = "10s";
/** Two processes that handle signals, and a child of the second that does so, too. */
const THREE = /(?:ready \d+\n.*){3}/s;
const GROUP = `"$0" ${TERM} ${CONT} & exec "$0" -e 0 -g ${TERM}`;

async function stop(pid: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  await until("it is stopped", () => stateOf(pid) === "T");
}

function supervised(binary: Binary): void {
  for (const subcommand of ["run", "init"]) {
    test(`${subcommand}: a process that is not stopped gets no CONT, and the report has none`, async () => {
      const running = reporting(binary, [subcommand, "-k", "2s", child("term-once")]);
      await running.says(/^ready/m);
      running.kill("SIGTERM");
      const { ended, report } = await running.told();
      for (const name of FOUR) {
        const heard = [...ended.stdout.matchAll(new RegExp(`^${name} caught (\\d+)$`, "gm"))];
        assert.deepEqual(
          heard.map(([, signal]) => signal),
          [TERM],
          name,
        );
      }
      const sent = report.signals_sent.map(({ signal }) => signal);
      assert.deepEqual(sent, ["SIGTERM", "SIGTERM", "SIGKILL"]);
    });

    test(`${subcommand}: a command and a child that are stopped end, and the report says CONT`, async () => {
      const words = [subcommand, "-k", LONG, HANDLES, "-e", "0", "-g", TERM];
      const running = reporting(binary, words);
      const [, own = ""] = await running.says(/^ready (\d+)$/m);
      const [, other = ""] = await running.says(/^grandchild ready (\d+)$/m);
      await stop(Number(own));
      await stop(Number(other));
      running.kill("SIGTERM");
      const { ended, report } = await running.told();
      assert.equal(endOfRun(ended), "0");
      assert.match(ended.stdout, /^caught 15$/m);
      assert.match(ended.stdout, /^grandchild caught 15$/m);
      assert.ok(report.signals_sent.some(({ signal }) => signal === "SIGCONT"));
      assert.equal(report.escalated, false);
    });
  }

  test("init: of a group only the stopped processes are continued", async () => {
    const running = curfew(binary, ["init", "-k", "2s", "sh", "-c", GROUP, HANDLES]);
    const [, stopped = ""] = await running.says(/^grandchild ready (\d+)$/m);
    await running.says(THREE);
    await stop(Number(stopped));
    running.kill("SIGTERM");
    const { stdout } = await running.ended;
    assert.match(stdout, /^grandchild caught 15$/m);
    assert.doesNotMatch(stdout, /caught 18/);
  });

  test("the guardian alone does the same", async () => {
    for (const subcommand of ["run", "init"]) {
      const running = curfew(binary, [subcommand, "-k", "2s", "sh", "-c", GROUP, HANDLES]);
      const [, stopped = ""] = await running.says(/^grandchild ready (\d+)$/m);
      await running.says(THREE);
      await stop(Number(stopped));
      running.kill("SIGKILL");
      const { stdout } = await running.ended;
      assert.match(stdout, /^grandchild caught 15$/m, subcommand);
      assert.equal(stdout.match(/caught 15/g)?.length, 3, stdout);
      assert.doesNotMatch(stdout, /caught 18/, subcommand);
    }
  });

  test("by the names of inits, too; timeout continues all, as GNU does", async () => {
    for (const [name, words, all] of [
      ["tini", ["--kill-after", "1s"], [TERM]],
      ["dumb-init", ["--kill-after", "1s"], [TERM]],
      ["timeout", ["-k", "1", "1000"], [TERM, CONT]],
    ] as const) {
      const program = [binary.path, ...words, HANDLES, TERM, CONT];
      const running = start(program, { argv0: name, env: binary.env });
      await running.says(/^ready/m);
      running.kill("SIGTERM");
      const { stdout } = await running.ended;
      const heard = [...stdout.matchAll(/^caught (\d+)$/gm)].map(([, signal]) => signal);
      assert.deepEqual(heard, all, name);
    }
  });
}

function killed(binary: Binary): void {
  test("kill: no running process gets CONT, and a stopped one ends", async () => {
    const running = launch([HANDLES, "-g", TERM, CONT]);
    const [, own = ""] = await running.says(/^ready (\d+)$/m);
    await running.says(/^grandchild ready/m);
    await kill(binary, ["--kill-after", "1s", own]);
    const { stdout } = await running.ended;
    assert.deepEqual(stdout.match(/caught \d+/g), ["caught 15", "caught 15"]);

    const other = launch([HANDLES, "-e", "0", "-g", TERM]);
    const [, pid = ""] = await other.says(/^ready (\d+)$/m);
    const [, grandchild = ""] = await other.says(/^grandchild ready (\d+)$/m);
    await stop(Number(pid));
    await stop(Number(grandchild));
    const end = await kill(binary, ["--kill-after", "inf", pid]);
    assert.equal(end.stdout, `${pid} graceful_exit\n`);
    assert.equal(endOfRun(await other.ended), "0");
  });
}

describe("CONT to stopped processes", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 2 }, () => {
      supervised(binary);
      killed(binary);
    });
  }
});
