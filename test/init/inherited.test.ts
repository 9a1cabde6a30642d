// What the command of `curfew init` has from its caller: everything, and variables that name the
// process that reads them name the command (P39).
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { adversary, REPORTS } from "../adversaries/programs.ts";
import { endOfRun, type Running, start } from "../cli/run.ts";
import { init, PLACES, type Place, ready } from "./places.ts";

const [HUP, INT, PIPE, USR1, CHLD, TSTP, TTIN, TTOU, RTMIN] = [1, 2, 13, 10, 17, 20, 21, 22, 34];
const TERM = 15;
const surroundings = (option: string, ...signals: readonly number[]) => [
  adversary("surroundings"),
  ...signals.flatMap((signal) => [`--${option}`, `${signal}`]),
  "--",
];

/** What is blocked and what is ignored, as the kernel has it. */
const LOOK = ["grep", "-E", "^Sig(Blk|Ign|Cgt):", "/proc/self/status"];

const STARTS: readonly (readonly [name: string, before: readonly string[]])[] = [
  ["nothing special", []],
  ["HUP, INT and PIPE ignored", surroundings("ignore", HUP, INT, PIPE)],
  ["CHLD ignored", surroundings("ignore", CHLD)],
  ["CHLD blocked", surroundings("block", CHLD)],
  ["TSTP, TTIN and TTOU ignored", surroundings("ignore", TSTP, TTIN, TTOU)],
  ["USR1, INT, TSTP and RTMIN blocked", surroundings("block", USR1, INT, TSTP, RTMIN)],
];

function kept(place: Place): void {
  for (const [name, before] of STARTS) {
    test(`started with ${name}: so is the command`, async () => {
      const bare = await start([...place.before, ...before, ...LOOK]).ended;
      const { ended } = await init(place, LOOK, { before }).told();
      assert.equal(bare.code, 0);
      assert.deepEqual([ended.code, ended.stdout], [0, bare.stdout]);
    });

    test(`T24: started with ${name}: its code, its orphans, its end`, async () => {
      const { ended, report } = await init(place, [adversary("status-thief"), "20", "7"], {
        before,
      }).told();
      assert.deepEqual([endOfRun(ended), report.tree_gone], ["7", true]);
      const running = await ready(place, [adversary("handles")], { before });
      running.send(TERM);
      assert.equal(endOfRun((await running.told()).ended), "143");
    });
  }

  test("T25: a signal that we were to ignore stays ignored", async () => {
    const before = surroundings("ignore", HUP);
    const running = await ready(place, [adversary("handles"), `${HUP}`, `${USR1}`], { before });
    running.send(HUP);
    running.send(USR1);
    await running.says(/^caught 10$/m);
    running.send(TERM);
    const { ended } = await running.told();
    assert.deepEqual([endOfRun(ended), /caught 1$/m.test(ended.stdout)], ["143", false]);
  });
}

/** Where we are, and what is told apart by numbers of its own. */
const isCompared = (line: string) => !/^(session|group|parent-death-signal|argv\[1\]) /.test(line);

function everything(place: Place): void {
  test("everything else is as it is without us", async () => {
    const seen = async (begin: (words: readonly string[]) => Running) => {
      const file = join(REPORTS, randomBytes(8).toString("hex"));
      assert.equal((await begin([adversary("inherited"), file]).ended).code, 0);
      const lines = readFileSync(file, "utf8")
        .replace(/(pipe|socket):\[\d+\]/g, "$1")
        .split("\n");
      return lines.filter(isCompared);
    };
    const env = { ...place.form.env, EMPTY: "", LISTEN_PID: "77" };
    const bare = await seen((words) => start([...place.before, ...words], { cwd: "/", env }));
    assert.ok(bare.length > 100);
    assert.deepEqual(await seen((words) => init(place, words, { env })), bare);
  });
}

function variables(place: Place): void {
  const SHOW = 'echo "$LISTEN_PID $LISTEN_FDS $WATCHDOG_PID $WATCHDOG_USEC own $$"';
  const shown = async (assignments: string) => {
    const before = ["sh", "-c", `${assignments} exec "$@"`, "sh"];
    const { ended } = await init(place, ["sh", "-c", SHOW], { before }).told();
    const [, said = "", own = ""] = /^(.*) own (\d+)\n$/.exec(ended.stdout) ?? [];
    return { said, own };
  };

  test("LISTEN_PID and WATCHDOG_PID that name us name the command", async () => {
    const both = "LISTEN_PID=$$ LISTEN_FDS=0 WATCHDOG_PID=$$ WATCHDOG_USEC=5";
    const { said, own } = await shown(both);
    assert.equal(said, `${own} 0 ${own} 5`);
  });

  test("those that name another process stay as they are", async () => {
    const { said } = await shown("LISTEN_PID=99999 LISTEN_FDS=2 WATCHDOG_PID=99998");
    assert.equal(said, "99999 2 99998 ");
  });

  test("one that is not there is not made", async () => {
    const { said, own } = await shown("WATCHDOG_PID=$$");
    assert.equal(said, `  ${own} `);
  });
}

describe("what the command of init inherits", () => {
  for (const place of PLACES) {
    describe(place.name, { skip: place.skip, concurrency: 4 }, () => {
      kept(place);
      everything(place);
      variables(place);
    });
  }
});
