// Everything that is measured, one kind after the other, never two at a time.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ROOT, step } from "../scripts/steps.ts";
import type { AllFigures, Figures, Name } from "./figures.ts";
import { watchIdle } from "./idle.ts";
import type { Program } from "./programs.ts";
import { type Run, race } from "./runs.ts";
import { IDLE, NOOP, STAMP } from "./tools.ts";

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

export async function measure(programs: readonly Program[], runs: number): Promise<AllFigures> {
  const far = { programs, limit: FAR, rounds: runs, warmUpRounds: WARM_UP_ROUNDS, exitStatus: 0 };
  const limiters = programs.filter(({ limits }) => limits);
  const few = limiters.filter(({ name }) => !NOT_IN_LONG.has(name));
  const noops = await step("wall time", () => race({ ...far, command: NOOP }));
  const inLocale = await step(LOCALE, () => race({ ...far, command: NOOP, locale: LOCALE }));
  const stamps = await step("exit latency", () => race({ ...far, command: STAMP }));
  const short = await step("expiry", () => expire(limiters, runs, SHORT));
  const long = await step("late expiry", () => expire(few, runs, LONG));
  const idle = await step("idle", () => watchIdle(programs));
  const figuresOf = async ({ name, file, bundle }: Program): Promise<Figures> => {
    const mine = (all: readonly Run[], figure: (run: Run) => number): readonly number[] =>
      all.filter((run) => run.name === name).map(figure);
    return {
      wall: mine(noops, ({ wall }) => wall),
      wallInLocale: mine(inLocale, ({ wall }) => wall),
      faults: mine(noops, ({ faults }) => faults),
      exitLatency: mine(stamps, ({ fromStamp }) => fromStamp),
      lateness: mine(short, ({ wall }) => wall - Number(SHORT.limit) * NANOSECONDS),
      longLateness: mine(long, ({ wall }) => wall - Number(LONG.limit) * NANOSECONDS),
      idle: idle.get(name),
      executable: await sizeOf(file),
      bundle: await sizeOf(bundle && join(ROOT, bundle)),
    };
  };
  const all = programs.map(async (program) => [program.name, await figuresOf(program)] as const);
  return new Map(await Promise.all(all));
}

function expire(
  programs: readonly Program[],
  runs: number,
  { limit, per, warmUpRounds }: typeof SHORT,
): Promise<readonly Run[]> {
  const rounds = Math.ceil(runs / per);
  return race({ programs, command: IDLE, limit, rounds, warmUpRounds, exitStatus: EXPIRED });
}

/** How often each program runs, for the line above the table. */
export function describeRuns(runs: number): string {
  const expiries = [SHORT, LONG].map(({ limit, per }) => `${Math.ceil(runs / per)} of ${limit} s`);
  return `${runs} runs of each, expiries ${expiries.join(" and ")}`;
}

async function sizeOf(file: string | undefined): Promise<number | undefined> {
  return file === undefined ? undefined : (await stat(file)).size;
}
