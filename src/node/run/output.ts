// `run.output()`: what is kept so far.
import type { Kept } from "../output/kept.ts";
import type { JsonObject, StreamName } from "../way/way.ts";
import type { Supervision } from "./supervision.ts";
import type { OutputSoFar } from "./types.ts";

/** What a way says of a stream of which it keeps the tail. */
type SoFar = { readonly bytes: number; readonly passed: number; readonly tail: string };

export async function outputOf<T extends string | Uint8Array>(
  run: Supervision<T>,
): Promise<OutputSoFar<T>> {
  const answer = run.isTailAway ? await run.answers.ask("output") : undefined;
  if (answer !== undefined) await headsOf(run, answer);
  const { captures, idleMs } = run;
  const captured = (name: StreamName) => captures.captured<T>(name, withTail(run, name, answer));
  const [stdout, stderr] = [captured("stdout"), captured("stderr")];
  return {
    stdout: stdout.value,
    stderr: stderr.value,
    omitted: { stdout: stdout.omitted, stderr: stderr.omitted },
    idleMs: typeof answer?.idle_ms === "number" ? answer.idle_ms : idleMs,
  };
}

/** Where the beginning of a stream is still on its way here, it is waited for so many turns. */
const MOST_TURNS = 100;

async function headsOf<T extends string | Uint8Array>(
  run: Supervision<T>,
  answer: JsonObject,
): Promise<void> {
  const isMissing = (name: StreamName) => {
    const kept = run.captures.outflow(name)?.kept();
    return kept !== undefined && lengthOf(kept) < (soFarIn(answer, name)?.passed ?? 0);
  };
  for (let turn = 0; turn < MOST_TURNS && run.isTailAway; turn++) {
    if (!isMissing("stdout") && !isMissing("stderr")) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function soFarIn(answer: JsonObject | undefined, name: StreamName): SoFar | undefined {
  return (answer?.[name] ?? undefined) as SoFar | undefined;
}

function lengthOf({ head, tail }: Kept): number {
  return [...head, ...tail].reduce((sum, { length }) => sum + length, 0);
}

/** What was kept here, and the tail that the way keeps. Undefined: nothing but what is here. */
function withTail<T extends string | Uint8Array>(
  run: Supervision<T>,
  name: StreamName,
  answer: JsonObject | undefined,
): Kept | undefined {
  const kept = run.captures.outflow(name)?.kept();
  const soFar = soFarIn(answer, name);
  // After the end, all is here.
  if (kept === undefined || soFar === undefined || !run.isTailAway) return kept;
  const tail = Buffer.from(soFar.tail, "base64");
  const omitted = Math.max(0, soFar.bytes - lengthOf(kept) - tail.length);
  return { head: [...kept.head, ...kept.tail], tail: [tail], omitted };
}
