// All that one call asks for, checked and read once: the order for the way that starts it, and
// what the library does around it.
import { DURATION, SIZE } from "../../core/cli/options/values.ts";
import { type Duration, NO_LIMIT } from "../../core/values/duration.ts";
import { type Bytes, NO_SIZE_LIMIT } from "../../core/values/size.ts";
import { builtin } from "../builtin/builtin.ts";
import type { Asked, Order, RelayPlan } from "../way/way.ts";
import { badOption, checkOptions } from "./check.ts";
import { commandWords } from "./command.ts";
import { withoutDate } from "./date-timeout.ts";
import {
  DEFAULT_DRAIN,
  DEFAULT_KEEP,
  DEFAULT_READY_TIMEOUT,
  DEFAULT_STREAMS,
  hasDefaultStreams,
  type Keep,
  STARTED,
} from "./defaults.ts";
import { environmentOf, folderOf } from "./environment.ts";
import { keepOf, pipeDrainOf, readyTimeoutOf } from "./keep.ts";
import type { Options } from "./options.ts";
import { type Condition, conditionOf } from "./ready.ts";
import { checkStdinEnd } from "./stdin-end.ts";
import { type Streams, streamsOf } from "./streams.ts";
import { RELAY_FLAGS } from "./table.ts";
import { isDate } from "./values.ts";
import { wordsOf } from "./words.ts";

export type Plan = {
  readonly order: Order;
  readonly options: Options;
  readonly streams: Streams;
  readonly keep: Keep;
  readonly condition: Condition;
  readonly readyTimeout: Duration;
  /** The limit is a moment that has passed: nothing is to be started. */
  readonly isExpired: boolean;
};

/** Reads the options of a call; throws what is wrong with them. */
export function planOf(command: unknown, args: unknown, given: unknown): Plan {
  checkOptions(given);
  // What the caller does to its object later means nothing; nor does what that inherits.
  const options: Options = { ...given };
  const dated = isDate(options.timeout) ? withoutDate(options) : { options, isExpired: false };
  const commandWithArgs = commandWords(command, args);
  const { words, asked } = wordsOf(dated.options);
  const cwd = folderOf(options);
  const streams = hasDefaultStreams(options) ? DEFAULT_STREAMS : streamsOf(options, cwd);
  if (options.endWithStdin === true) checkStdinEnd(options, streams.stdin);
  const relay = relayOf(asked, options, streams);
  const order: Order = {
    words: isPassedOn({ asked, relay }) ? [...words, drainWord(relay)] : words,
    asked,
    command: commandWithArgs,
    cwd,
    env: environmentOf(options, cwd),
    stdin: streams.stdin,
    stdout: streams.stdout.plan,
    stderr: errorPlanOf(streams),
    relay,
  };
  const { keepOutput, ready } = options;
  const keep = keepOutput === undefined ? DEFAULT_KEEP : keepOf(options);
  const condition = ready === undefined ? STARTED : conditionOf(options, streams, cwd);
  const isUsual = options.readyTimeout === undefined;
  const readyTimeout = isUsual ? DEFAULT_READY_TIMEOUT : readyTimeoutOf(options);
  const { isExpired } = dated;
  return { order, options, streams, keep, condition, readyTimeout, isExpired };
}

/** Two descriptors of one file would overwrite what the other one writes. */
function errorPlanOf({ stdout, stderr }: Streams): Order["stderr"] {
  if (stderr === "stdout") return { kind: "stdout" };
  const [one, other] = [stdout.plan, stderr.plan];
  if (one.kind !== "file" || other.kind !== "file") return other;
  const isSame = one.path === other.path && one.append === other.append;
  return isSame ? { kind: "stdout" } : other;
}

