// Signals to `curfew init`, from outside of its namespace and from inside: which reach the
// command, with which value, and which ask for the end.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { adversary } from "../adversaries/programs.ts";
import { number } from "../cli/children.ts";
import { endOfRun, laterOn, OPEN, stateOf, until } from "../cli/run.ts";
import { patiently } from "../patience.ts";
import { below, type Init, inside, outer, PLACES, type Place, ready } from "./places.ts";

const RECEIVES = adversary("receives");
const HANDLES = adversary("handles");
/** Longer than any test: what ends is ended by something else. */
const PATIENT = ["--kill-after", "1h"];
const [KILL, CHLD, CONT, STOP] = [9, 17, 18, 19];
const [INT, QUIT, USR1, USR2, TERM, TSTP, PWR] = [2, 3, 10, 12, 15, 20, 30];
const ALL = Array.from({ length: 64 }, (_, index) => index + 1);
/** Those that ask for the end come last: what follows them is followed by CONT. */
const ASKING = [INT, QUIT, TERM];
const FORWARDED = [...ALL.filter((n) => ![KILL, CHLD, STOP, ...ASKING].includes(n)), ...ASKING];
const REAL_TIME = ALL.filter((n) => n >= 34);

/** Runs a program of the test's, such as one that sends signals, to its end. */
function act([program = "", ...words]: readonly string[]): void {
  const { status, stderr } = spawnSync(program, words, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
}

/** Words that queue signals to us, each with a value. */
const queuing = (pid: number, pairs: readonly (readonly [number: number, value: number])[]) => [
  adversary("queue-signals"),
  `${pid}`,
  ...pairs.map(([signal, value]) => `${signal}=${value}`),
];

/** The signals that were told, except the CONT that follows some: "N value V". */
function got(stdout: string, who = ""): string[] {
  const lines = stdout.matchAll(/^(?:(\w+) )?got (\d+) value (-?\d+)$/gm);
  return [...lines]
    .filter(([, name = "", signal]) => name === who && signal !== `${CONT}`)
    .map(([, , signal, value]) => `${signal} value ${value}`);
}

const told = (pairs: readonly (readonly [number: number, value: number])[]) =>
  pairs.map(([signal, value]) => `${signal} value ${value}`);

const listens = (place: Place, ...words: readonly string[]) =>
  ready(place, [...PATIENT, ...words], { input: OPEN });

/** What is sent from now on is another request. */
const anotherTime = ({ form }: Place) => laterOn({ name: "frozen", ...form });

/** Ends a command that receives, and gives what it said. */
async function over(running: Init): Promise<string> {
  running.write("\n");
  const { ended } = await running.told();
  assert.equal(endOfRun(ended), "0");
  return ended.stdout;
}

function forwarding(place: Place): void {
  test("each signal that can be caught reaches the command, once", async () => {
    const running = await listens(place, RECEIVES);
    for (const n of FORWARDED) {
      if (ASKING.includes(n)) await anotherTime(place);
      running.send(n);
      await running.says(new RegExp(`^got ${n} `, "m"));
    }
    assert.deepEqual(
      got(await over(running)),
      told(FORWARDED.filter((n) => n !== CONT).map((n) => [n, 0])),
    );
  });

  test("the same where a process in the container sends it", async () => {
    const running = await listens(place, RECEIVES);
    const names = ["ILL", "TRAP", "ABRT", "BUS", "FPE", "SEGV", "SYS", "TSTP", "TTIN", "TTOU"];
    const signals = [...names, "TERM", "USR1"].map((name) => Number(number(name)));
    for (const n of signals) {
      act(inside(place, running, (pid) => ["sh", "-c", 'kill -"$0" "$1"', `${n}`, `${pid}`]));
      await running.says(new RegExp(`^got ${n} `, "m"));
    }
    assert.deepEqual(got(await over(running)), told(signals.map((n) => [n, 0])));
  });

  test("TERM where the command does not expect it: 143", async () => {
    const running = await ready(place, [HANDLES]);
    running.send(TERM);
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.outcome], ["143", "cancelled"]);
    assert.deepEqual([report.tree_gone, report.escalated], [true, false]);
  });

  test("CHLD is not forwarded", async () => {
    const running = await listens(place, RECEIVES);
    running.send(CHLD);
    running.send(PWR);
    await running.says(/^got 30 /m);
    assert.deepEqual(got(await over(running)), ["30 value 0"]);
  });
}

