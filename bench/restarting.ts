// A command that is replaced again and again: bench/restart.c asks for it, and takes the times.
import { StepFailed } from "../scripts/steps.ts";
import type { Aged, Figures, Found, Held, Name } from "./figures.ts";
import { commandLine, type Program } from "./programs.ts";
import { output, parseNumbers } from "./runs.ts";
import { RESTART, SERVE } from "./tools.ts";

export const RESTARTS = 1000;
const LIMIT = "50";
const READY = 4;
const KIBIBYTE = 1024;

/** Only `curfew init` begins new generations. */
export async function restart(programs: readonly Program[]): Promise<Found> {
  const figures = new Map<Name, Partial<Figures>>();
  for (const program of programs.filter(({ name }) => name === "init")) {
    const oldFirst = await restartAll(program, [], [SERVE]);
    const newFirst = await restartAll(program, [`--ready=fd:${READY}`], [SERVE, `${READY}`]);
    figures.set(program.name, {
      restart: oldFirst.times,
      aged: oldFirst.aged,
      restartReady: newFirst.times,
      agedReady: newFirst.aged,
    });
  }
  return { figures };
}

export type Restarts = { readonly times: readonly number[]; readonly aged: Aged };

async function restartAll(
  program: Program,
  more: readonly string[],
  command: readonly string[],
): Promise<Restarts> {
  const address = `curfew-bench-${process.pid}`;
  // Without --quiet it would print a line of each restart.
  const options = [`--listen=unix:@${address}`, "--reload-signal=HUP", "--quiet", ...more];
  const words = commandLine(program, command, LIMIT, options);
  const text = await output(RESTART, [`${RESTARTS}`, address, ...words]);
  return parseRestarts(text, RESTARTS);
}

/** What bench/restart.c prints. */
export function parseRestarts(text: string, count: number): Restarts {
  const [early = "", late = "", ...lines] = text.trimEnd().split("\n");
  const times = lines.map(Number);
  if (times.length !== count || times.some((time) => !(time > 0))) {
    throw new StepFailed(`curfew: not measured: ${times.length} times of ${count} restarts`);
  }
  return { times, aged: { early: parseHeld(early), late: parseHeld(late) } };
}

function parseHeld(line: string): Held {
  const numbers = parseNumbers(line);
  if (numbers.length !== 5 || numbers.some((number) => !(number > 0))) {
    throw new StepFailed(`curfew: not measured: what it holds: ${line}`);
  }
  const [resident = 0, privateDirty = 0, anonymous = 0, descriptors = 0, children = 0] = numbers;
  return {
    resident: resident * KIBIBYTE,
    privateDirty: privateDirty * KIBIBYTE,
    anonymous: anonymous * KIBIBYTE,
    descriptors,
    children,
  };
}
