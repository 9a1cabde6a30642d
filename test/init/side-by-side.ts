// What an init does as PID 1 with each of the 64 signals, seen from outside: the table of
// docs/init.md between `<!-- observed: signals -->` and its end.
import { spawnSync } from "node:child_process";
import { code, table } from "../../scripts/docs/markdown.ts";
import { signalLabel, signalOfNumber } from "../../src/core/values/signal.ts";
import { adversary, CURFEW } from "../adversaries/programs.ts";
import {
  childrenOf,
  type Ended,
  isOver,
  OPEN,
  type Running,
  start,
  stateOf,
  until,
} from "../cli/run.ts";
import { below, FIRST } from "./places.ts";

/** One of those that stand side by side: the words in front of the command. */
export type Contender = {
  readonly name: string;
  readonly words: readonly string[];
  /** Why it is not here. */
  readonly skip: string | false;
};

const installed = (name: string): Contender => {
  const isMissing = spawnSync(name, ["--version"]).error !== undefined;
  return { name, words: [name, "--"], skip: isMissing && `${name} is not installed` };
};

/** A stop signal has all the time it needs. */
const OURS = [CURFEW, "init", "--kill-after", "inf", "--"];

export const CONTENDERS: readonly Contender[] = [
  { name: "curfew init", words: OURS, skip: false },
  installed("tini"),
  installed("dumb-init"),
];

export const SIGNALS: readonly number[] = Array.from({ length: 64 }, (_, index) => index + 1);

/** The last one of all is passed on by each, and after all others that came before it. */
const LAST = 64;
const VALUE = 4242;
const [KILL, STOP] = [9, 19];

type Started = { readonly running: Running; readonly first: number; readonly command: number };

/** Starts it as PID 1 with a command that says which signals reach it. */
async function begin({ words }: Contender): Promise<Started> {
  const argv = [...FIRST.before, ...words, adversary("receives")];
  const running = start(argv, { cwd: "/", input: OPEN });
  await running.says(/^ready \d+$/m);
  const [first = 0] = childrenOf(running.pid);
  const command = below(first).find((pid) => childrenOf(pid).length === 0);
  if (first === 0 || command === undefined) throw new Error(`no command under ${words[0]}`);
  return { running, first, command };
}

function queue(pid: number, signal: number, value: number): void {
  const { status } = spawnSync(adversary("queue-signals"), [`${pid}`, `${signal}=${value}`]);
  if (status !== 0) throw new Error(`signal ${signal}: ${status}`);
}

/** What it does with a signal, in the words of the table. */
export async function observed(contender: Contender, signal: number): Promise<string> {
  const { running, first, command } = await begin(contender);
  queue(first, signal, VALUE);
  if (signal === KILL) {
    await until("it is gone", () => isOver(first));
    await running.ended;
    return "the kernel kills the whole container";
  }
  if (signal === STOP) {
    await until("it is stopped", () => stateOf(first) === "T");
    process.kill(first, "SIGCONT");
    await finish(running);
    return "the kernel stops only it";
  }
  return verdict(signal, await untilLast(running, first, command, signal));
}

/** Waits until the last signal has reached the command, whatever was before. */
async function untilLast(running: Running, first: number, command: number, signal: number) {
  let isThere = false;
  const count = signal === LAST ? 2 : 1;
  const all = running.says(new RegExp(`(^got ${LAST} value -?\\d+\\n[^]*?){${count}}`, "m"));
  all.then(
    () => (isThere = true),
    () => undefined,
  );
  // The last one may end an init that did not know what to do with the first.
  queue(first, LAST, 0);
  const isStopped = () => stateOf(command) === "T";
  await until("the signal had its effect", () => isThere || isStopped() || isOver(first));
  const wasStopped = isStopped();
  if (wasStopped) {
    process.kill(command, "SIGCONT");
    await until("the last signal is there", () => isThere);
  }
  const wasEnded = isOver(first);
  return { ...(await finish(running)), wasStopped, wasEnded };
}

function finish(running: Running): Promise<Ended> {
  running.write("\n");
  return running.ended;
}

type Seen = Ended & { readonly wasStopped: boolean; readonly wasEnded: boolean };

function verdict(signal: number, { stdout, wasStopped, wasEnded }: Seen): string {
  const values = [...stdout.matchAll(/^got (\d+) value (-?\d+)$/gm)]
    .filter(([, number]) => Number(number) === signal)
    .map(([, , value]) => Number(value));
  if (wasEnded) return "ends it";
  if (wasStopped) return "stops the command";
  // The last of all is sent twice, and once with nothing.
  if (values.length === 0) return "dropped";
  return values.includes(VALUE) ? "forwarded with its value" : "forwarded without its value";
}

const FIRST_REAL_TIME = 32;

/** Signals as a cell of the table has them: names, and ranges of real-time ones. */
function cellOf(signals: readonly number[]): string {
  const named = signals.filter((signal) => signal < FIRST_REAL_TIME);
  const others = signals.filter((signal) => signal >= FIRST_REAL_TIME);
  const starts = others.filter((signal) => !others.includes(signal - 1));
  const ends = others.filter((signal) => !others.includes(signal + 1));
  const ranges = starts.map((from, at) =>
    from === ends[at] ? `${from}` : `${from} to ${ends[at]}`,
  );
  return [...named.map(nameOf), ...ranges].join(", ");
}

function nameOf(signal: number): string {
  return signalLabel(signalOfNumber(signal) ?? "SIG0");
}

function signalsIn(cell: string): readonly number[] {
  return cell.split(", ").flatMap((part) => {
    const [, from, to = from] = /^(\d+)(?: to (\d+))?$/.exec(part) ?? [];
    if (from === undefined) return SIGNALS.filter((signal) => nameOf(signal) === part);
    return SIGNALS.filter((signal) => signal >= Number(from) && signal <= Number(to));
  });
}

/** What each contender does with each signal. */
export type Observation = ReadonlyMap<string, ReadonlyMap<number, string>>;

const HEAD = ["Signal", ...CONTENDERS.map(({ name }) => code(name))];

/** The table: signals that all treat alike share a row. */
export function formatObserved(all: Observation): string {
  const answersTo = (signal: number) =>
    CONTENDERS.map(({ name }) => all.get(name)?.get(signal) ?? "not seen");
  const rows = Map.groupBy(SIGNALS, (signal) => answersTo(signal).join(" | "));
  return table(
    HEAD,
    [...rows.values()].map((signals) => [cellOf(signals), ...answersTo(signals[0] ?? 0)]),
  );
}

/** What a document says. */
export function parseObserved(text: string): Observation {
  const [, , ...rows] = text.split("\n").filter((line) => line.startsWith("| "));
  const cells = rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const told = ({ name }: Contender, at: number) => {
    const pairs = cells.flatMap(([signals = "", ...answers]) =>
      signalsIn(signals).map((signal) => [signal, answers[at] ?? ""] as const),
    );
    return [name, new Map(pairs)] as const;
  };
  return new Map(CONTENDERS.map(told));
}