function values(place: Place): void {
  const pairs = REAL_TIME.map((n) => [n, n * 1000 + 7] as const);
  test("T29: real-time signals have their values and their order", async () => {
    const running = await listens(place, RECEIVES);
    act(queuing(running.pid, pairs));
    await running.says(/^got 64 /m);
    assert.deepEqual(got(await over(running)), told(pairs));
  });

  test("T29: from inside, many of one kind, and a value that is negative", async () => {
    const running = await listens(place, RECEIVES);
    const many = Array.from({ length: 20 }, (_, at) => [35, at - 10] as const);
    act(inside(place, running, (pid) => queuing(pid, [...many, [64, 1]])));
    await running.says(/^got 64 /m);
    assert.deepEqual(got(await over(running)), told([...many, [64, 1]]));
  });

  test("a value that comes with another signal comes with it", async () => {
    const running = await listens(place, RECEIVES);
    act(
      queuing(running.pid, [
        [USR1, 4242],
        [32, 5],
        [64, 1],
      ]),
    );
    await running.says(/^got 64 /m);
    assert.deepEqual(
      got(await over(running)),
      told([
        [USR1, 4242],
        [32, 5],
        [64, 1],
      ]),
    );
  });

  test("T29: the whole group of the command gets them", async () => {
    const running = await listens(place, RECEIVES, "-g");
    await running.says(/^other ready/m);
    act(queuing(running.pid, pairs));
    await running.says(/^got 64 /m);
    await running.says(/^other got 64 /m);
    const stdout = await over(running);
    assert.deepEqual([got(stdout), got(stdout, "other")], [told(pairs), told(pairs)]);
  });

  test("--single-child: the command alone gets what is sent", async () => {
    const running = await listens(place, "--single-child", RECEIVES, "-g");
    await running.says(/^other ready/m);
    act(
      queuing(running.pid, [
        [36, 3],
        [64, 1],
      ]),
    );
    await running.says(/^got 64 /m);
    running.send(USR1);
    await running.says(/^got 10 /m);
    const stdout = await over(running);
    assert.deepEqual(
      got(stdout),
      told([
        [36, 3],
        [64, 1],
        [USR1, 0],
      ]),
    );
    // TERM is for what is left.
    assert.deepEqual(
      got(stdout, "other").filter((line) => line !== `${TERM} value 0`),
      [],
    );
  });

  test("without it, the whole group gets what is sent plainly", async () => {
    const running = await listens(place, RECEIVES, "-g");
    await running.says(/^other ready/m);
    running.send(USR1);
    await running.says(/^got 10 /m);
    await running.says(/^other got 10 /m);
    await over(running);
  });
}

/** As PID 1, beside a run that is not. */
function patience(place: Place): void {
  test("without --kill-after a stop signal has a clock of 8 s, except as PID 1", async () => {
    const first = await ready(place, [HANDLES, `${TERM}`]);
    const other = await ready({ ...place, before: place.as, isFirst: false }, [HANDLES, `${TERM}`]);
    first.send(TERM);
    other.send(TERM);
    const { ended } = await other.told();
    assert.equal(endOfRun(ended), "137");
    const command = await outer(first, first);
    assert.equal(stateOf(command), "S");
    process.kill(command, "SIGKILL");
    const { report } = await first.told();
    assert.deepEqual([report.outcome, report.escalated], ["cancelled", false]);
  });
}

