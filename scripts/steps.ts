// Steps of the build and of the checks: run a tool, say one line about it on stderr.
import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT: string = fileURLToPath(new URL("../", import.meta.url));

/** One line of progress. Written at once and to stderr: stdout belongs to the program. */
export function say(text: string): void {
  writeSync(2, `curfew: ${text}\n`);
}

/** How a tool ended: `status` is undefined where it could not be started. */
export type Ended = { readonly status: number | undefined; readonly output: string };

export type ToolOptions = {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
};

/** Runs a tool to its end and keeps what it says, stdout and stderr in one text. */
export function runTool(argv: readonly string[], options: ToolOptions = {}): Promise<Ended> {
  const [program = "", ...args] = argv;
  const { input = "", cwd = ROOT, env = process.env } = options;
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env });
    let output = "";
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => resolve({ status: undefined, output: error.message }));
    child.on("close", (code, signal) => {
      resolve({
        status: code ?? 128,
        output: signal ? `${output}${program}: ${signal}\n` : output,
      });
    });
    // A tool that does not read its input may be gone before we have written it.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

/** The reason why a step failed, in the words for the user; what a tool printed comes first. */
export class StepFailed extends Error {}

/** Runs a tool that has to succeed. */
export async function need(argv: readonly string[], options: ToolOptions = {}): Promise<string> {
  const { status, output } = await runTool(argv, options);
  if (status === 0) return output;
  throw new StepFailed(`${output.trimEnd()}\n${argv[0]} failed`);
}

/** Does the work and says how long it took; the name stands there while it runs. */
export async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  writeSync(2, `curfew: ${name} ... `);
  try {
    const result = await work();
    writeSync(2, `${secondsSince(started)}\n`);
    return result;
  } catch (error) {
    writeSync(2, "failed\n");
    throw error;
  }
}

export function secondsSince(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}

/** Runs a script's main function: a failed step, or a wrong option, is told and not traced. */
export async function main(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    const isMisuse = code.startsWith("ERR_PARSE_ARGS_");
    if (!(error instanceof StepFailed) && !isMisuse) throw error;
    writeSync(2, `${isMisuse ? "curfew: " : ""}${message}\n`);
    process.exitCode = 1;
  }
}
