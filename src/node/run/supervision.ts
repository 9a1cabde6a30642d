// One run from its order to its result: what is told from below, and what is asked from above.
import { builtin, monotonicTime } from "../builtin/builtin.ts";
import { type Feeding, stdinStream } from "../input/chunks.ts";
import { feed } from "../input/feed.ts";
import { keepingOrder, type Plan } from "../options/plan.ts";
import type { Waiting } from "../ready/not-ready.ts";
import { type Captured, resultOf, type Unstarted } from "../result/make.ts";
import { inCamelCase } from "../result/report.ts";
import type { Result } from "../result/result.ts";
import { NO_FOLDER } from "../way/failures.ts";
import type { Ending, Handle, JsonObject, Listener, Order, StreamName, Way } from "../way/way.ts";
import { type Answers, newAnswers } from "./answers.ts";
import { type Captures, capturesOf } from "./captures.ts";
import { jsonReason } from "./reason.ts";

/** Something of the caller's own has thrown: a callback, or an iterable for stdin. */
export type Failure = { readonly error: unknown };

type InContext = <R>(work: () => R) => R;

const NO_TEXT = () => ({ value: "" as never, omitted: 0 });

const anywhere: InContext = (work) => work();

/** What a callback of the caller's is to run in. Nothing else of a run depends on a context. */
function contextOf({ options, streams }: Plan): InContext {
  const { source, stdout, stderr } = streams;
  const outlets = stderr === "stdout" ? [stdout] : [stdout, stderr];
  const hasCall = outlets.some(({ targets }) => targets.some(({ kind }) => kind === "function"));
  if (options.onEvent === undefined && source.kind !== "chunks" && !hasCall) return anywhere;
  return builtin("node:async_hooks").AsyncLocalStorage.snapshot();
}

/** The reason as the program reports it. Nothing keeps a run from being cancelled. */
function shownReason(reason: unknown): unknown {
  if (reason === undefined) return null;
  try {
    return jsonReason(reason);
  } catch {
    // Its code cannot be loaded now: no descriptor is free.
    return null;
  }
}

export class Supervision<T extends string | Uint8Array> {
  readonly plan: Plan;
  readonly way: Way;
  /** Never rejects. */
  readonly settled: Promise<Result<T>>;
  readonly started: Promise<number | null>;
  readonly captures: Captures;
  /** `run.stdin`. */
  readonly stdin: WritableStream<Uint8Array> | null;
  pid: number | undefined;
  /** Set before `settled` resolves. */
  failure: Failure | undefined;

  readonly #inContext: InContext;
  readonly #begunAt = monotonicTime();
  #answers: Answers | undefined;
  #handle: Handle | undefined;
  #waiting: ((handle: Handle) => void)[] = [];
  #feeding: Feeding | undefined;
  #reason: { readonly value: unknown } | undefined;
  #isOver = false;
  #isSettled = false;
  /** Whether the way was asked to leave out what would not be kept. */
  #hasKept = false;
  #hasToldStart = false;
  #settle: (result: Result<T>) => void = () => undefined;
  #tellStart: (pid: number | null) => void = () => undefined;

  constructor(plan: Plan, way: Way) {
    this.plan = plan;
    this.way = way;
    this.#inContext = contextOf(plan);
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.started = new Promise((resolve) => {
      this.#tellStart = resolve;
    });
    this.captures = capturesOf(plan, {
      valve: (name) => ({
        pause: () => this.#handle?.pause(name),
        resume: () => this.#handle?.resume(name),
        fail: (error) => this.fail(error),
      }),
      close: (name) => this.#handle?.close(name),
    });
    const isPiped = plan.streams.source.kind === "pipe";
    this.stdin = isPiped ? stdinStream(this) : null;
  }

