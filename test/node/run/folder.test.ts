// Node's own folder may be removed while it runs.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isPortable, NO_PROGRAM } from "../expected.ts";
import { type Options, type Result, run, runSync, wrap } from "../program.ts";

/** Works in a folder that is gone. */
async function withoutFolder(work: () => Promise<void>): Promise<void> {
  const before = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), "curfew-node-"));
  process.chdir(folder);
  rmSync(folder, { recursive: true });
  try {
    await work();
  } finally {
    process.chdir(before);
  }
}

const ROWS: readonly Options<"utf8">[] = [
  {},
  { cwd: "a" },
  { stdout: { file: "a" } },
  { stdout: ["capture", { file: "a" }] },
  { stdin: { file: "a" } },
  { preferLocal: true },
  { preferLocal: "a" },
];

function endOf({ outcome, error }: Result<string>): unknown {
  return [outcome, error?.code, error?.errno];
}

test("without a folder of Node's own nothing can be started in it", () =>
  withoutFolder(async () => {
    const expected = ["spawn_failed", "bad_cwd", "ENOENT"];
    for (const options of [...ROWS, { ready: { path: "a" } }]) {
      assert.deepEqual(endOf(await run("true", options)), expected, JSON.stringify(options));
    }
    for (const options of isPortable ? [] : ROWS) {
      if (Array.isArray(options.stdout)) continue;
      assert.deepEqual(endOf(runSync("true", options)), expected, JSON.stringify(options));
    }
  }));

test("and no words say in which folder", { skip: NO_PROGRAM }, () =>
  withoutFolder(async () => {
    assert.throws(() => wrap("true", [], { cwd: "a" }), { code: "bad_cwd", option: "cwd" });
    assert.equal(wrap("true", [], { cwd: "/" }).args.includes("--chdir=/"), true);
  }),
);

test("a folder that is given is enough", () =>
  withoutFolder(async () => {
    const options = { cwd: tmpdir(), stdin: { file: "/dev/null" } } as const;
    assert.equal((await run("pwd", options)).stdout, tmpdir());
    if (!isPortable) assert.equal(runSync("pwd", options).stdout, tmpdir());
  }));
