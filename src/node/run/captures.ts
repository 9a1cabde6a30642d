// The output streams of one run that the library reads, and what gets their bytes.

import { keepingOrder, type Plan } from "../options/plan.ts";
import type { Target } from "../options/streams.ts";
import { bytesOf, Keeper, type Kept } from "../output/kept.ts";
import { Outflow, type Valve } from "../output/outflow.ts";
import { callWith, type Receiver, writeFile, writeTo, writeToOwn } from "../output/receiver.ts";
import { textOf, withoutFinalNewline } from "../output/text.ts";
import { webStream } from "../output/web-stream.ts";
import type { Captured } from "../result/make.ts";
import { badFile } from "../way/refusals.ts";
import type { Ending, StreamName } from "../way/way.ts";

/** What happens to the streams below. */
export type Taps = {
  readonly valve: (name: StreamName) => Valve;
  readonly close: (name: StreamName) => void;
};

export function capturesOf(plan: Plan, taps: Taps): Captures {
  return new Captures(plan, taps);
}

type Stream = { readonly outflow: Outflow; readonly piped: ReadableStream<Uint8Array> | undefined };

export class Captures {
  readonly #plan: Plan;
  readonly #streams = new Map<StreamName, Stream>();
  /** Files among several receivers: they are opened when the command starts. */
  readonly #files: [name: StreamName, file: FileTarget][] = [];
  /** Streams of which another receiver gets all. */
  readonly #watched = new Set<StreamName>();

  constructor(plan: Plan, taps: Taps) {
    this.#plan = plan;
    const { stdout, stderr } = plan.streams;
    if (stdout.plan.kind === "bytes") this.#add("stdout", stdout.targets, taps);
    if (stderr !== "stdout" && stderr.plan.kind === "bytes") {
      this.#add("stderr", stderr.targets, taps);
    }
  }

  /** The command is about to start. Opens files; the failure where one cannot be opened. */
  open(): Ending | undefined {
    if (!this.areWatched && keepingOrder(this.#plan) !== undefined) {
      for (const { outflow } of this.#streams.values()) outflow.awaitTail(this.#plan.keep.head);
    }
    const opened = new Map<string, () => Receiver>();
    for (const [name, { path, append }] of this.#files) {
      try {
        const receiver = opened.get(path) ?? writeFile(path, append);
        opened.set(path, receiver);
        this.outflow(name)?.serve(receiver());
      } catch (error) {
        return badFile(path, error);
      }
    }
    return undefined;
  }

  outflow(name: StreamName): Outflow | undefined {
    return this.#streams.get(name)?.outflow;
  }

  /** `run.stdout` or `run.stderr`. */
  stream(name: StreamName): ReadableStream<Uint8Array> | null {
    return this.#streams.get(name)?.piped ?? null;
  }

  /** Whether a receiver wants bytes that need not be kept. */
  get areWatched(): boolean {
    return this.#watched.size > 0;
  }

  /** When the last byte came, by `monotonicTime()`. */
  get lastAt(): number | undefined {
    const all = [...this.#streams.values()].flatMap(({ outflow }) => outflow.lastAt ?? []);
    return all.length === 0 ? undefined : Math.max(...all);
  }

  /** Gives a stream to one more receiver. False: the library does not see this stream. */
  watch(name: StreamName, receiver: () => Receiver): boolean {
    const stream = this.#streams.get(name);
    if (stream === undefined) return false;
    this.#watched.add(name);
    stream.outflow.serve(receiver());
    return true;
  }

  /** Whether bytes were lost that no option leaves out, and that no other receiver got. */
  get isTruncated(): boolean {
    if (this.#plan.keep.isAsked) return false;
    return [...this.#streams].some(([name, { outflow }]) => {
      return !this.#watched.has(name) && (outflow.kept()?.omitted ?? 0) > 0;
    });
  }

  /** Nothing follows. `output`: of the report, where the way has left out what is not kept. */
  async end(output: unknown): Promise<void> {
    for (const [name, { outflow }] of this.#streams) {
      outflow.endAfter(omittedIn(output, name));
    }
    const limit_ms = this.#plan.order.relay.pipeDrain / 1000;
    const outflows = [...this.#streams.values()].map(({ outflow }) => outflow);
    await Promise.all(outflows.map((outflow) => outflow.finished(limit_ms)));
  }

  /** What was captured of a stream so far, as the caller wants it. */
  captured<T extends string | Uint8Array>(
    name: StreamName,
    kept: Kept = this.outflow(name)?.kept() ?? NOTHING,
  ): Captured<T> {
    if (this.#plan.options.encoding === "buffer") {
      return { value: bytesOf(kept) as T, omitted: kept.omitted };
    }
    const { text, omitted } = textOf(kept, this.#plan.keep.isAsked);
    const isStripped = this.#plan.options.stripFinalNewline ?? true;
    return { value: (isStripped ? withoutFinalNewline(text) : text) as T, omitted };
  }

  #add(name: StreamName, targets: readonly Target[], taps: Taps): void {
    const { head, tail } = this.#plan.keep;
    const isCaptured = targets.some(({ kind }) => kind === "capture");
    const keeper = isCaptured ? new Keeper(head, tail) : undefined;
    const outflow = new Outflow(taps.valve(name), keeper);
    let piped: ReadableStream<Uint8Array> | undefined;
    for (const target of targets) {
      switch (target.kind) {
        case "capture":
          break;
        case "file":
          this.#files.push([name, target]);
          break;
        case "pipe":
          piped = this.#pipe(outflow, () => {
            // Without another receiver the command gets SIGPIPE or EPIPE at its next write.
            if (targets.length === 1) taps.close(name);
          });
          break;
        default:
          outflow.serve(receiverOf(name, target));
      }
    }
    this.#streams.set(name, { outflow, piped });
  }

  #pipe(outflow: Outflow, cancelled: () => void): ReadableStream<Uint8Array> {
    const { stream, receiver } = webStream(cancelled);
    outflow.serve(receiver);
    return stream;
  }
}

type FileTarget = Extract<Target, { readonly kind: "file" }>;

/** The bytes of a stream that are not passed on, in `output` of a report. */
function omittedIn(output: unknown, name: StreamName): number {
  const streams = output as Readonly<Record<StreamName, Omitting | null>> | null | undefined;
  return streams?.[name]?.omitted ?? 0;
}

type Omitting = { readonly omitted?: number };

const NOTHING: Kept = { head: [], tail: [], omitted: 0 };

function receiverOf(name: StreamName, target: Target): Receiver {
  switch (target.kind) {
    case "fd":
      return writeTo(target.fd);
    case "function":
      return callWith(target.call);
    default:
      return writeToOwn(name);
  }
}
