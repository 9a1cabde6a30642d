// schemas/ and docs/report.md: made from the core's tables, valid, and their commands run.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { REPORT_DOCUMENT, SCHEMAS } from "../scripts/docs/report.ts";
import { FROZEN } from "./cli/binary.ts";
import { validateReport } from "./report-schema.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const document = readFileSync(join(ROOT, REPORT_DOCUMENT), "utf8");
const blocks = (language: string): string[] =>
  [...document.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    ([, block = ""]) => block,
  );

for (const [path, text] of Object.entries(SCHEMAS)) {
  test(`${path} is as the tables make it`, () => {
    assert.equal(readFileSync(join(ROOT, path), "utf8"), text(), "npm run docs");
  });
}

const [example = "", ...others] = blocks("json");

test("the example is a report", () => {
  assert.equal(others.length, 0);
  assert.deepEqual(validateReport(JSON.parse(example)), []);
});

const folder = mkdtempSync(join(tmpdir(), "curfew-report-"));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "report.json"), example);

/** A report as it is on every machine: numbers that differ are gone. */
function lasting(report: Record<string, unknown>): unknown {
  const { started_at: _, reliability_reasons: __, resources, tree, ...rest } = report;
  // On a busy machine there may be no time to see more of a process than its name.
  const commands = (tree as readonly Record<string, unknown>[]).map(({ command }) => command);
  const kept = { ...rest, resources: Object.keys(resources ?? {}), commands };
  const withoutNumbers = (_key: string, value: unknown) => (typeof value === "number" ? 0 : value);
  return JSON.parse(JSON.stringify(kept, withoutNumbers));
}

test("the example is what its command reports", () => {
  const [command = ""] = blocks("text");
  const text = command.replace("curfew", `'${FROZEN.path}'`).replace("report.json", "run.json");
  const { status, stderr } = spawnSync("sh", ["-c", text], { cwd: folder, encoding: "utf8" });
  assert.equal(status, JSON.parse(example).exit_code, stderr);
  const report = JSON.parse(readFileSync(join(folder, "run.json"), "utf8"));
  assert.deepEqual(lasting(report), lasting(JSON.parse(example)));
});

/** What each block of commands prints for the example. */
const PRINTED: Readonly<Record<string, string>> = {
  jq: "timed_out after 2003.975 ms, exit code 124\ntrue\n",
  python3: "timed_out ['SIGTERM', 'SIGTERM', 'SIGKILL']\n",
  node: "timed_out SIGKILL\n",
};

test("there is a block for each of the programs", () => {
  const programs = blocks("sh").map((block) => block.split(" ")[0]);
  assert.deepEqual(programs, Object.keys(PRINTED));
});

for (const block of blocks("sh")) {
  const [program = ""] = block.split(" ");
  // Our own Node, whatever else is installed.
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
  const isMissing = spawnSync(program, ["--version"], { env }).error !== undefined;
  test(`the example, read by ${program}`, { skip: isMissing && `no ${program}` }, () => {
    const { stdout, stderr, status } = spawnSync("sh", ["-ec", block], {
      cwd: folder,
      env,
      encoding: "utf8",
    });
    assert.equal(stdout, PRINTED[program], stderr);
    assert.equal(status, 0);
  });
}
