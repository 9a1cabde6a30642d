// How `curfew init` ends: exit codes, what cannot be executed, what is left, and everything that
// came from elsewhere.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { adversary } from "../adversaries/programs.ts";
import type { Report } from "../adversaries/report.ts";
import { childrenOf, endOfRun, OPEN, start, until } from "../cli/run.ts";
import {
  BESIDE,
  below,
  type Init,
  init,
  inside,
  outer,
  PLACES,
  type Place,
  ready,
} from "./places.ts";

const HANDLES = adversary("handles");
const [HUP, KILL, USR1, TERM, LAST] = [1, 9, 10, 15, 64];
const ALL_CODES = Array.from({ length: 256 }, (_, code) => code);
const SOME_CODES = [0, 1, 2, 77, 124, 125, 126, 127, 128, 130, 143, 255];
const DEATHS = [1, 4, 6, 9, 11, 15, 31, 34, 64];
/** Ways in which a command cannot be started, and the exit code that tells so. */
const REFUSED: readonly (readonly [name: string, command: string, code: string])[] = [
  ["a name that is nowhere", "no-such-command", "127"],
  ["a path that is nowhere", "/no/such/command", "127"],
  ["a file that is no program", "/etc/passwd", "126"],
  ["a directory", "/", "126"],
];
/** A command that ends when it reads a line, and leaves behind what it is given. */
const LEAVES = 'echo command $$; "$0" "$@" & read x; exit 3';

function codes(place: Place): void {
  test("every exit code of the command's is ours", async () => {
    // As PID 1: side-by-side.test.ts.
    const all = place === BESIDE ? ALL_CODES : SOME_CODES;
    const rows = Array.from({ length: 4 }, (_, first) => all.filter((code) => code % 4 === first));
    const runs = rows.map(async (row) => {
      for (const code of row) {
        const { ended } = await init(place, ["sh", "-c", `exit ${code}`]).told();
        assert.deepEqual([endOfRun(ended), ended.stderr], [`${code}`, ""]);
      }
    });
    await Promise.all(runs);
  });

  test("death by a signal is 128 and its number", async () => {
    for (const signal of DEATHS) {
      const { ended, report } = await init(place, [adversary("dies"), `${signal}`]).told();
      assert.deepEqual([endOfRun(ended), report.exit_code], [`${128 + signal}`, 128 + signal]);
      assert.equal(report.outcome, "signaled");
    }
  });

  test("T32: what cannot be executed: 127 where there is nothing, else 126", async () => {
    for (const [name, command, code] of REFUSED) {
      // Another user may not look everywhere that we do.
      const env = { PATH: "/usr/bin:/bin" };
      const { ended, report } = await init(place, [command], { env }).told();
      assert.deepEqual([endOfRun(ended), report.outcome], [code, "spawn_failed"], name);
      assert.match(ended.stderr, /cannot run/);
    }
  });

  test("--expect-exit: exit codes, and deaths as their code, that are 0 to our caller", async () => {
    const options = ["--expect-exit", "143", "--expect-exit", "7"];
    for (const [code, expected] of [
      ["7", "0"],
      ["8", "8"],
      ["143", "0"],
    ]) {
      const { ended } = await init(place, [...options, "sh", "-c", `exit ${code}`]).told();
      assert.equal(endOfRun(ended), expected);
    }
    const running = await ready(place, [...options, HANDLES]);
    running.send(TERM);
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.exit_code, report.child.signal], ["0", 0, "SIGTERM"]);
  });
}

function orphans(place: Place): void {
  test("T26: 200 orphans end with the command: its code, and no process is left", async () => {
    for (let times = 0; times < 3; times++) {
      const { ended, report } = await init(place, [adversary("status-thief"), "200", "7"]).told();
      assert.deepEqual([endOfRun(ended), report.tree_gone], ["7", true]);
    }
  });

  test("orphans that end while the command goes on are reaped", async () => {
    const script =
      "n=0; while [ $n -lt 200 ]; do (: & :); n=$((n+1)); done; echo ready $$; read x; exit 5";
    const running = await ready(place, ["sh", "-c", script], { input: OPEN });
    await until("there are but guardian and command", () => below(running.pid).length === 2);
    running.write("\n");
    assert.equal(endOfRun((await running.told()).ended), "5");
  });
}

