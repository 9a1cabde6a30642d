// Small programs for the command's part (test/children): compiled once per version, kept in build/.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { ROOT } from "./binary.ts";

const SOURCES = join(ROOT, "test/children");
const PROGRAMS = join(ROOT, "build/children");

/** The path of a small program, compiled if its source is new. */
export function child(name: string): string {
  const source = join(SOURCES, `${name}.c`);
  const version = createHash("sha256").update(readFileSync(source)).digest("hex").slice(0, 12);
  const program = join(PROGRAMS, `${name}-${version}`);
  if (!existsSync(program)) compile(source, program);
  return program;
}

/** A script that is not compiled. */
export function script(name: string): string {
  return join(SOURCES, name);
}

function compile(source: string, program: string): void {
  mkdirSync(PROGRAMS, { recursive: true });
  // Test files run at the same time: each makes its own, and the last one stays.
  const unfinished = `${program}.${process.pid}`;
  const { status, stderr } = spawnSync("cc", ["-O1", "-Wall", "-o", unfinished, source]);
  if (status !== 0) throw new Error(`cc ${source}: ${stderr}`);
  renameSync(unfinished, program);
}

const NUMBERS = constants.signals as Readonly<Record<string, number | undefined>>;

/** A signal's number as a word: "TERM", "RTMIN+2". */
export function number(name: string): string {
  const [, offset] = /^RTMIN(?:\+(\d+))?$/.exec(name) ?? [];
  const known = name.startsWith("RTMIN") ? 34 + Number(offset ?? 0) : NUMBERS[`SIG${name}`];
  if (known === undefined) throw new Error(`no signal ${name}`);
  return String(known);
}

/** The words that run a program in other surroundings: `option value` pairs, then the program. */
export function surroundings(pairs: string, ...program: readonly string[]): string[] {
  const words = pairs.split(" ").filter((word) => word !== "");
  return [child("surroundings"), ...words, "--", ...program];
}
