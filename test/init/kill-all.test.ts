// As PID 1: a command that signals every process it can (`kill -1`) means neither itself nor its
// init, and goes on, as under other inits. The guardian is among those that are signalled.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { childrenOf, endOfRun, isOver, OPEN, start, until } from "../cli/run.ts";
import { below, FIRST, init, PLACES } from "./places.ts";
import { CONTENDERS } from "./side-by-side.ts";

/** Signals every process, then reads a line. */
const script = (signal: string) =>
  `trap "" TERM HUP INT QUIT; kill -${signal} -1 2>/dev/null; echo done; read line; exit 3`;
const SIGNALS = ["TERM", "HUP", "INT", "QUIT", "USR1", "KILL"];

describe("kill -1 as PID 1, side by side", { skip: FIRST.skip }, () => {
  for (const { name, words, skip } of CONTENDERS) {
    for (const signal of SIGNALS) {
      test(`${name}: ${signal}`, { skip }, async () => {
        const argv = [...FIRST.before, ...words, "sh", "-c", script(signal)];
        const running = start(argv, { cwd: "/", input: OPEN });
        await running.says(/^done$/m);
        running.write("\n");
        assert.equal(endOfRun(await running.ended), "3");
      });
    }
  }
});

for (const place of PLACES.filter(({ isFirst }) => isFirst)) {
  describe(place.name, { skip: place.skip }, () => {
    for (const signal of SIGNALS) {
      test(`${signal} to all processes: the report tells of the command alone`, async () => {
        const running = init(place, ["sh", "-c", script(signal)], { input: OPEN });
        await running.says(/^done$/m);
        running.write("\n");
        const { ended, report } = await running.told();
        const { outcome, tree_gone, signals_sent } = report;
        const told = [endOfRun(ended), outcome, tree_gone, signals_sent];
        assert.deepEqual(told, ["3", "exited", true, []]);
      });
    }

    test("a command whose guardian is lost ends by a signal, and leaves orphans", async () => {
      const orphans = "(sleep 1000 &); echo done; read line; kill -KILL $$";
      const running = init(place, ["sh", "-c", orphans], { input: OPEN });
      await running.says(/^done$/m);
      const [guardian = 0] = childrenOf(running.pid);
      process.kill(guardian, "SIGKILL");
      await until("the guardian is gone", () => isOver(guardian));
      running.write("\n");
      const { ended, report } = await running.told();
      assert.equal(endOfRun(ended), "137");
      assert.deepEqual([report.outcome, report.tree_gone], ["signaled", true]);
      assert.deepEqual(below(running.pid), []);
    });

    test("a stop request reaches a command whose guardian is lost", async () => {
      const running = init(place, ["sh", "-c", 'trap "exit 7" TERM; echo done; read line'], {
        input: OPEN,
      });
      await running.says(/^done$/m);
      const [guardian = 0] = childrenOf(running.pid);
      process.kill(guardian, "SIGKILL");
      await until("the guardian is gone", () => isOver(guardian));
      running.send(15);
      const { ended, report } = await running.told();
      assert.deepEqual(
        [endOfRun(ended), report.outcome, report.tree_gone],
        ["7", "cancelled", true],
      );
    });
  });
}
