// What `run()` gives: a promise of the result that can do more.
import { parseSignal, signalLabel } from "../../core/values/signal.ts";
import { extending } from "../options/extension.ts";
import { refused } from "../options/misuse.ts";
import type { Duration, Signal } from "../options/options.ts";
import { resizing } from "../options/pty.ts";
import { signalText } from "../options/values.ts";
import { failureOf, incomplete } from "../result/failure.ts";
import type { Result } from "../result/result.ts";
import { inspectionOf } from "./inspection.ts";
import { linesOf } from "./iterate.ts";
import { outputOf } from "./output.ts";
import { connect, requirePipeable } from "./pipe.ts";
import type { Supervision } from "./supervision.ts";
import type { LineSource, OutputSoFar, Run, TreeNow } from "./types.ts";

type Piped = readonly Promise<Result<string | Uint8Array>>[];

/** What a run needs of the call that made it. */
export type Makers = {
  readonly ready: () => Promise<void>;
  /** Starts the next command of a pipe. */
  readonly next: (words: Parameters<Run["pipe"]>, piped: Piped) => RunPromise<string>;
};

export class RunPromise<T extends string | Uint8Array>
  extends Promise<Result<T>>
  implements Run<T>
{
  /** What `then` gives is an ordinary promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  readonly ready: Promise<void>;
  readonly piped: Piped;
  readonly #run: Supervision<T>;
  readonly #next: Makers["next"];

  constructor(run: Supervision<T>, makers: Makers, piped: Piped) {
    super((resolve, reject) => {
      run.settled.then((result) => {
        if (run.failure !== undefined) return reject(run.failure.error);
        if (run.plan.options.throws === true && !result.ok) return reject(failureOf(result));
        resolve(result);
      });
    });
    this.#run = run;
    this.#next = makers.next;
    this.piped = piped;
    this.ready = makers.ready();
    // It is no unhandled rejection where the caller never looks at it.
    this.ready.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#run.pid;
  }

  get started(): Promise<number | null> {
    return this.#run.started;
  }

  get stdin(): WritableStream<Uint8Array> | null {
    return this.#run.stdin;
  }

  get stdout(): ReadableStream<Uint8Array> | null {
    return this.#run.captures.stream("stdout");
  }

  get stderr(): ReadableStream<Uint8Array> | null {
    return this.#run.captures.stream("stderr");
  }

  kill(signal: Signal): void {
    const text = signalText(signal);
    const known = text === undefined ? undefined : parseSignal(text);
    if (known === undefined || known === "SIG0") throw refused("killSignal", signal);
    this.#run.withHandle((handle) => {
      handle.control({ control: "kill", signal: signalLabel(known) });
    });
  }

  cancel(reason?: unknown): Promise<Result<T>> {
    this.#isSeen();
    return this.#run.cancel(reason);
  }

  extend(by: Duration): void {
    const request = extending(by);
    this.#run.withHandle((handle) => handle.control(request));
  }

  lines(from: LineSource = "stdout"): AsyncIterable<string> {
    const lines = linesOf(this.#run, from, false);
    this.#isSeen();
    return lines;
  }

  [Symbol.asyncIterator](): AsyncIterator<string> {
    const lines = linesOf(this.#run, "stdout", true);
    this.#isSeen();
    return lines;
  }

  async orThrow(): Promise<Result<T>> {
    this.#isSeen();
    const result = await this.#run.settled;
    if (this.#run.failure !== undefined) throw this.#run.failure.error;
    if (!result.ok) throw failureOf(result);
    return result;
  }

  async text(): Promise<string> {
    const result = await this.orThrow();
    if (result.omitted.stdout > 0) throw incomplete(result);
    const { stdout } = result;
    return typeof stdout === "string" ? stdout : Buffer.from(stdout).toString("utf8");
  }

  async json<J = unknown>(): Promise<J> {
    return JSON.parse(await this.text());
  }

  output(): Promise<OutputSoFar<T>> {
    return outputOf(this.#run);
  }

  pipe(...words: Parameters<Run["pipe"]>): Run {
    const from = this.#run;
    let to: RunPromise<string>;
    try {
      requirePipeable(from.captures);
      to = this.#next(words, [...this.piped, from.settled]);
    } catch (error) {
      // What this command writes would never be read.
      this.cancel(error);
      throw error;
    }
    this.#isSeen();
    connect(from, to.#run);
    return to;
  }

  inspect(): Promise<TreeNow> {
    return inspectionOf(this.#run);
  }

  resize(columns: number, rows: number): void {
    const request = resizing(this.#run.plan.options, columns, rows);
    this.#run.withHandle((handle) => handle.control(request));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancel();
  }

  /** The caller learns of the end in another way: a rejection of this promise is handled. */
  #isSeen(): void {
    this.catch(() => undefined);
  }
}
