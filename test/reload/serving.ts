// `curfew init` with a folder that it watches and sockets that it passes on. What it tells by
// --events is on a pipe of its own: tests wait for lines of it, never for time.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type Binary, FROZEN, ROOT } from "../cli/binary.ts";
import { type EventLine, newPath, type Report, readEvents } from "../cli/reports.ts";
import { curfew, type Ended, type Running, stateOf, timeout } from "../cli/run.ts";
import { patiently } from "../patience.ts";
import { type Place, placeOf } from "./clients.ts";

/** The example that is shipped, with its sign of readiness and without. */
export const NODE_SERVER: readonly string[] = [
  process.execPath,
  join(ROOT, "examples/echo-server/server.ts"),
];
export const READY_NODE_SERVER: readonly string[] = [...NODE_SERVER, "--ready-fd", "9"];
export const PYTHON_SERVER: readonly string[] = [
  "python3",
  join(ROOT, "examples/python-server/server.py"),
];

/** The command says which generation it is, and what it found. */
export const SAYS_SOURCE: string = 'echo "$CURFEW_GENERATION $(cat source)."; exec sleep 1000';

/** The two ways to replace a server. */
export const OVERLAP: readonly string[] = ["--ready", "fd:9"];
export const STOP_THEN_START: readonly string[] = [];

/** Why there is no test with Python. */
export const NO_PYTHON: string | false =
  spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]).status !== 0 &&
  "no Python 3.9 here";

export type Facts = Readonly<Record<string, string | number | boolean>>;

/** An init that serves. */
export type Served = Running & {
  /** What it watches, and where the command runs. */
  readonly folder: string;
  /** The file in it that `change` writes. */
  readonly source: string;
  readonly change: (text?: string) => void;
  /** Waits for a line of --events with these facts, or so many of them; gives the last. */
  readonly event: (name: string, facts?: Facts, times?: number) => Promise<EventLine>;
  /** What it told so far. */
  readonly told: () => readonly EventLine[];
  /** Where the socket of that name listens. */
  readonly place: (name?: string) => Promise<Place>;
  /** Its end and all that it told, valid by the schema. */
  readonly over: () => Promise<Over>;
  /** TERM, and then its end. */
  readonly stop: () => Promise<Over>;
};

export type Over = {
  readonly ended: Ended;
  readonly events: readonly EventLine[];
  readonly report: Report;
};

/** `serve` with other surroundings. */
export type Setting = {
  /** The descriptor that it tells events on; 7. */
  readonly events?: number;
  /** What it watches, seen from its folder; the folder. */
  readonly watch?: readonly string[];
  /** What its file says from the beginning. */
  readonly first?: string;
  /** Fills the folder before it is watched. */
  readonly prepare?: (folder: string) => void;
};

/** Starts `curfew init` in a folder that it watches; the test ends it if it is still there. */
export function serve(
  t: TestContext,
  binary: Binary,
  [options, command]: readonly [options: readonly string[], command: readonly string[]],
  { events: fd = 7, watch = ["."], first = "first", prepare }: Setting = {},
): Served {
  const folder = newPath("watched");
  mkdirSync(folder);
  const source = join(folder, "source");
  let changes = 0;
  const change = (text = `change ${++changes}`) => writeFileSync(source, text);
  change(first);
  prepare?.(folder);
  const events = listenTo(fifo());
  const watched = watch.flatMap((path) => ["--watch", join(folder, path)]);
  const words = ["init", "--events", `fd:${fd}`, ...watched, ...options, "--", ...command];
  const before = ["sh", "-c", `exec "$@" ${fd}>"$0"`, events.path];
  const running = curfew(binary, words, { before, cwd: folder });
  t.after(async () => {
    if ("passed" in t && t.passed === false)
      t.diagnostic(`told at last:\n${lastOf(events.told())}`);
    if (stateOf(running.pid) !== "") running.kill("SIGKILL");
    await running.ended.catch(() => undefined);
    events.close();
  });
  const over = async () => {
    const [ended, text] = [await running.ended, await events.whole];
    return { ended, ...readEvents(text) };
  };
  const stop = () => {
    running.kill("SIGTERM");
    return over();
  };
  const place = async (name?: string) => {
    const { address } = await events.event("listening", name === undefined ? {} : { name });
    return placeOf(String(address));
  };
  const { event, told } = events;
  return { ...running, event, told, place, folder, source, change, over, stop };
}