/** What the core read in the options about output, for ways that know no words. */
function relayOf(asked: Asked, options: Options, streams: Streams): RelayPlan {
  const { idleTimeout = NO_LIMIT, maxOutput = NO_SIZE_LIMIT } = asked;
  const pipeDrain = options.pipeDrain === undefined ? DEFAULT_DRAIN : pipeDrainOf(options);
  const relay = { idleTimeout, maxOutput, keep: undefined, pipeDrain };
  if (isLimited(relay) && isUnseen(streams)) {
    const option = idleTimeout !== NO_LIMIT ? "idleTimeout" : "maxOutput";
    throw badOption(option, "both output streams are ignored, so nothing of them can be seen");
  }
  return relay;
}

function isLimited({ idleTimeout, maxOutput }: RelayPlan): boolean {
  return idleTimeout !== NO_LIMIT || maxOutput !== NO_SIZE_LIMIT;
}

/** Whether the program passes on what the command writes. */
function isPassedOn({ asked, relay }: Pick<Order, "asked" | "relay">): boolean {
  return isLimited(relay) || asked.pty !== undefined;
}

function isUnseen({ stdout, stderr }: Streams): boolean {
  const isIgnored = stdout.plan.kind === "ignore";
  return isIgnored && (stderr === "stdout" || stderr.plan.kind === "ignore");
}

/** Where the program passes the output on, it is the one that waits for a held pipe. */
function drainWord({ pipeDrain }: RelayPlan): string {
  return `${RELAY_FLAGS.pipeDrain}=${DURATION.format(pipeDrain)}`;
}

/**
 * The order where only the captured text needs the bytes: the program itself leaves out what would
 * not be kept, so that it never reaches Node. `undefined`: a receiver needs all, or it cannot.
 */
export function keepingOrder(plan: Plan, when: "asked" | "always" = "asked"): Order | undefined {
  const { order, streams, keep, condition } = plan;
  const isMatched = condition.kind === "output";
  if (isMatched || (when === "asked" && !keep.isAsked)) return undefined;
  const { stdout, stderr } = streams;
  const outlets = stderr === "stdout" ? [stdout] : [stdout, stderr];
  const isCapture = outlets.every(({ plan, targets }) => {
    const [only, ...others] = targets;
    if (plan.kind === "ignore") return true;
    return plan.kind === "bytes" && others.length === 0 && only?.kind === "capture";
  });
  if (!isCapture || isUnseen(streams)) return undefined;
  const { head, tail } = keep;
  const words = [...order.words, `${RELAY_FLAGS.keepOutput}=${sizes(head, tail)}`];
  if (!isPassedOn(order)) words.push(drainWord(order.relay));
  return { ...order, words, relay: { ...order.relay, keep: { head, tail } } };
}

/**
 * The order where a stream is captured and the other one is not, for a caller that waits for the
 * end of every pipe: the program passes all of both on, so a process that stays holds only the
 * program's pipes. `undefined`: none may stay, the program passes on anyway, or a terminal would
 * not be one any more.
 */
export function passingOrder({ order, streams }: Plan): Order | undefined {
  const { leftovers, spare = [] } = order.asked;
  const canStay = leftovers === "leave" || spare.length > 0;
  if (!canStay || isPassedOn(order) || isUnseen(streams)) return undefined;
  const outputs = [order.stdout, order.stderr];
  const isCaptured = outputs.some(({ kind }) => kind === "bytes");
  if (!isCaptured || outputs.some(isTerminal)) return undefined;
  const all = sizes(Number.MAX_SAFE_INTEGER as Bytes, 0 as Bytes);
  const words = [...order.words, `${RELAY_FLAGS.keepOutput}=${all}`, drainWord(order.relay)];
  return { ...order, words };
}

function isTerminal(plan: Order["stderr"], index: number): boolean {
  const { isatty } = builtin("node:tty");
  if (plan.kind === "inherit") return isatty(index + 1);
  return plan.kind === "fd" && isatty(plan.fd);
}

function sizes(head: Bytes, tail: Bytes): string {
  return `${SIZE.format(head)},${SIZE.format(tail)}`;
}
