// Many children at once, and children that were there before us.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BINARIES, type Binary } from "./binary.ts";
import { child } from "./children.ts";
import {
  childrenOf,
  curfew,
  endOfRun,
  guardianOf,
  OPEN,
  run,
  stateOf,
  timeout,
  until,
} from "./run.ts";

const HANDLES = child("handles");
const CROWD = "200";

function crowds(binary: Binary): void {
  const crowd = child("crowd");
  const ends = ["sh", "-c", 'kill -KILL "-$0"; exit 3', "{}"];
  const all: readonly (readonly [name: string, words: readonly string[], end: string])[] = [
    ["orphans of the command end with it", ["1000", crowd, "orphans", CROWD, ...ends], "3"],
    [
      "the command ends together with its orphans",
      ["1000", crowd, "together", CROWD, ...ends],
      "SIGKILL",
    ],
  ];
  for (const [name, words, end] of all) {
    test(`P27: ${CROWD} ${name}`, async () => {
      for (let times = 0; times < 3; times++) {
        assert.equal(endOfRun(await timeout(binary, words)), end);
      }
    });
  }

  test(`P27: ${CROWD} children we came with end while the command goes on: all are reaped`, async () => {
    const script = 'kill -KILL "-$0"; echo ready $$; read end; exit 3';
    const running = curfew(binary, ["timeout", "1000", "sh", "-c", script, "{}"], {
      before: [crowd, "inherited", CROWD],
      input: OPEN,
    });
    const [, pid = ""] = await running.says(/^ready (\d+)$/m);
    const guardian = await guardianOf(running.pid);
    await until("nothing but the guardian is left", () => childrenOf(running.pid).length === 1);
    assert.deepEqual(childrenOf(guardian), [Number(pid)]);
    running.write("end\n");
    assert.equal(endOfRun(await running.ended), "3");
  });

  test("T26: children we came with are not touched when the limit passes", async () => {
    const script = 'echo "group $0"; exec "$@"';
    const words = ["timeout", "1000", "sh", "-c", script, "{}", HANDLES];
    const running = curfew(binary, words, { before: [crowd, "inherited", "20"] });
    const [, group = ""] = await running.says(/^group (\d+)$/m);
    await running.says(/^ready/m);
    running.kill("SIGALRM");
    assert.equal(endOfRun(await running.ended), "124");
    assert.equal(stateOf(Number(group)), "S");
    await run(["sh", "-c", 'kill -KILL "-$0"', group]);
  });
}

describe("crowds", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => crowds(binary));
  }
});
