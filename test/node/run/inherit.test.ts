import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { run as runProgram } from "../../cli/run.ts";
import { NO_PROGRAM } from "../expected.ts";
import { run } from "../program.ts";

const INHERITS = fileURLToPath(new URL("../children/inherits.ts", import.meta.url));

/** Options, and what then is on Node's own stdout and stderr. */
const ROWS: readonly [options: object, stdout: string, stderr: string][] = [
  [{ stdio: "inherit" }, "in\n[][]", "err\n"],
  [{ stdin: "inherit" }, "[in][err]", ""],
  [
    { stdin: "inherit", stdout: ["inherit", "capture"], stderr: ["inherit"] },
    "in\n[in][]",
    "err\n",
  ],
  [{ stdin: "inherit", stdout: "inherit", stderr: "stdout" }, "in\nerr\n[][]", ""],
  [{ stdio: "inherit", idleTimeout: "1h" }, "in\n[][]", "err\n"],
  [{ stdin: "inherit", stdout: "ignore", stderr: "inherit" }, "[][]", "err\n"],
];

for (const [options, stdout, stderr] of ROWS) {
  test(`Node's own streams: ${JSON.stringify(options)}`, async () => {
    const argv = [process.execPath, INHERITS, JSON.stringify(options)];
    // Without the program, a warning would say so.
    const env = { CURFEW_BINARY: process.env.CURFEW_BINARY, NODE_NO_WARNINGS: "1" };
    const ended = await runProgram(argv, { env, input: "in\n" });
    assert.deepEqual([ended.stdout, ended.stderr, ended.code], [stdout, stderr, 0]);
  });
}

test("limits are those of the command line", { skip: NO_PROGRAM }, async () => {
  const burn = await run("sh", ["-c", "while :; do :; done"], { cpuLimit: "1s" });
  assert.deepEqual([burn.outcome, burn.ok], ["cpu_limit", false]);
  const { report } = await run("true", { memLimit: "1G", newSession: true });
  const limits = report.limits as { readonly mem?: { readonly appliedBytes: number } };
  assert.equal(limits.mem?.appliedBytes, 1024 ** 3);
});