const begin = (place: Place, options: readonly string[], ...words: readonly string[]) =>
  ready(place, [...options, "sh", "-c", LEAVES, ...words], { input: OPEN });

/** What the signals were that were sent, except the CONT that follows some. */
const sent = ({ signals_sent }: Report) =>
  signals_sent.map(({ signal }) => signal).filter((signal) => signal !== "SIGCONT");

function leftovers(place: Place): void {
  test("what is left gets TERM and time to end, and the report names and proves it", async () => {
    const running = await begin(place, [], HANDLES, "-e", "9", `${TERM}`);
    running.write("\n");
    const { ended, report } = await running.told();
    assert.match(ended.stdout, /^caught 15$/m);
    assert.deepEqual([endOfRun(ended), report.outcome], ["3", "exited"]);
    assert.deepEqual([report.tree_gone, report.proof, report.escalated], [true, "echild", false]);
    assert.deepEqual([report.leftovers.length, sent(report)], [1, ["SIGTERM"]]);
    assert.equal(report.containment, place.isFirst ? "pidns" : "subreaper");
  });

  test("what does not obey gets KILL after --kill-after", async () => {
    const running = await begin(place, ["-k", "50ms"], HANDLES, `${TERM}`);
    running.write("\n");
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.escalated, report.tree_gone], ["3", true, true]);
    assert.deepEqual(sent(report), ["SIGTERM", "SIGKILL"]);
  });

  test("what had TERM with the command's group does not get it again when that has ended", async () => {
    const script = `trap : TERM; "$0" "$@" <&- & read x; read x; exit 3`;
    const words = ["-k", "2s", "sh", "-c", script, HANDLES, `${TERM}`];
    const running = await ready(place, words, { input: OPEN });
    running.send(TERM);
    await running.says(/^caught 15$/m);
    running.write("\n\n");
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.escalated, report.tree_gone], ["3", true, true]);
    assert.equal(ended.stdout.match(/^caught 15$/gm)?.length, 1);
  });

  test("--leftovers wait: we end when the last of the tree has", async () => {
    const running = await begin(place, ["--leftovers", "wait"], HANDLES, "-e", "0", `${USR1}`);
    const left = await outer(running, running);
    running.write("\n");
    await until("there are but guardian and leftover", () => below(running.pid).length === 2);
    process.kill(left, USR1);
    const { ended, report } = await running.told();
    assert.match(ended.stdout, /^caught 10$/m);
    assert.deepEqual([endOfRun(ended), report.tree_gone, sent(report)], ["3", true, []]);
  });

  test("--leftovers wait, and TERM: then it is enough", async () => {
    const running = await begin(place, ["--leftovers", "wait"], HANDLES);
    running.write("\n");
    await until("there are but guardian and leftover", () => below(running.pid).length === 2);
    running.send(TERM);
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.tree_gone], ["3", true]);
    // Once, or to the group and then to the rest: the end of the command may not be known yet.
    assert.deepEqual([...new Set(sent(report))], ["SIGTERM"]);
  });

  test("-v says what holds the tree, and what was left", async () => {
    const running = await begin(place, ["-v"], HANDLES);
    const holder = place.isFirst ? /its PID namespace/ : /a subreaper: curfew is not PID 1/;
    await running.says(holder, "stderr");
    running.write("\n");
    assert.match((await running.told()).ended.stderr, /still running: .*handles/);
  });
}

/** An orphan of a process that joined the container; what it says comes to the test. */
async function stranger(place: Place, running: Init, ...words: readonly string[]) {
  const argv = inside(place, running, () => ["sh", "-c", '"$@" &', "sh", ...words]);
  const joined = start(argv, { cwd: "/" });
  await joined.says(/^ready \d+$/m);
  await until("it is a child of ours", () => childrenOf(running.pid).length === 2);
  return joined;
}

