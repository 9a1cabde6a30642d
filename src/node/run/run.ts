// `run()` and its variants.

import { checkOptions } from "../options/check.ts";
import type { Options } from "../options/options.ts";
import { type Plan, planOf } from "../options/plan.ts";
import { readyOf } from "../ready/start.ts";
import type { Result } from "../result/result.ts";
import { argumentsOf, wayOf } from "./call.ts";
import { merged, requireNoStdin } from "./defaults.ts";
import { RunPromise } from "./run-promise.ts";
import { Supervision } from "./supervision.ts";
import type { Run } from "./types.ts";

/** The options of a run whose output is bytes. */
export type BufferOptions = Options<"buffer"> & { readonly encoding: "buffer" };

type Piped = readonly Promise<Result<string | Uint8Array>>[];

/**
 * Runs a command and supervises everything that it starts. Nothing is thrown for what the command
 * does: `await` gives a `Result`, also where it could not be started. Misuse throws a `CurfewError`
 * at once: `bad_option`, `bad_command`, `bad_duration`, `bad_size`, `unknown_signal`,
 * `unknown_choice`, `unsupported`.
 *
 * There is no shell: each argument reaches the command as it is. `run("sh", ["-c", text])` has one.
 *
 * @param command The program: a name that is looked up in PATH of its environment, a path, or a
 *   `file:` URL.
 * @param args Its arguments.
 * @param options See `Options`. Without arguments they may be the second parameter.
 *
 * @example
 * const result = await run("echo", ["hi"], { timeout: "10s" });
 * assert.equal(result.ok, true);
 * assert.equal(result.stdout, "hi");
 */
export function run(
  command: string | URL,
  args?: readonly string[],
  options?: Options<"utf8">,
): Run<string>;
export function run(
  command: string | URL,
  args: readonly string[] | undefined,
  options: BufferOptions,
): Run<Uint8Array>;
export function run(command: string | URL, options: Options<"utf8">): Run<string>;
export function run(command: string | URL, options: BufferOptions): Run<Uint8Array>;
export function run(
  command: string | URL,
  args: readonly string[] | undefined,
  options: Options,
): Run<string | Uint8Array>;
export function run(
  command: string | URL,
  second?: readonly string[] | Options,
  third?: Options,
): Run<string | Uint8Array> {
  const [args, options] = argumentsOf(second, third);
  return start(command, args, options);
}

/**
 * The same, but the promise rejects with `command_failed` if the result is not `ok`, as other
 * libraries do: `run` with `throws: true`.
 *
 * @example
 * await assert.rejects(runOrThrow("false"), { code: "command_failed" });
 */
export const runOrThrow: typeof run = withOptions({ throws: true });

/**
 * A `run` that has other defaults. What a call gives wins; variables of `env` are put together.
 *
 * @example
 * const quick = withDefaults({ timeout: "5s", throws: true });
 * assert.equal((await quick("echo", ["hi"])).stdout, "hi");
 */
export function withDefaults(defaults: Options<"utf8">): typeof run {
  checkOptions(defaults);
  return withOptions({ ...defaults });
}

function withOptions(defaults: Options): typeof run {
  const withThem = (
    command: string | URL,
    second?: readonly string[] | Options,
    third?: Options,
  ): Run<string | Uint8Array> => {
    const [args, options] = argumentsOf(second, third);
    return start(command, args, merged(defaults, options));
  };
  return withThem as typeof run;
}

function start(command: unknown, args: unknown, options: unknown): RunPromise<string | Uint8Array> {
  return startPlan(planOf(command, args, options), []);
}

function startPlan<T extends string | Uint8Array>(plan: Plan, piped: Piped): RunPromise<T> {
  const supervision = new Supervision<T>(plan, wayOf(plan));
  const promise = new RunPromise<T>(
    supervision,
    {
      ready: () => readyOf(supervision.waiting(), plan.condition, plan.readyTimeout),
      next: nextOf,
    },
    piped,
  );
  supervision.begin();
  return promise;
}

/** The next command of a pipe: its stdin is written by the run before it. */
function nextOf(words: Parameters<Run["pipe"]>, piped: Piped): RunPromise<string> {
  const [command, second, third] = words;
  const [args, options] = argumentsOf(second, third);
  requireNoStdin(options);
  const plan = planOf(command, args, { ...options, stdin: "pipe" });
  const streams = { ...plan.streams, source: { kind: "none" } as const };
  return startPlan<string>({ ...plan, streams }, piped);
}
