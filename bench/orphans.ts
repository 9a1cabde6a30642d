// Orphans that a supervisor takes and reaps: bench/children/make-orphans.c makes them.
import { StepFailed } from "../scripts/steps.ts";
import type { Figures, Found, Name, Orphans } from "./figures.ts";
import { commandLine, type Program } from "./programs.ts";
import { output, parseNumbers, reasonIn } from "./runs.ts";
import { MAKE_ORPHANS, ORPHANS } from "./tools.ts";

export const COUNT = 10_000;
const ROUNDS = 5;
const LIMIT = "50";

type Kind = "orphansOfFirst" | "orphansOfFirstAtOnce" | "orphans" | "orphansAtOnce";

/** Where the supervisor is, and how many orphans one parent leaves. */
const WAYS: readonly { kind: Kind; place: "first" | "here"; each: number }[] = [
  { kind: "orphansOfFirst", place: "first", each: 1 },
  { kind: "orphansOfFirstAtOnce", place: "first", each: COUNT },
  { kind: "orphans", place: "here", each: 1 },
  { kind: "orphansAtOnce", place: "here", each: COUNT },
];

const NONE: Orphans = { reaped: [], behind: [], left: 0 };

/** Programs take turns, so that what else the machine does falls on all alike. */
export async function reapOrphans(programs: readonly Program[]): Promise<Found> {
  const figures = new Map<Name, Partial<Figures>>();
  const missing = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const { kind, place, each } of WAYS) {
      for (const program of programs.filter(({ adopts }) => doesAdopt(adopts, place))) {
        const command = [MAKE_ORPHANS, `${COUNT}`, `${each}`];
        const words = [place, ...commandLine(program, command, LIMIT)];
        const found = parseOrphans(await output(ORPHANS, words));
        if ("reason" in found) missing.add(`${kind} (${found.reason})`);
        else figures.set(program.name, adding(figures.get(program.name), kind, found));
      }
    }
  }
  return { figures, missing: [...missing] };
}

function doesAdopt(adopts: Program["adopts"], place: "first" | "here"): boolean {
  return adopts === "anywhere" || (adopts === "first" && place === "first");
}

/** What bench/orphans.c prints: of one run. */
export function parseOrphans(text: string): Orphans | { readonly reason: string } {
  const reason = reasonIn(text);
  if (reason !== undefined) return { reason };
  const [made = 0, reaped = 0, left = 0, zombies = 0] = parseNumbers(text);
  if (made <= 0 || reaped < made) throw new StepFailed(`curfew: orphans: it said ${text.trim()}`);
  return { reaped: [reaped], behind: [reaped - made], left: Math.max(left, zombies) };
}

function adding(before: Partial<Figures> = {}, kind: Kind, more: Orphans): Partial<Figures> {
  const { reaped, behind, left } = before[kind] ?? NONE;
  const all: Orphans = {
    reaped: [...reaped, ...more.reaped],
    behind: [...behind, ...more.behind],
    left: left + more.left,
  };
  return { ...before, [kind]: all };
}
