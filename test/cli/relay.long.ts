// Ten gigabytes through the relay: nothing grows. `npm test -- --only 'test/cli/*.long.ts'`.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FROZEN } from "./binary.ts";
import { reporting } from "./reports.ts";
import { OPEN, statusOf } from "./run.ts";

const SIZE = 10 * 2 ** 30;
/** curfew has no more than this resident, in kB; what --keep-output keeps comes on top. */
const MOST = 8192;

describe("relay: much output", () => {
  for (const [name, options, passed, kept] of [
    ["passed on", ["--idle-timeout", "1h"], SIZE, 0],
    ["kept in part", ["--keep-output", "1M,8M"], 9 * 2 ** 20, 8192],
  ] as const) {
    test(`${SIZE} bytes are ${name}`, async () => {
      const script = `echo $PPID >&2; head -c ${SIZE} /dev/zero; echo written >&2; read line`;
      const before = ["sh", "-c", '"$@" | wc -c', "sh"];
      const words = ["run", ...options, "sh", "-c", script];
      const running = reporting(FROZEN, words, { before, input: OPEN });
      const [, guardian] = await running.says(/^(\d+)$/m, "stderr");
      const supervisor = Number(statusOf(Number(guardian), "PPid"));
      await running.says(/^written$/m, "stderr").catch(() => undefined);
      const peak = Number(statusOf(supervisor, "VmHWM").split(" ")[0]);
      running.write("\n");
      const { ended, report } = await running.told();
      assert.equal(Number(ended.stdout), passed);
      assert.equal(report.output?.stdout?.bytes, SIZE);
      assert.ok(peak > 0 && peak < MOST + kept, `${peak} kB`);
    });
  }
});
