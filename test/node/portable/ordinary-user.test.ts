// The tests of the portable way as an ordinary user, where this one may become one.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

/** The numbers of the user `nobody`, on every Linux. */
const UNPRIVILEGED = 65534;
const FILES = ["ends", "starts", "controls", "guardian/node-dies"];

const pathOf = (name: string) => fileURLToPath(new URL(`${name}.test.ts`, import.meta.url));
const isRoot = process.geteuid?.() === 0;

// They mostly wait.
describe("as an ordinary user", { concurrency: true }, () => {
  for (const name of FILES) {
    test(name, { skip: !isRoot && "not root: all tests are" }, async () => {
      const env = { ...process.env, HOME: "/nonexistent", TMPDIR: "/tmp" };
      // Not as a part of this test run: it would print for the runner.
      Reflect.deleteProperty(env, "NODE_TEST_CONTEXT");
      const child = spawn(process.execPath, ["--test-reporter=tap", pathOf(name)], {
        uid: UNPRIVILEGED,
        gid: UNPRIVILEGED,
        cwd: "/",
        env,
        stdio: ["ignore", "pipe", "inherit"],
      });
      let said = "";
      child.stdout.on("data", (chunk) => {
        said += chunk;
      });
      const code = await new Promise((resolve) => child.once("close", resolve));
      assert.equal(code, 0, said);
      assert.match(said, /^# pass [1-9]/m);
    });
  }
});
