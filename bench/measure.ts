// Everything that is measured, one kind after the other, never two at a time.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ROOT, step } from "../scripts/steps.ts";
import type { AllFigures, Figures } from "./figures.ts";
import { watchIdle } from "./idle.ts";
import type { Program } from "./programs.ts";
import { race } from "./runs.ts";
import { IDLE, NOOP, STAMP } from "./tools.ts";

/** Runs that end by expiry take long, so there are fewer. */
const RUNS_PER_EXPIRY = 20;
/** Limits in seconds: one that is never reached, and one that always is. */
const FAR = "10";
const NEAR = "0.05";
const NANOSECONDS = 1e9;
const EXPIRED = 124;

export async function measure(programs: readonly Program[], runs: number): Promise<AllFigures> {
  const far = { programs, limit: FAR, rounds: runs, exitStatus: 0 };
  const limiters = programs.filter(({ limits }) => limits);
  const rounds = expiriesFor(runs);
  const near = { programs: limiters, limit: NEAR, rounds, exitStatus: EXPIRED };
  const noops = await step("wall time", () => race({ ...far, command: NOOP }));
  const stamps = await step("exit latency", () => race({ ...far, command: STAMP }));
  const expired = await step("expiry", () => race({ ...near, command: IDLE }));
  const idle = await step("idle", () => watchIdle(programs));
  const figuresOf = async ({ name, file, bundle }: Program): Promise<Figures> => {
    const isMine = (run: { readonly name: string }): boolean => run.name === name;
    const mine = noops.filter(isMine);
    return {
      wall: mine.map(({ wall }) => wall),
      faults: mine.map(({ faults }) => faults),
      exitLatency: stamps.filter(isMine).map(({ fromStamp }) => fromStamp),
      lateness: expired.filter(isMine).map(({ wall }) => wall - Number(NEAR) * NANOSECONDS),
      idle: idle.get(name),
      executable: await sizeOf(file),
      bundle: await sizeOf(bundle && join(ROOT, bundle)),
    };
  };
  const all = programs.map(async (program) => [program.name, await figuresOf(program)] as const);
  return new Map(await Promise.all(all));
}

export function expiriesFor(runs: number): number {
  return Math.ceil(runs / RUNS_PER_EXPIRY);
}

async function sizeOf(file: string | undefined): Promise<number | undefined> {
  return file === undefined ? undefined : (await stat(file)).size;
}
