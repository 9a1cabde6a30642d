// Everything that is measured, one section after the other, never two at a time.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ROOT, step } from "../scripts/steps.ts";
import { measureCrowd } from "./crowd.ts";
import { endTrees } from "./ending.ts";
import { type AllFigures, type Figures, type Found, merge, type Name } from "./figures.ts";
import { forwardSignals } from "./forwarding.ts";
import { watchIdle } from "./idle.ts";
import { killOne } from "./killing.ts";
import { countLeaks } from "./leaks.ts";
import { look } from "./looking.ts";
import { reapOrphans } from "./orphans.ts";
import type { Program } from "./programs.ts";
import { relay } from "./relaying.ts";
import { restart } from "./restarting.ts";
import { type Run, race, raceAsFirst } from "./runs.ts";
import { IDLE, NOOP, STAMP } from "./tools.ts";
import { watchFiles } from "./watching.ts";

const LOCALE = "C.UTF-8";
const NANOSECONDS = 1e9;
const EXPIRED = 124;
/** In seconds, more than any run takes. */
const FAR = "10";
const WARM_UP_ROUNDS = 20;
/** Runs that end by expiry: after how many seconds, and one for how many other runs. */
const SHORT = { limit: "0.05", per: 20, warmUpRounds: 5 };
const LONG = { limit: "1", per: 300, warmUpRounds: 1 };
/** Forms of curfew that differ from it only at the start. */
const NOT_IN_LONG: ReadonlySet<Name> = new Set<Name>(["tenfold", "cold"]);
/** Those that are meant for it, and none. */
const FIRST: ReadonlySet<Name> = new Set<Name>(["bare", "init", "tini", "dumb-init"]);

type Measure = (programs: readonly Program[], runs: number) => Promise<Found>;

/** What `--only` can choose. */
const SECTIONS: Readonly<Record<string, Measure>> = {
  wall: async (programs, runs) => {
    const all = await race({ ...far(programs, runs), command: NOOP });
    return each(programs, all, (mine) => ({
      wall: mine.map(({ wall }) => wall),
      faults: mine.map(({ faults }) => faults),
    }));
  },
  locale: async (programs, runs) => {
    const all = await race({ ...far(programs, runs), command: NOOP, locale: LOCALE });
    return each(programs, all, (mine) => ({ wallInLocale: mine.map(({ wall }) => wall) }));
  },
  first: async (programs, runs) => {
    const some = programs.filter(({ name }) => FIRST.has(name));
    const all = await raceAsFirst({ ...far(some, runs), command: NOOP });
    if ("reason" in all) return { figures: new Map(), missing: [`first (${all.reason})`] };
    return each(some, all, (mine) => ({ wallAsFirst: mine.map(({ wall }) => wall) }));
  },
  exit: async (programs, runs) => {
    const all = await race({ ...far(programs, runs), command: STAMP });
    return each(programs, all, (mine) => ({ exitLatency: mine.map((run) => run.fromStamp) }));
  },
  expiry: async (programs, runs) => {
    const limiters = programs.filter(({ limits }) => limits);
    const few = limiters.filter(({ name }) => !NOT_IN_LONG.has(name));
    const short = await expire(limiters, runs, SHORT);
    const long = await expire(few, runs, LONG);
    return each(programs, [...short, ...long], (mine) => ({
      lateness: mine.filter((run) => short.includes(run)).map(latenessAt(SHORT.limit)),
      longLateness: mine.filter((run) => long.includes(run)).map(latenessAt(LONG.limit)),
    }));
  },
  idle: watchIdle,
  watch: watchFiles,
  forward: forwardSignals,
  restart,
  orphans: reapOrphans,
  end: endTrees,
  kill: killOne,
  look,
  crowd: measureCrowd,
  relay,
  leaks: countLeaks,
  size: async (programs) => {
    const sizes = programs.map(async ({ name, file, bundle }) => {
      const executable = await sizeOf(file);
      return [name, { executable, bundle: await sizeOf(bundle && join(ROOT, bundle)) }] as const;
    });
    return { figures: new Map(await Promise.all(sizes)) };
  },
};

export const SECTION_NAMES: readonly string[] = Object.keys(SECTIONS);

/** What `--only init` means: what a first process is chosen by, among its like. */
export const INIT: { readonly sections: readonly string[]; readonly programs: ReadonlySet<Name> } =
  {
    sections: ["wall", "first", "watch", "forward", "restart", "orphans"],
    programs: FIRST,
  };

/** What one build is compared with another in. */
export const AGAINST_SECTIONS: readonly string[] = ["wall", "exit", "idle", "end", "kill", "size"];

/** Sections in which the other forms of curfew take part. */
const WITH_FORMS: readonly string[] = ["wall", "locale", "exit", "expiry", "idle", "size"];

export function needsForms(only: readonly string[]): boolean {
  return only.some((name) => WITH_FORMS.includes(name));
}

export type Measured = { readonly all: AllFigures; readonly missing: readonly string[] };

/** The sections that are asked for. */
export async function measure(
  programs: readonly Program[],
  runs: number,
  only: readonly string[],
): Promise<Measured> {
  const found: Found[] = [];
  for (const [name, section] of Object.entries(SECTIONS)) {
    if (only.includes(name)) found.push(await step(name, () => section(programs, runs)));
  }
  const names = programs.map(({ name }) => name);
  return { all: merge(names, found), missing: found.flatMap(({ missing = [] }) => missing) };
}

function far(programs: readonly Program[], rounds: number) {
  return { programs, limit: FAR, rounds, warmUpRounds: WARM_UP_ROUNDS, exitStatus: 0 };
}

function expire(
  programs: readonly Program[],
  runs: number,
  { limit, per, warmUpRounds }: typeof SHORT,
): Promise<readonly Run[]> {
  const rounds = Math.ceil(runs / per);
  return race({ programs, command: IDLE, limit, rounds, warmUpRounds, exitStatus: EXPIRED });
}

function latenessAt(limit: string): (run: Run) => number {
  return ({ wall }) => wall - Number(limit) * NANOSECONDS;
}

/** The figures of each program, from its runs among all. */
function each(
  programs: readonly Program[],
  all: readonly Run[],
  figuresOf: (mine: readonly Run[]) => Partial<Figures>,
): Found {
  const mine = (program: Program) => all.filter(({ name }) => name === program.name);
  return {
    figures: new Map(programs.map((program) => [program.name, figuresOf(mine(program))])),
  };
}

/** How often each program runs, for the line above the table. */
export function describeRuns(runs: number): string {
  const expiries = [SHORT, LONG].map(({ limit, per }) => `${Math.ceil(runs / per)} of ${limit} s`);
  return `${runs} runs of each, expiries ${expiries.join(" and ")}`;
}

async function sizeOf(file: string | undefined): Promise<number | undefined> {
  return file === undefined ? undefined : (await stat(file)).size;
}
