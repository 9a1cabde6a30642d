// What guardian and supervisor count on their shared page, by the code itself: it is compiled for a
// model of memory on which one side acts between any two steps of the other.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const CODE = pathOf("../../native/src/guardian/counters.rs");
const FOLDER = mkdtempSync(join(tmpdir(), "curfew-counters-"));
after(() => rmSync(FOLDER, { recursive: true }));

const skip = spawnSync("rustc", ["--version"]).status !== 0 && "no rustc";

test("a stop, a continuation or an orphan that is noted meanwhile is never lost", { skip }, () => {
  const text = readFileSync(CODE, "utf8");
  assert.match(text, /^use std::sync::atomic::/m);
  const modeled = text.replace("use std::sync::atomic::", "use crate::model::");
  writeFileSync(join(FOLDER, "counters.rs"), modeled);
  const [main, program] = [join(FOLDER, "main.rs"), join(FOLDER, "program")];
  cpSync(pathOf("counters.rs"), main);
  const compiled = spawnSync("rustc", ["-O", "--edition", "2024", "-o", program, main]);
  assert.equal(compiled.status, 0, compiled.stderr.toString());
  const { status, stderr } = spawnSync(program);
  assert.equal(status, 0, stderr.toString());
});