/** Printed to find the reason of a failure. */
function lastOf(events: readonly EventLine[]): string {
  const lines = events.slice(-10).map((event) => JSON.stringify(event).slice(0, 150));
  return lines.join("\n");
}

function fifo(): string {
  const path = newPath("fifo");
  assert.equal(spawnSync("mkfifo", [path]).status, 0);
  return path;
}

const LIMIT_MS = 25_000;

/** Reads lines of events from a FIFO, as they come. */
function listenTo(path: string) {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const stream = new Socket({ fd, readable: true, writable: false });
  const whole = Promise.withResolvers<string>();
  let text = "";
  const told = () => text.split("\n").slice(0, -1).map(parsed);
  const find = (facts: Facts, times: number) =>
    told().filter((line) => isLike(line, facts))[times - 1];
  const event = async (name: string, facts: Facts = {}, times = 1): Promise<EventLine> => {
    const wanted = { event: name, ...facts };
    const signal = AbortSignal.timeout(patiently(LIMIT_MS));
    for (;;) {
      const found = find(wanted, times);
      if (found !== undefined) return found;
      const missing = new Error(`${JSON.stringify(wanted)} not ${times} times in:\n${text}`);
      if (stream.closed) throw missing;
      await once(stream, "told", { signal }).catch(() => Promise.reject(missing));
    }
  };
  stream.setEncoding("utf8");
  stream.on("data", (part: string) => {
    text += part;
    stream.emit("told");
  });
  stream.on("close", () => {
    whole.resolve(text);
    stream.emit("told");
  });
  return { path, event, told, whole: whole.promise, close: () => stream.destroy() };
}

function parsed(line: string): EventLine {
  return JSON.parse(line) as EventLine;
}

function isLike(line: EventLine, facts: Facts): boolean {
  return Object.entries(facts).every(([key, value]) => line[key] === value);
}

/** How many lines of that name were told. */
export function countOf(events: readonly EventLine[], name: string): number {
  return events.filter(({ event }) => event === name).length;
}

/** The generations that were spawned, in order. */
export function generationsOf(events: readonly EventLine[]): readonly number[] {
  return events
    .filter(({ event }) => event === "spawned")
    .map(({ generation }) => Number(generation));
}

/** Another run begins and ends meanwhile; its clock runs longer than `debounce` milliseconds. */
export async function outlast(debounce: number): Promise<void> {
  assert.equal((await timeout(FROZEN, [`${(debounce * 2) / 1000}`, "sleep", "1000"])).code, 124);
}

/**
 * A replaced generation ended no sooner after the last change before it than `debounce`
 * milliseconds: nothing but the change had a part in it.
 */
export function assertNotEarly(events: readonly EventLine[], debounce: number): void {
  let changedAt = Number.NaN;
  for (const { event, at_ms: at, generation } of events.slice(0, lastEndOf(events))) {
    if (event === "changed") changedAt = at;
    if (event !== "exited") continue;
    assert.ok(at - changedAt >= debounce, `generation ${generation}: changed ${changedAt}, ${at}`);
  }
}

/** Where the last generation was told to end, which was not by a change. */
function lastEndOf(events: readonly EventLine[]): number {
  return events.findLastIndex(({ event }) => event === "exited");
}

/** All went as it should: so many generations, each of which ended by itself with code 0. */
export function assertGraceful({ ended, events }: Over, generations: number): void {
  const numbers = Array.from({ length: generations }, (_, index) => index + 1);
  assert.deepEqual(generationsOf(events), numbers);
  const codes = events.filter(({ event }) => event === "exited").map(({ exit_code: code }) => code);
  assert.deepEqual(codes, Array(generations).fill(0), "each ended by itself");
  assert.deepEqual([ended.code, ended.signal], [0, null], ended.stderr);
}

/** A place where a shell waits (`read line <PATH`) until the test lets it go on. */
export type Gate = { readonly path: string; readonly open: () => void };

export function gate(t: TestContext): Gate {
  const path = fifo();
  // With both ends open neither side waits for the other: what is written waits for its reader.
  const fd = openSync(path, constants.O_RDWR);
  t.after(() => closeSync(fd));
  return { path, open: () => void writeSync(fd, "open\n") };
}

/** The command behind a gate, except for the first generation. */
export function gated({ path }: Gate, command: readonly string[]): readonly string[] {
  const script = '[ "$CURFEW_GENERATION" = 1 ] || read line <"$0"; exec "$@"';
  return ["sh", "-c", script, path, ...command];
}
