// PID 1 of a namespace whose /proc shows another one: no process can be found there, but all
// can be signalled at once.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { IS_ROOT } from "../adversaries/users.ts";
import { BINARIES } from "../cli/binary.ts";
import { newPath, reporting } from "../cli/reports.ts";
import { endOfRun } from "../cli/run.ts";
import { patiently } from "../patience.ts";

const skip = IS_ROOT ? false : "a PID namespace without a user namespace needs root";
/** The command ends when the other has set its trap. */
const LEFT = `(trap 'echo told' TERM; : >"$0"; while :; do sleep 1000 & wait $!; done) &
  until [ -e "$0" ]; do :; done; echo left; exit 3`;

for (const binary of BINARIES) {
  describe(`PID 1 without a /proc of its own, ${binary.name}`, { skip }, () => {
    test("what is left gets the signal, then SIGKILL, and is proven to be gone", async () => {
      const grace = `${patiently(100)}ms`;
      const words = ["init", "--kill-after", grace, "sh", "-c", LEFT, newPath("set")];
      const running = reporting(binary, words, { before: ["unshare", "-pf", "--kill-child"] });
      const { ended, report } = await running.told();
      assert.equal(endOfRun(ended), "3");
      assert.match(ended.stdout, /told/);
      assert.deepEqual([report.tree_gone, report.proof], [true, "echild"]);
    });
  });
}