function stopping(place: Place): void {
  test("--kill-after passes for a command that does not obey: 137", async () => {
    const running = await ready(place, ["-k", "20ms", HANDLES, `${TERM}`]);
    running.send(TERM);
    const { ended, report } = await running.told();
    assert.deepEqual(
      [endOfRun(ended), report.escalated, report.outcome],
      ["137", true, "cancelled"],
    );
  });

  test("a second stop signal is passed on as the first was", async () => {
    const running = await listens(place, RECEIVES);
    const sent: number[] = [];
    for (const n of [TERM, TERM, INT, QUIT]) {
      await anotherTime(place);
      sent.push(n);
      running.send(n);
      await running.says(new RegExp(sent.map((one) => `got ${one} `).join("[^]*")));
    }
    assert.deepEqual(got(await over(running)), told([TERM, TERM, INT, QUIT].map((n) => [n, 0])));
  });

  test("--stop-signals: these start the clock, the usual ones do not", async () => {
    const options = ["--stop-signals", "USR1", "-k", "20ms"];
    const running = await ready(place, [...options, HANDLES, `${TERM}`, `${INT}`, `${USR1}`]);
    for (const n of [TERM, INT]) {
      running.send(n);
      await running.says(new RegExp(`^caught ${n}$`, "m"));
    }
    running.send(USR1);
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.escalated], ["137", true]);
  });

  test("--rewrite: in one pass, by name and number; 0 drops", async () => {
    const rewrites = ["TERM:QUIT", "3:12", "SIGUSR1:0", "RTMIN+1:RTMIN+2", "HUP:HUP"];
    const options = rewrites.flatMap((pair) => ["--rewrite", pair]);
    const running = await listens(place, ...options, RECEIVES);
    for (const [sent, received] of [
      [TERM, QUIT],
      [QUIT, USR2],
      [1, 1],
    ] as const) {
      running.send(sent);
      await running.says(new RegExp(`^got ${received} `, "m"));
    }
    running.send(USR1);
    act(queuing(running.pid, [[35, 99]]));
    await running.says(/^got 36 /m);
    const expected = told([
      [QUIT, 0],
      [USR2, 0],
      [1, 0],
      [36, 99],
    ]);
    assert.deepEqual(got(await over(running)), expected);
  });

  test("--drain: the first is held back, not other signals, and not a second one", async () => {
    const options = ["-v", "--drain", "1h", HANDLES, `${USR1}`];
    const running = await ready(place, options);
    running.send(TERM);
    await running.says(/TERM is held back/, "stderr");
    running.send(USR1);
    await running.says(/^caught 10$/m);
    await anotherTime(place);
    running.send(TERM);
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.outcome], ["143", "cancelled"]);
  });

  test("--drain passes: then it is passed on", async () => {
    const running = await ready(place, ["--drain", "50ms", HANDLES]);
    running.send(TERM);
    const { ended, report } = await running.told();
    assert.equal(endOfRun(ended), "143");
    assert.ok(report.elapsed_ms >= 50, `${report.elapsed_ms} ms`);
  });

  test("--timeout: 124", async () => {
    const { ended, report } = await (
      await ready(place, ["--timeout", `${patiently(50)}ms`, HANDLES])
    ).told();
    assert.deepEqual(
      [endOfRun(ended), report.outcome, report.tree_gone],
      ["124", "timed_out", true],
    );
  });
}

function stops(place: Place): void {
  test("TSTP that is sent to us stops a command without a handler, until CONT", async () => {
    const running = await ready(place, [HANDLES]);
    const command = await outer(running, running);
    running.send(TSTP);
    await until("it is stopped", () => stateOf(command) === "T");
    running.send(CONT);
    await until("it goes on", () => stateOf(command) === "S");
    running.send(TERM);
    assert.equal(endOfRun((await running.told()).ended), "143");
  });

  test("it stops all of the group, and handlers run", async () => {
    const script = 'sleep 1000 & echo "job $!"; exec "$0" "$1"';
    const running = await ready(place, ["sh", "-c", script, HANDLES, `${TSTP}`]);
    const command = await outer(running, running);
    const [job = 0] = below(command);
    running.send(TSTP);
    await running.says(/^caught 20$/m);
    await until("the job is stopped", () => stateOf(job) === "T");
    assert.notEqual(stateOf(command), "T");
    running.send(CONT);
    await until("the job goes on", () => stateOf(job) === "S");
    running.send(TERM);
    assert.equal(endOfRun((await running.told()).ended), "143");
  });

  test("a TSTP that is sent wedges nothing", async () => {
    const running = await ready(place, [HANDLES, `${USR1}`]);
    running.send(TSTP);
    running.send(TERM);
    assert.equal(endOfRun((await running.told()).ended), "143");
  });

  test("a stopped command is continued by a signal that is sent to us", async () => {
    const running = await ready(place, [HANDLES]);
    const command = await outer(running, running);
    process.kill(command, "SIGSTOP");
    await until("it is stopped", () => stateOf(command) === "T");
    running.send(TERM);
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.escalated], ["143", false]);
  });

  test("a command that stops itself at a terminal's signal goes on", async () => {
    const running = await ready(
      place,
      ["sh", "-c", "echo ready $$; kill -TTIN $$; read x; exit 5"],
      {
        input: OPEN,
      },
    );
    running.write("\n");
    assert.equal(endOfRun((await running.told()).ended), "5");
  });
}

describe("signals of init", () => {
  for (const place of PLACES) {
    describe(place.name, { skip: place.skip, concurrency: 4 }, () => {
      forwarding(place);
      values(place);
      stopping(place);
      if (place.isFirst) patience(place);
      stops(place);
    });
  }
});
