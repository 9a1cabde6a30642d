// Signals that a supervisor passes on: bench/forward.c takes the times.
import type { Found, Name } from "./figures.ts";
import { commandLine, type Program } from "./programs.ts";
import { output, parseNumbers } from "./runs.ts";
import { CATCH, FORWARD } from "./tools.ts";

/** So many signals at a time, so that what else the machine does falls on all alike. */
const AT_A_TIME = 100;
const LIMIT = "50";

export async function forwardSignals(programs: readonly Program[], runs: number): Promise<Found> {
  const all = new Map<Name, number[]>();
  for (let left = runs; left > 0; left -= AT_A_TIME) {
    for (const program of programs.filter(({ forwards }) => forwards)) {
      const count = `${Math.min(left, AT_A_TIME)}`;
      const times = await output(FORWARD, [count, ...commandLine(program, CATCH, LIMIT)]);
      all.set(program.name, [...(all.get(program.name) ?? []), ...parseNumbers(times)]);
    }
  }
  return { figures: new Map([...all].map(([name, forwarded]) => [name, { forwarded }])) };
}
