// Many of one program at the same time: what each of them holds, and how long all of them take.
import { setTimeout as pass } from "node:timers/promises";
import type { Figures, Found, Name, Share } from "./figures.ts";
import { end, memoryOf, type Started, start, supervisorsOf } from "./idle.ts";
import { commandLine, type Program } from "./programs.ts";
import { output } from "./runs.ts";
import { NAP, PARALLEL } from "./tools.ts";

export const COUNT = 200;
const ROUNDS = 5;
const LIMIT = "50";
const SETTLED_AFTER_MS = 500;
/** In nanoseconds, as bench/children/nap.c has it. */
const NAP_TIME = 5e8;
/** Looks for the ends of its commands every 100 ms here: 200 of it keep the machine busy. */
const NOT_IN_CROWD: ReadonlySet<Name> = new Set<Name>(["tenfold", "cold", "uutils"]);

export async function measureCrowd(programs: readonly Program[]): Promise<Found> {
  const all = programs.filter(({ name }) => !NOT_IN_CROWD.has(name));
  const times = new Map<Name, number[]>(all.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const program of all) times.get(program.name)?.push(await runAll(program));
  }
  const figures = new Map<Name, Partial<Figures>>();
  for (const program of all) {
    const crowd = times.get(program.name) ?? [];
    const share = program.file === undefined ? undefined : await shareOf(program);
    figures.set(program.name, { crowd, share });
  }
  return { figures };
}

/** How much longer than the command all of them take together. */
async function runAll(program: Program): Promise<number> {
  const words = commandLine(program, NAP, LIMIT);
  return Number(await output(PARALLEL, [`${COUNT}`, "0", ...words])) - NAP_TIME;
}

async function shareOf(program: Program): Promise<Share> {
  const started: Started[] = [];
  try {
    for (let count = 0; count < COUNT; count++) started.push(await start(program));
    await pass(SETTLED_AFTER_MS);
    const { privateDirty, proportional } = memoryOf(started.flatMap(supervisorsOf));
    return { privateDirty: privateDirty / COUNT, proportional: proportional / COUNT };
  } finally {
    await Promise.all(started.map(end));
  }
}
