// The library's own tests over the portable way, with the program hidden.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const SOURCE = new URL("../../../src/node/", import.meta.url).href;
const FOLDER = fileURLToPath(new URL("../", import.meta.url));
/** Tests of runs. Others are of options alone, or of the program's own way. */
const FILES = globSync("{{run,ready}/*,kill-tree,surroundings}.test.ts", { cwd: FOLDER }).sort();

test("there are such tests", () => assert.ok(FILES.length >= 5));

// They mostly wait.
describe("without the program", { concurrency: 3 }, () => {
  for (const name of FILES) {
    test(name, async () => {
      const env = { ...process.env, CURFEW_TEST_WAY: "portable" };
      // Not as a part of this test run: it would print for the runner.
      for (const other of ["NODE_TEST_CONTEXT", "CURFEW_BINARY"])
        Reflect.deleteProperty(env, other);
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
      // Said once, although there were many runs. Some tests have their runs in other processes.
      assert.ok(said.split("[CURFEW_PORTABLE] Warning").length <= 2, said);
    });
  }
});

/** What a Node without the program prints of a text that has `run`. */
function printed(text: string, variables: Readonly<Record<string, string>> = {}) {
  const env: NodeJS.ProcessEnv = { ...process.env, ...variables };
  if (variables.CURFEW_BINARY === undefined) Reflect.deleteProperty(env, "CURFEW_BINARY");
  const imports = `import { prepare, run, runSync } from "${SOURCE}index.ts";`;
  const whole = `${imports}\n${text}`;
  const argv = ["--input-type=module-typescript", "--eval", whole];
  return spawnSync(process.execPath, argv, { env, encoding: "utf8" });
}

test("without the program auto is the portable way, and says so once", () => {
  const ways = `for (let n = 0; n < 3; n++) console.log((await run("true")).report.way);`;
  const { stdout, stderr } = printed(ways);
  assert.equal(stdout, "portable\n".repeat(3));
  assert.equal(stderr.split("[CURFEW_PORTABLE] Warning").length, 2, stderr);
  assert.match(stderr, /@curfew\/.* is not installed/);
});

test("backend portable gives no warning; backend binary without the program is an error", () => {
  const asks = `console.log((await run("true", { backend: "portable" })).report.way);`;
  const { stdout, stderr } = printed(asks, { CURFEW_BINARY: "/bin/false" });
  assert.deepEqual([stdout, stderr], ["portable\n", ""]);
  const insists = `const { outcome, error } = await run("true", { backend: "binary" });
    console.log(outcome, error?.code);`;
  assert.equal(printed(insists).stdout, "spawn_failed no_binary\n");
});

test("what the portable way cannot do is refused by name", () => {
  const options = {
    cpuLimit: '"5s"',
    memLimit: '"1G"',
    processLimit: "5",
    containment: '"pidns"',
    endWithStdin: 'true, stdin: "pipe"',
    onStop: '"continue"',
    pty: "true",
  };
  const tries = Object.entries(options).map(([name, value]) => {
    return `try { run("true", { ${name}: ${value}, backend: "portable" }); }
      catch (error) { console.log(error.code, error.option); }`;
  });
  const expected = Object.keys(options).map((name) => `unsupported ${name}\n`);
  assert.equal(printed(tries.join("\n")).stdout, expected.join(""));
  const sync = `try { runSync("true"); } catch (error) { console.log(error.code); }`;
  assert.equal(printed(sync).stdout, "unsupported\n");
});

test("prepare says what the portable way can promise", () => {
  const { stdout } = printed("console.log(JSON.stringify(await prepare()));");
  const { containment, reasons } = JSON.parse(stdout);
  assert.equal(containment, "group");
  assert.ok(reasons.includes("process_group_only"));
});
