// A thousand runs one after the other: what is left of them, as bench/again.c and cgroups count it.
import { mkdirSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { adversary } from "../test/adversaries/programs.ts";
import { UNIFIED } from "../test/adversaries/users.ts";
import type { Figures, Found, Leaks, Name } from "./figures.ts";
import { commandLine, type Program } from "./programs.ts";
import { output, parseNumbers } from "./runs.ts";
import { AGAIN, CENSUS } from "./tools.ts";

export const RUNS = 1000;
const LIMIT = "10";
const IN_CGROUP = ["--containment=cgroup"];
/** Programs left out: forms of curfew, a peer that needs 100 ms for a run, and no supervisor. */
const NOT_HERE: ReadonlySet<Name> = new Set<Name>(["bare", "tenfold", "cold", "uutils"]);

export async function countLeaks(programs: readonly Program[]): Promise<Found> {
  const figures = new Map<Name, Partial<Figures>>();
  for (const program of programs.filter(({ name }) => !NOT_HERE.has(name))) {
    const leaks = await leaksOf(program, []);
    const inCgroups = program.isOurs && UNIFIED !== undefined;
    const leaksOfCgroups = inCgroups ? await leaksOf(program, IN_CGROUP) : undefined;
    figures.set(program.name, { leaks, leaksOfCgroups });
  }
  const missing = UNIFIED === undefined ? ["runs in a cgroup (no writable cgroup2 here)"] : [];
  return { figures, missing };
}

/** All runs are in a cgroup of their own, if there can be one: theirs are then below it. */
async function leaksOf(program: Program, options: readonly string[]): Promise<Leaks> {
  const room = UNIFIED && join(UNIFIED, `curfew-bench-${process.pid}`);
  if (room !== undefined) mkdirSync(room);
  try {
    const words = [`${RUNS}`, ...commandLine(program, CENSUS, LIMIT, options)];
    const before = room === undefined ? [] : [adversary("confine"), "--cgroup", room, "--"];
    const [tool = "", ...args] = [...before, AGAIN, ...words];
    const [zombies = 0, alive = 0, ours = 0, given = 0] = parseNumbers(await output(tool, args));
    const directories = room === undefined ? 0 : below(room).length;
    return { zombies, alive, descriptors: ours + given, directories };
  } finally {
    if (room !== undefined) for (const path of [...below(room).toReversed(), room]) rmdirSync(path);
  }
}

/** All cgroups below one, parents first. */
function below(room: string): readonly string[] {
  const entries = readdirSync(room, { withFileTypes: true, recursive: true });
  const found = entries.filter((entry) => entry.isDirectory());
  return found.map((entry) => join(entry.parentPath, entry.name)).sort();
}