  /** Starts the command, unless it is to be over already. */
  begin(): void {
    const { signal } = this.plan.options;
    if (this.plan.isExpired) {
      this.#skip("timed_out");
    } else if (signal?.aborted === true) {
      this.#reason = { value: signal.reason };
      this.#skip("cancelled");
    } else {
      signal?.addEventListener("abort", this.#abort);
      this.#startSoon();
    }
  }

  #startSoon(): void {
    const keeping = keepingOrder(this.plan);
    if (keeping === undefined) {
      this.#start(this.plan.order);
      return;
    }
    // A caller that wants all of the output says so in the same turn: `for await`, lines(), pipe().
    queueMicrotask(() => {
      if (!this.#isOver) this.#start(this.captures.areWatched ? this.plan.order : keeping);
    });
  }

  /** Ends the run. */
  cancel(reason: unknown): Promise<Result<T>> {
    if (this.#isOver || this.#reason !== undefined) return this.settled;
    this.#reason = { value: reason };
    if (this.#handle === undefined) this.#skip("cancelled");
    else this.#handle.control({ control: "cancel", reason: shownReason(reason) });
    return this.settled;
  }

  /** Ends the run, because what the caller gave has thrown. */
  fail(error: unknown): void {
    if (this.failure !== undefined || this.#isSettled) return;
    this.failure = { error };
    this.cancel(error);
  }

  /** Does something as soon as there is a run to do it to; never, if there is none. */
  withHandle(work: (handle: Handle) => void): void {
    if (this.#isOver) return;
    if (this.#handle === undefined) this.#waiting.push(work);
    else work(this.#handle);
  }

  /** What `ready` must know. */
  waiting(): Waiting {
    const { started, settled, captures } = this;
    return {
      started,
      settled,
      owns: (pid) => (this.#handle === undefined ? false : this.#handle.owns(pid)),
      attach: (receiver) => {
        for (const name of ["stdout", "stderr"] as const) {
          captures.outflow(name)?.attach(receiver());
        }
      },
    };
  }

  /** Milliseconds since the last byte of output, or since the beginning. */
  get idleMs(): number {
    return monotonicTime() - (this.captures.lastAt ?? this.#begunAt);
  }

  /** Does what the caller gave in the caller's own context. */
  inContext<R>(work: () => R): R {
    return this.#inContext(work);
  }

  #start(order: Order): void {
    this.#hasKept = order.relay.keep !== undefined;
    const failure = order.cwd === "" ? NO_FOLDER : this.captures.open();
    if (failure !== undefined) {
      this.#finish(failure);
      return;
    }
    const handle = this.way.start(order, this.#listener());
    this.#handle = handle;
    const { source } = this.plan.streams;
    this.#feeding = feed(handle, source, (error) => this.fail(error));
    for (const work of this.#waiting) work(handle);
    this.#waiting = [];
  }

  /** What is told from below arrives in whatever context the sockets have. */
  #listener(): Listener {
    const inContext = this.#inContext;
    const { captures } = this;
    return {
      started: (pid) => inContext(() => this.#started(pid)),
      event: (record) => inContext(() => this.#event(record)),
      output: (name, chunk) => inContext(() => captures.outflow(name)?.take(chunk)),
      outputEnded: (name) => inContext(() => captures.outflow(name)?.end()),
      finished: (ending) => void inContext(() => this.#finish(ending)),
    };
  }

  #started(pid: number): void {
    this.pid = pid;
    this.#hasToldStart = true;
    this.#tellStart(pid);
  }

  /** Asks the way what only it knows. */
  get answers(): Answers {
    this.#answers ??= newAnswers((question) => {
      this.withHandle((handle) => handle.control({ control: question }));
    });
    return this.#answers;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether the way keeps the tail of the output until the end. */
  get isTailAway(): boolean {
    return this.#hasKept && !this.#isOver;
  }

  #event(record: JsonObject): void {
    if (this.#answers?.take(record) === true) return;
    const { onEvent } = this.plan.options;
    if (onEvent === undefined) return;
    try {
      const answer: unknown = onEvent(inCamelCase(record) as Parameters<typeof onEvent>[0]);
      // An async function has nothing to be waited for, but it throws later.
      if (answer instanceof Object && "then" in answer) {
        Promise.resolve(answer).catch((error) => this.fail(error));
      }
    } catch (error) {
      this.fail(error);
    }
  }

  readonly #abort = (): void => {
    this.cancel(this.plan.options.signal?.reason);
  };

  #skip(outcome: Unstarted["outcome"]): void {
    this.#finish({ kind: "unstarted", outcome });
  }

  async #finish(ending: Ending | Unstarted): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.plan.options.signal?.removeEventListener("abort", this.#abort);
    this.#feeding?.stop();
    this.#waiting = [];
    this.#answers?.stop();
    this.#abandonStdin();
    if (!this.#hasToldStart) this.#tellStart(null);
    // What else the relay has not passed on, --max-output forbade.
    const hasKept = ending.kind === "report" && this.#hasKept;
    await this.captures.end(hasKept ? ending.report.output : undefined);
    this.#settle(this.#resultOrFailure(ending));
    this.#isSettled = true;
  }

  /** The code for texts that few runs need may not be loaded: no descriptor is free. */
  #resultOrFailure(ending: Ending | Unstarted): Result<T> {
    try {
      return this.#result(ending);
    } catch (error) {
      this.failure ??= { error };
      return this.#result({ kind: "lost", text: String(error) }, NO_TEXT);
    }
  }

  #result(
    ending: Ending | Unstarted,
    captured: (name: StreamName) => Captured<T> = (name) => this.captures.captured<T>(name),
  ): Result<T> {
    const { options, order } = this.plan;
    return resultOf<T>(ending, {
      way: this.way.name,
      command: order.command,
      leftovers: options.leftovers ?? "kill",
      stdout: captured("stdout"),
      stderr: captured("stderr"),
      isTruncated: this.captures.isTruncated,
      reason: this.#reason,
      elapsedMs: monotonicTime() - this.#begunAt,
    });
  }

  /** Writes to stdin, where the library does; rejects once the reading end is closed. */
  writeStdin(chunk: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const over = () => reject(new Error("write EPIPE: the command reads no more"));
      if (this.#isOver) return over();
      this.#unwritten.add(over);
      this.withHandle((handle) =>
        handle.write(chunk, (error) => {
          if (!this.#unwritten.delete(over)) return;
          if (error === undefined) resolve();
          else reject(error);
        }),
      );
    });
  }

  endStdin(): void {
    this.withHandle((handle) => handle.end());
  }

  /** Writers whose chunk will not be taken. */
  readonly #unwritten = new Set<() => void>();

  #abandonStdin(): void {
    for (const over of this.#unwritten) over();
    this.#unwritten.clear();
  }
}
