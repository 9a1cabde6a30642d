// One process that is ended by `curfew kill`: bench/kill.c takes the times.
import type { Figures, Found, Name } from "./figures.ts";
import type { Program } from "./programs.ts";
import { output } from "./runs.ts";
import { IDLE, KILL } from "./tools.ts";

/** One for how many other runs: each takes some of them, and has a process of its own to end. */
const RUNS_PER_KILL = 5;
/** Other names stand for the same program, called otherwise. */
const KILLERS: ReadonlySet<Name> = new Set<Name>(["curfew", "against"]);

export async function killOne(programs: readonly Program[], runs: number): Promise<Found> {
  const killers = programs.filter(({ name }) => KILLERS.has(name));
  const files = killers.flatMap(({ file }) => file ?? []);
  if (files.length === 0) return { figures: new Map() };
  const text = await output(KILL, [`${Math.ceil(runs / RUNS_PER_KILL)}`, IDLE, ...files]);
  const times = parseKills(text, killers);
  return { figures: new Map<Name, Partial<Figures>>(times) };
}

/** What bench/kill.c prints: a line per round, a time per program. */
export function parseKills(
  text: string,
  killers: readonly Pick<Program, "name">[],
): readonly (readonly [Name, { readonly killed: readonly number[] }])[] {
  const rounds = text.trimEnd().split("\n");
  const rows = rounds.map((line) => line.split(" ").map(Number));
  const timesAt = (at: number) => rows.map((row) => row[at] ?? Number.NaN);
  return killers.map(({ name }, at) => [name, { killed: timesAt(at) }]);
}
