// Signals that a supervisor passes on: bench/forward.c takes the times.
import type { Figures, Found, Name } from "./figures.ts";
import { commandLine, type Program } from "./programs.ts";
import { output, parseNumbers } from "./runs.ts";
import { CATCH, FORWARD } from "./tools.ts";

/** So many signals at a time, so that what else the machine does falls on all alike. */
const AT_A_TIME = 100;
const LIMIT = "50";

export async function forwardSignals(programs: readonly Program[], runs: number): Promise<Found> {
  const all = new Map<Name, { forwarded: readonly number[]; queued: readonly number[] }>();
  for (let left = runs; left > 0; left -= AT_A_TIME) {
    const count = Math.min(left, AT_A_TIME);
    for (const program of programs.filter(({ forwards }) => forwards)) {
      const { forwarded = [], queued = [] } = all.get(program.name) ?? {};
      const plain = await timesOf(program, count, "plain");
      const valued = keepsValues(program) ? await timesOf(program, count, "queued") : [];
      all.set(program.name, {
        forwarded: [...forwarded, ...plain],
        queued: [...queued, ...valued],
      });
    }
  }
  return { figures: new Map<Name, Partial<Figures>>(all) };
}

/** The peers send a signal of their own instead, without a value. */
function keepsValues({ file, isOurs }: Program): boolean {
  return file === undefined || isOurs === true;
}

async function timesOf(
  program: Program,
  count: number,
  kind: "plain" | "queued",
): Promise<readonly number[]> {
  const words = [`${count}`, kind, ...commandLine(program, CATCH, LIMIT)];
  return parseNumbers(await output(FORWARD, words));
}
