// `curfew inspect` on anything that runs; without a PID on the runs of this user.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, test } from "node:test";
import { adversary, CURFEW } from "../adversaries/programs.ts";
import { NOT_ROOT, ORDINARY } from "../adversaries/users.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { script } from "./children.ts";
import { curfew, guardianOf, OPEN, run, start, until } from "./run.ts";

type Line = {
  readonly pid: number;
  readonly run: null | {
    readonly supervisor: number;
    readonly has_time_limit: boolean | null;
    readonly time_left_ms: number | null;
  };
  readonly tree: null | readonly Seen[];
};
type Seen = {
  readonly pid: number;
  readonly command: string;
  readonly age_ms: number;
  readonly waiting_ms?: number;
};

const ESCAPE = "\u001b";
/** The cursor goes up so many rows, and what is below is erased. */
const REDRAWN = new RegExp(`${ESCAPE}\\[(\\d+)A${ESCAPE}\\[J`);
const NO_SCHED = existsSync("/proc/self/sched") ? undefined : "this kernel has no /proc/PID/sched";

/** A number that no process has: this one's child was reaped. */
function noProcess(): number {
  return spawnSync("true").pid;
}

function linesOf(stdout: string): readonly Line[] {
  return stdout
    .trim()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

function inspectsProcesses(binary: Binary): void {
  test("a process is drawn with what is below it", async () => {
    const shell = start(["sh", "-c", "echo ready; cat; :"], { input: OPEN });
    await shell.says(/ready/);
    await until("it waits", () =>
      /cat/.test(spawnSync("ps", ["-o", "comm=", "--ppid", `${shell.pid}`]).stdout.toString()),
    );
    const { code, stdout, stderr } = await curfew(binary, ["inspect", `${shell.pid}`]).ended;
    assert.deepEqual([code, stderr], [0, ""]);
    const [first, second] = stdout.split("\n");
    assert.match(first ?? "", new RegExp(`^  ${shell.pid} sh -c .* \\[\\d`));
    assert.match(second ?? "", /^ {2}`- \d+ cat \[/);
    shell.kill("SIGKILL");
    await shell.ended;
  });

  test("for how long a process has waited", { skip: NO_SCHED ?? false }, async () => {
    const sleeper = start(["sleep", "1000"]);
    await until("it is told", () => {
      const words = ["inspect", "--json", `${sleeper.pid}`];
      const { stdout } = spawnSync(binary.path, words, { env: { ...process.env, ...binary.env } });
      const [seen] = linesOf(stdout.toString())[0]?.tree ?? [];
      const { age_ms: age = 0, waiting_ms: waiting = -1 } = seen ?? {};
      return waiting > 0 && waiting <= age;
    });
    sleeper.kill("SIGKILL");
    await sleeper.ended;
  });

  test("a PID that no process has is named, and the others are drawn", async () => {
    const gone = noProcess();
    const { code, stdout, stderr } = await curfew(binary, ["inspect", `${gone}`, `${process.pid}`])
      .ended;
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`^\\S+ inspect: no process has the PID ${gone}\n$`));
    assert.match(stdout, new RegExp(`^  ${process.pid} `));
    const json = await curfew(binary, ["inspect", "--json", `${gone}`]).ended;
    assert.deepEqual([json.code, linesOf(json.stdout)[0]?.tree], [1, null]);
  });

  test("without /proc nothing is claimed", { skip: NOT_ROOT ?? false }, async () => {
    for (const pid of ["", "1"]) {
      const script = `umount -l /proc && exec "$0" inspect ${pid}`;
      const words = ["unshare", "--mount", "sh", "-c", script, binary.path];
      const { code, stdout, stderr } = await start(words, { env: binary.env }).ended;
      assert.deepEqual([code, stdout], [125, ""]);
      assert.match(stderr, /: no process can be seen: \/proc is not mounted/);
    }
  });

  test("what is no PID is refused", async () => {
    const { code, stdout, stderr } = await curfew(binary, ["inspect", "5x"]).ended;
    assert.deepEqual([code, stdout], [125, ""]);
    assert.match(stderr, /PID: invalid PID '5x'/);
  });

  test("--follow draws until the process is gone", async () => {
    const sleeper = start(["sleep", "1000"]);
    const following = curfew(binary, ["inspect", "--follow=0.05s", `${sleeper.pid}`]);
    await following.says(/sleep[\s\S]*sleep[\s\S]*sleep/);
    sleeper.kill("SIGKILL");
    await sleeper.ended;
    const { code, stderr } = await following.ended;
    assert.equal(code, 1);
    assert.match(stderr, /no process has the PID/);
  });
}

function followsInPlace(binary: Binary): void {
  test("--follow keeps to the rows of a terminal", async () => {
    const crowd = "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1000 & echo $!; done";
    const shell = start(["sh", "-c", `${crowd}; echo ready; wait`]);
    const { input } = await shell.says(/ready/);
    const words = ["inspect", "--follow=0.05s", `${shell.pid}`];
    const atTerminal = ["python3", script("at-size.py"), "8", "80", binary.path];
    const following = start([...atTerminal, ...words], { env: binary.env });
    await following.says(/more lines[\s\S]*more lines[\s\S]*more lines/);
    shell.kill("SIGKILL");
    for (const [pid] of input.matchAll(/\d+/g)) process.kill(Number(pid), "SIGKILL");
    await shell.ended;
    const { stdout } = await following.ended;
    const [, ...others] = stdout.split(REDRAWN);
    assert.ok(others.length >= 4);
    // All rows but that of the cursor.
    for (const [at, text] of others.entries()) if (at % 2 === 0) assert.equal(text, "7");
  });
}

function inspectsRuns(binary: Binary): void {
  test("without a PID the runs of this user, with the time that is left", async () => {
    const limited = curfew(binary, ["run", "--timeout", "900s", "sleep", "1000"]);
    const free = curfew(binary, ["timeout", "0", "sleep", "1000"]);
    for (const { pid } of [limited, free]) {
      const guardian = await guardianOf(pid);
      await until("it has its title", () => titleOf(guardian).includes("sleep"));
    }
    const { code, stdout } = await curfew(binary, ["inspect", "--json"]).ended;
    assert.equal(code, 0);
    const [one, other] = [limited, free].map(({ pid }) =>
      linesOf(stdout).find((line) => line.pid === pid),
    );
    assert.equal(one?.run?.supervisor, limited.pid);
    const left = one?.run?.time_left_ms ?? 0;
    assert.ok(left > 0 && left <= 900_000, String(left));
    assert.deepEqual(
      one?.tree?.map(({ command }) => command),
      ["sleep"],
    );
    assert.deepEqual(other?.run, {
      supervisor: free.pid,
      has_time_limit: false,
      time_left_ms: null,
    });
    const drawn = await curfew(binary, ["inspect"]).ended;
    assert.match(
      drawn.stdout,
      new RegExp(`^run of curfew ${limited.pid}, \\d+m\\d\\ds left:$`, "m"),
    );
    for (const running of [limited, free]) {
      running.kill("SIGTERM");
      await running.ended;
    }
  });

  test("a process that only has the title of a guardian is no run", async () => {
    const title = `guardian: ${process.pid} 5 0: sleep`;
    const impostor = start(["sh", "-c", "echo guardian >/proc/$$/comm; echo ready; read x"], {
      input: OPEN,
      argv0: title,
    });
    await impostor.says(/ready/);
    const { stdout } = await curfew(binary, ["inspect", "--json"]).ended;
    assert.ok(linesOf(stdout).every(({ pid }) => pid !== process.pid));
    impostor.kill("SIGKILL");
    await impostor.ended;
  });
}

function titleOf(pid: number): string {
  return spawnSync("ps", ["-o", "args=", "-p", String(pid)]).stdout.toString();
}

for (const binary of BINARIES) {
  describe(`inspect, ${binary.name}`, () => {
    inspectsProcesses(binary);
    followsInPlace(binary);
    inspectsRuns(binary);
  });
}

test("an ordinary user without runs gets one sentence", { skip: NOT_ROOT ?? false }, async () => {
  const before = [adversary("confine"), "--user", String(ORDINARY.id), "--"];
  const { code, stdout, stderr } = await run([...before, CURFEW, "inspect"]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(stdout, "no run of curfew of this user was found\n");
});
