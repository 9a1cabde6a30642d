// Many short runs side by side; bench/runner.c takes the times.
import { spawn } from "node:child_process";
import { ROOT, StepFailed } from "../scripts/steps.ts";
import type { Name } from "./figures.ts";
import { commandLine, type Program } from "./programs.ts";
import { BUNDLE, RUNNER } from "./tools.ts";

/** One run; times in nanoseconds. `fromStamp` is -1 where the command wrote no stamp. */
export type Run = {
  readonly name: Name;
  readonly wall: number;
  readonly fromStamp: number;
  readonly faults: number;
};

export type Race = {
  readonly programs: readonly Program[];
  readonly command: string;
  /** In seconds. */
  readonly limit: string;
  readonly rounds: number;
  readonly warmUpRounds: number;
  readonly locale?: string;
  readonly exitStatus: number;
  /** Each program is the first process of a namespace of its own. */
  readonly isFirst?: true;
};

/** The same few variables for all; the last one is for curfew before it is frozen. */
export const ENVIRONMENT: NodeJS.ProcessEnv = { PATH: process.env.PATH, CURFEW_BUNDLE: BUNDLE };

export async function race(what: Race): Promise<readonly Run[]> {
  return parseRuns(await runnerSays(what), what.programs);
}

/** The same where each is the first process; a reason if that cannot be here. */
export async function raceAsFirst(what: Race): Promise<readonly Run[] | { reason: string }> {
  const text = await runnerSays({ ...what, isFirst: true });
  const reason = reasonIn(text);
  return reason === undefined ? parseRuns(text, what.programs) : { reason };
}

function runnerSays(what: Race): Promise<string> {
  const { programs, command, limit, rounds, warmUpRounds, locale, exitStatus, isFirst } = what;
  const numbers = [...[rounds, warmUpRounds, exitStatus].map(String), isFirst ? "first" : "here"];
  const lines = programs.flatMap((program) => {
    const options = exitStatus === 0 ? [] : program.silence;
    return [";", ...commandLine(program, command, limit, options)];
  });
  const env = locale === undefined ? ENVIRONMENT : { ...ENVIRONMENT, LANG: locale };
  return output(RUNNER, [...numbers, ...lines], env);
}

/** Why something cannot be measured here, as our programs say it. */
export function reasonIn(text: string): string | undefined {
  return /^impossible (.*)$/m.exec(text)?.[1];
}

export function parseRuns(text: string, programs: readonly Program[]): readonly Run[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [place = -1, wall = 0, fromStamp = -1, faults = 0] = line.split(" ").map(Number);
      const program = programs[place];
      if (program === undefined) throw new Error(`the runner said: ${line}`);
      return { name: program.name, wall, fromStamp, faults };
    });
}

/** Runs a program that measures; answers what it prints. */
export function output(
  tool: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = ENVIRONMENT,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
    const said: string[] = [];
    const complaints: string[] = [];
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => said.push(chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => complaints.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      const failure = failureOf(code, complaints.join(""));
      if (failure === undefined) resolve(said.join(""));
      else reject(new StepFailed(failure));
    });
  });
}

/** The numbers that such a program prints, whatever stands between them. */
export function parseNumbers(text: string): readonly number[] {
  return text.trim().split(/\s+/).map(Number);
}

/** A program that says something did something else than what was to be measured. */
export function failureOf(code: number | null, complaints: string): string | undefined {
  const [first = "", ...others] = complaints.trimEnd().split("\n");
  if (code === 0 && first === "") return undefined;
  const more = others.length === 0 ? "" : ` (and ${others.length} lines more)`;
  return `curfew: not measured: ${first || `the runner ended with ${code}`}${more}`;
}