/** A process that joins the container, and what becomes of its orphans. */
function strangers(place: Place): void {
  const counted = (text: string) => [...text.matchAll(/^caught 15$/gm)].length;

  test("an orphan of a process that joined is reaped, and changes nothing", async () => {
    const running = await begin(place, [], "echo", "ready 0");
    const other = await stranger(place, running, HANDLES, "-e", "9", `${USR1}`);
    process.kill(await outer(running, other), USR1);
    await until("there is but the guardian", () => childrenOf(running.pid).length === 1);
    running.write("\n");
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.leftovers, report.tree_gone], ["3", [], true]);
    await other.ended;
  });

  test("what is left of a process that joined gets TERM, and time to end", async () => {
    const running = await begin(place, [], "echo", "ready 0");
    const other = await stranger(place, running, HANDLES, "-e", "0", `${TERM}`);
    running.write("\n");
    const { ended, report } = await running.told();
    assert.equal(counted((await other.ended).stdout), 1);
    assert.deepEqual([endOfRun(ended), report.tree_gone, report.escalated], ["3", true, false]);
    assert.equal(report.leftovers.length, 1);
  });

  test("theirs and ours are asked once each", async () => {
    const running = await begin(place, [], HANDLES, "-e", "0", `${TERM}`);
    const other = await stranger(place, running, HANDLES, "-e", "0", `${TERM}`);
    running.write("\n");
    const { ended, report } = await running.told();
    assert.deepEqual([counted(ended.stdout), counted((await other.ended).stdout)], [1, 1]);
    assert.deepEqual([endOfRun(ended), report.tree_gone, report.escalated], ["3", true, false]);
  });

  const isAlone = !place.isFirst && "its group is not the first one";
  test("timeout signals its group, and no process that joined", { skip: isAlone }, async () => {
    const words = ["1000", HANDLES, `${TERM}`];
    const running = await ready(place, words, { subcommand: "timeout" });
    const other = await stranger(place, running, HANDLES, `${TERM}`, `${LAST}`);
    running.send(TERM);
    await running.says(/^caught 15$/m);
    process.kill(await outer(running, other), LAST);
    // Signals are taken in the order of their numbers: it has had no other.
    await other.says(/^caught 64$/m);
    running.send(KILL);
    await running.ended;
    assert.doesNotMatch((await other.ended).stdout, /^caught 15$/m);
  });

  test("what does not obey ends with us", async () => {
    const running = await begin(place, ["-k", "50ms"], HANDLES, `${TERM}`);
    const other = await stranger(place, running, HANDLES, `${TERM}`);
    running.write("\n");
    const { ended, report } = await running.told();
    await other.ended;
    assert.deepEqual([endOfRun(ended), report.tree_gone, report.escalated], ["3", true, true]);
  });

  test("a new generation leaves a process that joined and its orphans alone", async () => {
    const running = await ready(place, ["--reload-signal", "HUP", HANDLES]);
    const other = await stranger(place, running, HANDLES, "-e", "9", `${USR1}`);
    const orphan = await outer(running, other);
    const words = ["sh", "-c", "echo ready; read word; echo got $word"];
    const shell = start(
      inside(place, running, () => words),
      { cwd: "/", input: OPEN },
    );
    await shell.says(/^ready$/m);
    for (const generation of [2, 3]) {
      running.send(HUP);
      await running.says(new RegExp(`(^ready \\d+\\n[\\s\\S]*){${generation}}`, "m"));
    }
    shell.write("on\n");
    await shell.says(/^got on$/m);
    assert.ok(childrenOf(running.pid).includes(orphan));
    process.kill(orphan, USR1);
    await other.ended;
    running.send(TERM);
    assert.equal(endOfRun((await running.told()).ended), "143");
  });

  test("TERM ends the command, and then what is left of a process that joined", async () => {
    const running = await ready(place, [HANDLES]);
    const other = await stranger(place, running, HANDLES, "-e", "0", `${TERM}`);
    running.send(TERM);
    const { ended, report } = await running.told();
    assert.equal(counted((await other.ended).stdout), 1);
    assert.deepEqual([endOfRun(ended), report.tree_gone, report.escalated], ["143", true, false]);
  });
}

describe("ends of init", () => {
  for (const place of PLACES) {
    describe(place.name, { skip: place.skip, concurrency: 4 }, () => {
      codes(place);
      orphans(place);
      leftovers(place);
      if (place.isFirst) strangers(place);
    });
  }
});
