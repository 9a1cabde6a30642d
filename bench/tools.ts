// What has to be made before anything can be measured; all of it goes to build/bench.
import { copyFile, mkdir, open, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { hostProgram } from "../scripts/build/cargo.ts";
import { freeze } from "../scripts/build/freeze.ts";
import { ownTarget } from "../scripts/build/target.ts";
import { need, ROOT } from "../scripts/steps.ts";
import { padded } from "./padding.ts";

/** Relative to the root, as every path that the engine sees before it is frozen. */
const ROOM = "build/bench";
export const BUNDLE = "build/bundle.js";
export const PADDED_BUNDLE: string = join(ROOM, "tenfold.js");

const inRoom = (name: string): string => join(ROOT, ROOM, name);

/** Programs that measure. */
export const RUNNER: string = inRoom("runner");
export const END: string = inRoom("end");
export const FORWARD: string = inRoom("forward");
export const PARALLEL: string = inRoom("parallel");
export const AGAIN: string = inRoom("again");
export const ORPHANS: string = inRoom("orphans");
export const RESTART: string = inRoom("restart");
export const KILL: string = inRoom("kill");
/** Commands to supervise. */
export const NOOP: string = inRoom("noop");
export const STAMP: string = inRoom("stamp");
export const IDLE: string = inRoom("idle");
export const TREE: string = inRoom("tree");
export const CATCH: string = inRoom("catch");
export const LATE: string = inRoom("late");
export const NAP: string = inRoom("nap");
export const CENSUS: string = inRoom("census");
export const MAKE_ORPHANS: string = inRoom("make-orphans");
export const SERVE: string = inRoom("serve");
/** Forms of curfew. */
export const COLD: string = inRoom("cold");
export const TENFOLD: string = inRoom("tenfold");
const THIS: string = inRoom("this");
const OTHER: string = inRoom("other");

const TIMES = 10;

const MEASURING = [RUNNER, END, FORWARD, PARALLEL, AGAIN, ORPHANS, RESTART, KILL];
const COMMANDS = [NOOP, STAMP, IDLE, TREE, CATCH, LATE, NAP, CENSUS, MAKE_ORPHANS, SERVE];

/** All of them are C. */
export async function compileTools(): Promise<void> {
  await mkdir(join(ROOT, ROOM), { recursive: true });
  const flags = ["-O2", "-Wall", "-Wextra", "-static"];
  const compile = (from: string, to: string): Promise<string> =>
    need(["cc", ...flags, "-o", to, join(from, `${basename(to)}.c`)], { cwd: ROOT });
  await Promise.all([
    ...MEASURING.map((to) => compile("bench", to)),
    ...COMMANDS.map((to) => compile("bench/children", to)),
  ]);
}

/**
 * Pages of a file that was just written count as private dirty memory of each process that maps it.
 */
export async function writeBack(file: string): Promise<void> {
  const handle = await open(file);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Copies of two builds, made in the same way one after the other: how a file came to be decides how
 * many of its pages the kernel maps at a time, and with it some microseconds of each start.
 */
export async function makeCopies(one: string, other: string): Promise<readonly [string, string]> {
  await copyFile(one, THIS);
  await copyFile(other, OTHER);
  return [THIS, OTHER];
}

/** curfew as it is before freezing, and frozen with ten times the TypeScript. */
export async function makeForms(): Promise<void> {
  await copyFile(hostProgram(await ownTarget()), COLD);
  const bundle = await readFile(join(ROOT, BUNDLE), "utf8");
  await writeFile(join(ROOT, PADDED_BUNDLE), padded(bundle, TIMES));
  await freeze({ host: COLD, bundle: PADDED_BUNDLE, to: TENFOLD });
}
