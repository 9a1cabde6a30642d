// `run()` and its variants.

import { wayFor } from "../backend/backend.ts";
import { badOption, checkOptions } from "../options/check.ts";
import type { Options } from "../options/options.ts";
import { type Plan, planOf } from "../options/plan.ts";
import { readyOf } from "../ready/ready.ts";
import { CurfewError, type Result } from "../result/result.ts";
import type { Way } from "../way/way.ts";
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

/** What stdin of the defaults means nothing beside, if a call gives one of these. */
const STDIN: readonly (keyof Options)[] = ["stdin", "input", "stdio"];
const OUTPUTS: readonly (keyof Options)[] = ["stdout", "stderr", "stdio"];

/** A call's options over the defaults. */
export function merged(defaults: Options, options: Options): Options {
  checkOptions(options);
  const given = (names: readonly (keyof Options)[]) =>
    names.some((name) => options[name] !== undefined);
  const base: Options = { ...defaults };
  if (given(STDIN)) for (const name of STDIN) delete base[name];
  if (given(OUTPUTS)) delete base.stdio;
  const all: Options = { ...base };
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) Object.assign(all, { [name]: value });
  }
  if (all.stdio !== undefined) for (const name of ["stdout", "stderr"] as const) delete all[name];
  if (defaults.env === undefined || options.env === undefined) return all;
  return { ...all, env: { ...defaults.env, ...options.env } };
}

/** Arguments may be left out, also where there are options. */
export function argumentsOf(
  second: readonly string[] | Options | undefined,
  third: Options | undefined,
): readonly [args: readonly string[], options: Options] {
  if (second === undefined || Array.isArray(second)) return [second ?? [], third ?? {}];
  // What is no array and no object is reported as bad arguments.
  if (typeof second !== "object" || second === null) {
    return [second as readonly string[], third ?? {}];
  }
  if (third !== undefined) throw badOption("options", "they are given twice");
  return [[], second as Options];
}

/** The way of a plan; throws what it cannot do. */
export function wayOf({ options, order }: Plan): Way {
  const way = wayFor(options.backend ?? "auto");
  if (way === undefined) {
    const text = "backend: the portable host is not in this version";
    throw new CurfewError("unsupported", text, { option: "backend" });
  }
  const refusal = way.refusal(order);
  if (refusal === undefined) return way;
  const { option, text } = refusal;
  throw new CurfewError("unsupported", `${option}: ${text}`, { option });
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
  for (const name of STDIN) {
    if (options[name] !== undefined) throw badOption(name, "stdin is the pipe");
  }
  const plan = planOf(command, args, { ...options, stdin: "pipe" });
  const streams = { ...plan.streams, source: { kind: "none" } as const };
  return startPlan<string>({ ...plan, streams }, piped);
}
