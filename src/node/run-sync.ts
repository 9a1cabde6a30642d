import { monotonicTime } from "./builtin/builtin.ts";
import { badOption, checkOptions, isOption } from "./options/check.ts";
import type { Options } from "./options/options.ts";
import { keepingOrder, type Plan, passingOrder, planOf } from "./options/plan.ts";
import { OPTION_TABLE } from "./options/table.ts";
import { failureOf } from "./result/failure.ts";
import { resultOf } from "./result/make.ts";
import { CurfewError, type Result } from "./result/result.ts";
import { argumentsOf, wayOf } from "./run/call.ts";
import { Captures } from "./run/captures.ts";
import type { BufferOptions } from "./run/run.ts";
import type { StreamName, SyncEnding, Way } from "./way/way.ts";

/**
 * Runs a command while Node waits: nothing else happens in this thread. It takes every option of
 * `run` but callbacks, `"pipe"`, iterables, several receivers of one stream, `signal` and `ready`.
 * With curfew's own program only; else it throws `unsupported`. Throws like `run`, and
 * `command_failed` with `throws: true`. If one output is captured and the other one is a terminal,
 * it also waits for the processes that `leftovers: "leave"` or `spare` leaves running.
 *
 * @example
 * const { stdout } = runSync("echo", ["hi"], { timeout: "5s" });
 * assert.equal(stdout, "hi");
 */
export function runSync(
  command: string | URL,
  args?: readonly string[],
  options?: Options<"utf8">,
): Result<string>;
export function runSync(
  command: string | URL,
  args: readonly string[] | undefined,
  options: BufferOptions,
): Result<Uint8Array>;
export function runSync(command: string | URL, options: Options<"utf8">): Result<string>;
export function runSync(command: string | URL, options: BufferOptions): Result<Uint8Array>;
export function runSync(
  command: string | URL,
  second?: readonly string[] | Options,
  third?: Options,
): Result<string | Uint8Array> {
  const [args, options] = argumentsOf(second, third);
  checkOptions(options);
  requireSync(options);
  const plan = planOf(command, args, options);
  requireNoStreams(plan);
  const way = wayOf(plan);
  const result = resultIn(plan, way);
  if (options.throws === true && !result.ok) throw failureOf(result);
  return result;
}

function requireSync(options: Options): void {
  for (const name of Object.keys(options)) {
    if (!isOption(name) || options[name] === undefined) continue;
    if (OPTION_TABLE[name].kind === "callback") {
      throw badOption(name, "runSync() blocks the event loop that it needs; use run()");
    }
  }
}

function requireNoStreams({ streams }: Plan): void {
  const { source, stdout, stderr } = streams;
  const { kind } = source;
  if (kind === "pipe" || kind === "chunks") {
    throw badOption("stdin", "runSync() takes data, a file or a descriptor only");
  }
  const outlets = { stdout, stderr: stderr === "stdout" ? undefined : stderr };
  for (const [name, outlet] of Object.entries(outlets)) {
    const isPlain = outlet?.targets.every((target) => target.kind === "capture") ?? true;
    if (!isPlain) throw badOption(name, "runSync() can give it to one file, or capture it");
  }
}

const NOTHING = new Uint8Array(0);

function resultIn(plan: Plan, way: Way): Result<string | Uint8Array> {
  const begun = monotonicTime();
  const captures = new Captures(plan, {
    valve: () => ({ pause: nothing, resume: nothing, fail: nothing }),
    close: nothing,
  });
  const sync = plan.isExpired ? undefined : syncEnding(plan, way);
  if (sync !== undefined) give(captures, sync);
  const captured = (name: StreamName) => captures.captured<string | Uint8Array>(name);
  return resultOf(sync?.ending ?? { kind: "unstarted", outcome: "timed_out" }, {
    way: way.name,
    command: plan.order.command,
    leftovers: plan.options.leftovers ?? "kill",
    stdout: captured("stdout"),
    stderr: captured("stderr"),
    isTruncated: captures.isTruncated,
    reason: undefined,
    elapsedMs: monotonicTime() - begun,
  });
}

/** What is not kept never reaches Node, and a pipe that a leftover holds does not block Node. */
function syncEnding(plan: Plan, way: Way): Kept {
  if (way.runSync === undefined) {
    throw new CurfewError("unsupported", "runSync() needs curfew's own program");
  }
  const { source } = plan.streams;
  const input = source.kind === "data" ? source.data : NOTHING;
  const order = keepingOrder(plan, "always") ?? passingOrder(plan) ?? plan.order;
  return { ...way.runSync(order, input), hasKept: order.relay.keep !== undefined };
}

type Kept = SyncEnding & { readonly hasKept: boolean };

function give(captures: Captures, { ending, hasKept, stdout, stderr }: Kept): void {
  if (stdout.length > 0) captures.outflow("stdout")?.take(stdout);
  if (stderr.length > 0) captures.outflow("stderr")?.take(stderr);
  // Nothing there is waited for.
  captures.end(hasKept && ending.kind === "report" ? ending.report.output : undefined);
}

function nothing(): void {}
