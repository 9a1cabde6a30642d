// The library's own tests over the portable way, with the program hidden.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../", import.meta.url));
/** Tests of runs. Others are of options alone, or of the program's own way. */
const FILES = globSync("{run,ready}/*.test.ts", { cwd: FOLDER }).sort();

test("there are such tests", () => assert.ok(FILES.length >= 5));

for (const name of FILES) {
  test(`without the program: ${name}`, async () => {
    const env = { ...process.env, CURFEW_TEST_WAY: "portable" };
    // Not as a part of this test run: it would print for the runner.
    for (const other of ["NODE_TEST_CONTEXT", "CURFEW_BINARY"]) Reflect.deleteProperty(env, other);
    const child = spawn(process.execPath, ["--test-reporter=tap", `${FOLDER}${name}`], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        said += chunk;
      });
    }
    const code = await new Promise((resolve) => child.once("close", resolve));
    assert.equal(code, 0, said);
    assert.match(said, /^# pass [1-9]/m);
    // Said once, although there were many runs.
    assert.equal(said.split("[CURFEW_PORTABLE] Warning").length, 2, said);
  });
}
