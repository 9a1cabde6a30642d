// The programs of the suite, where every user may execute them: the program under test and the
// small ones of test/children, compiled once per version.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FROZEN, ROOT } from "../cli/binary.ts";

const SOURCES = join(ROOT, "test/children");
const COMPILED = join(ROOT, "build/children");

/** Readable and executable for every user: the repository may lie where only its owner looks. */
export const STAGE: string = mkdtempSync(join(tmpdir(), "curfew-adversaries-"));
chmodSync(STAGE, 0o755);
process.on("exit", () => rmSync(STAGE, { recursive: true, force: true }));

/** Where every user may leave a report. */
export const REPORTS: string = join(STAGE, "reports");
mkdirSync(REPORTS);
chmodSync(REPORTS, 0o777);

/** The program under test; another one in its place, to see the tests fail. */
export const CURFEW: string = staged("curfew", process.env.CURFEW_INSTEAD ?? FROZEN.path);

/** A small program of test/children. */
export function adversary(name: string): string {
  return staged(name, compiled(name));
}

/** A copy of an executable under a name of its own. */
export function staged(name: string, from: string, mode = 0o755): string {
  const path = join(STAGE, name);
  if (existsSync(path)) return path;
  copyFileSync(from, path);
  chmodSync(path, mode);
  return path;
}

function compiled(name: string): string {
  const source = join(SOURCES, `${name}.c`);
  const version = createHash("sha256");
  for (const file of [source, join(SOURCES, "adversary.h")]) version.update(readFileSync(file));
  const program = join(COMPILED, `${name}-${version.digest("hex").slice(0, 12)}`);
  if (!existsSync(program)) compile(source, program);
  return program;
}

function compile(source: string, program: string): void {
  mkdirSync(COMPILED, { recursive: true });
  // Test files run at the same time: each makes its own, and the last one stays.
  const unfinished = `${program}.${process.pid}`;
  const { status, stderr } = spawnSync("cc", [
    ...["-O1", "-Wall", "-pthread", "-o", unfinished, source],
  ]);
  if (status !== 0) throw new Error(`cc ${source}: ${stderr}`);
  renameSync(unfinished, program);
}
