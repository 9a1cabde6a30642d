// What has to be made before anything can be measured; all of it goes to build/bench.
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hostProgram, hostTarget } from "../scripts/cargo.ts";
import { freeze } from "../scripts/freeze.ts";
import { need, ROOT } from "../scripts/steps.ts";
import { padded } from "./padding.ts";

/** Relative to the root, as all that the engine gets to see before it is frozen. */
const ROOM = "build/bench";
export const BUNDLE = "build/bundle.js";
export const PADDED_BUNDLE: string = join(ROOM, "tenfold.js");

const inRoom = (name: string): string => join(ROOT, ROOM, name);

export const RUNNER: string = inRoom("runner");
/** Commands to supervise. */
export const NOOP: string = inRoom("noop");
export const STAMP: string = inRoom("stamp");
export const IDLE: string = inRoom("idle");
/** Forms of curfew. */
export const COLD: string = inRoom("cold");
export const TENFOLD: string = inRoom("tenfold");

const TIMES = 10;

/** The runner and the commands, from C. */
export async function compileTools(): Promise<void> {
  await mkdir(join(ROOT, ROOM), { recursive: true });
  const sources = { runner: RUNNER, "children/noop": NOOP, "children/stamp": STAMP };
  const all = Object.entries({ ...sources, "children/idle": IDLE });
  const flags = ["-O2", "-Wall", "-Wextra", "-static"];
  await Promise.all(
    all.map(([name, to]) => need(["cc", ...flags, "-o", to, `bench/${name}.c`], { cwd: ROOT })),
  );
}

/** curfew as it is before freezing, and frozen with ten times the TypeScript. */
export async function makeForms(): Promise<void> {
  await copyFile(hostProgram(await hostTarget()), COLD);
  const bundle = await readFile(join(ROOT, BUNDLE), "utf8");
  await writeFile(join(ROOT, PADDED_BUNDLE), padded(bundle, TIMES));
  await freeze({ host: COLD, bundle: PADDED_BUNDLE, to: TENFOLD });
}
