import type { ChildProcess, StdioOptions } from "node:child_process";
import { closeSync, fstatSync } from "node:fs";
import type { Stream } from "node:stream";
import { NO_LIMIT } from "../../../core/values/duration.ts";
import { NO_SIZE_LIMIT } from "../../../core/values/size.ts";
import { openToRead, openToWrite, openToWriteHere } from "../../builtin/open.ts";
import { whyOf } from "../../way/refusals.ts";
import type { Listener, Order, OutputPlan, StreamName } from "../../way/way.ts";
import type { Pair } from "./pair.ts";
import { openPair } from "./pair.ts";
import type { Sink } from "./sink.ts";
import { sinkOf, sinkTo } from "./sink.ts";
import type { Source } from "./source.ts";
import { readFrom } from "./source.ts";

/** One of the three that the command is given, in the words of child_process. */
type Given = "ignore" | "pipe" | number | Stream;

/** The streams of a run: opened before the start, attached after it, closed at the end. */
export type Streams = {
  readonly stdio: StdioOptions;
  readonly pair: Pair | undefined;
  /** The outputs that are read here, and what is done with their bytes. */
  readonly sinks: ReadonlyMap<StreamName, Sink>;
  /** Closes what is the command's alone once it was started. */
  readonly closeTheirs: () => void;
  /** Closes what was opened for the run. */
  readonly closeOurs: () => void;
};

/** A file that could not be opened. */
export class BadFile extends Error {
  readonly errno: string;
  constructor(path: string, errno: string, why: string = errno) {
    super(`cannot open ${path}: ${why}`);
    this.errno = errno;
  }
}

/** Opens what the command's streams need. Throws `BadFile`. */
export async function openStreams(order: Order, { output }: Listener): Promise<Streams> {
  const theirs: (() => void)[] = [];
  const sinks = new Map<StreamName, Sink>();
  try {
    return await openAll(order, output, theirs, sinks);
  } catch (error) {
    for (const close of theirs) close();
    for (const sink of sinks.values()) sink.close();
    throw error;
  }
}

async function openAll(
  order: Order,
  output: Listener["output"],
  theirs: (() => void)[],
  sinks: Map<StreamName, Sink>,
): Promise<Streams> {
  const isRelayed = mustRelay(order);
  const openOutput = (name: StreamName, plan: OutputPlan): Given => {
    if (plan.kind === "bytes") {
      const sink = sinkTo((chunk) => output(name, chunk));
      sinks.set(name, sink);
      return "pipe";
    }
    const given = outputOf(name, plan, isRelayed ? undefined : theirs);
    if (!isRelayed) return given;
    sinks.set(name, sinkOf(plan.kind, given));
    return "pipe";
  };
  const input = inputOf(order.stdin, theirs);
  const out = openOutput("stdout", order.stdout);
  const isShared = order.stderr.kind === "stdout";
  const err = order.stderr.kind === "stdout" ? out : openOutput("stderr", order.stderr);
  const pair = isShared && out === "pipe" ? await openPair() : undefined;
  const { theirs: end } = pair ?? {};
  if (end !== undefined) theirs.push(() => end.destroy());
  return {
    stdio: [input, end ?? out, end ?? err],
    pair,
    sinks,
    closeTheirs: () => {
      for (const close of theirs.splice(0)) close();
    },
    closeOurs: () => {
      for (const sink of sinks.values()) sink.close();
    },
  };
}

/** Whether all output has to be seen here. */
function mustRelay({ relay: { idleTimeout, maxOutput } }: Order): boolean {
  return idleTimeout !== NO_LIMIT || maxOutput !== NO_SIZE_LIMIT;
}

function inputOf(plan: Order["stdin"], closers: (() => void)[]): Given {
  switch (plan.kind) {
    case "ignore":
      return "ignore";
    case "inherit":
      return 0;
    case "fd":
      return checkedFd(plan.fd);
    case "file":
      return openFile(plan.path, openToRead, closers);
    case "bytes":
      return "pipe";
  }
}

const FD: Readonly<Record<StreamName, number>> = { stdout: 1, stderr: 2 };

function outputOf(
  name: StreamName,
  plan: Exclude<OutputPlan, { kind: "bytes" }>,
  closers: (() => void)[] | undefined,
): "ignore" | number {
  switch (plan.kind) {
    case "ignore":
      return "ignore";
    case "inherit":
      return FD[name];
    case "fd":
      return checkedFd(plan.fd);
    case "file":
      // Without closers it is for our own writes.
      return openFile(
        plan.path,
        (path) => (closers === undefined ? openToWriteHere : openToWrite)(path, plan.append),
        closers,
      );
  }
}

/** A descriptor that is open. */
function checkedFd(fd: number): number {
  try {
    fstatSync(fd);
    return fd;
  } catch (error) {
    throw new BadFile(`descriptor ${fd}`, (error as NodeJS.ErrnoException).code ?? "EBADF");
  }
}

/** Without closers the owner of the descriptor closes it. */
function openFile(
  path: string,
  open: (path: string) => number,
  closers: (() => void)[] | undefined,
): number {
  try {
    const fd = open(path);
    closers?.push(() => closeSync(fd));
    return fd;
  } catch (error) {
    throw new BadFile(path, (error as NodeJS.ErrnoException).code ?? "EIO", whyOf(error));
  }
}

/** What the run wants to know of its output. */
export type Watcher = {
  /** Bytes have come. The answer is what is passed on of them. */
  readonly onBytes: (stream: StreamName, chunk: Uint8Array) => Uint8Array;
  /** A reader that was slow wants more again. */
  readonly onResumed: () => void;
  readonly onEnded: (stream: StreamName) => void;
};

/** Reads the outputs of a command that was started. */
export function attach(
  streams: Streams,
  child: ChildProcess,
  { onBytes, onResumed, onEnded }: Watcher,
): ReadonlyMap<StreamName, Source> {
  const sources = new Map<StreamName, Source>();
  for (const [name, sink] of streams.sinks) {
    const stream = name === "stdout" ? (streams.pair?.ours ?? child.stdout) : child.stderr;
    if (stream === null) continue;
    const source = readFrom(stream, sink, {
      onBytes: (chunk) => onBytes(name, chunk),
      onResumed,
      onEnded: () => onEnded(name),
    });
    sources.set(name, source);
  }
  streams.closeTheirs();
  return sources;
}
