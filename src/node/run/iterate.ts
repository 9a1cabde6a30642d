// `for await` over a run.
import { badOption } from "../options/check.ts";
import { lateReceiver } from "../output/late.ts";
import type { Receiver } from "../output/receiver.ts";
import { failureOf } from "../result/failure.ts";
import type { Result } from "../result/result.ts";
import type { StreamName } from "../way/way.ts";
import type { Captures } from "./captures.ts";
import type { Failure } from "./supervision.ts";
import type { LineSource } from "./types.ts";

/** What a loop needs of a run. */
type LineRun = {
  readonly captures: Captures;
  readonly settled: Promise<Result<string | Uint8Array>>;
  readonly failure: Failure | undefined;
  cancel(reason: unknown): Promise<unknown>;
};

const STREAMS: Readonly<Record<LineSource, readonly StreamName[]>> = {
  stdout: ["stdout"],
  stderr: ["stderr"],
  all: ["stdout", "stderr"],
};

/**
 * The lines of a run. `throwsAtEnd`: after the last one, a result that is not ok is an error.
 */
export function linesOf(
  run: LineRun,
  from: LineSource,
  throwsAtEnd: boolean,
): AsyncIterableIterator<string> {
  const names = STREAMS[from];
  if (names === undefined) throw badOption("lines", `there is no stream ${String(from)}`);
  const queue = import("../output/lines.ts").then(({ LineQueue }) => new LineQueue());
  const receiver = () => lateReceiver(queue.then((lines) => lines.receiver()));
  const watched = names.filter((name) => watch(run, name, receiver));
  if (watched.length === 0) {
    throw badOption(names[0] ?? "stdout", "the library does not see it, so it has no lines");
  }
  const finish = async (): Promise<void> => {
    const result = await run.settled;
    if (run.failure !== undefined) throw run.failure.error;
    if (throwsAtEnd && !result.ok) throw failureOf(result);
  };
  const over: IteratorReturnResult<undefined> = { done: true, value: undefined };
  let isLeft = false;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const value = isLeft ? undefined : await (await queue).next();
      if (value !== undefined) return { done: false, value };
      if (!isLeft) {
        isLeft = true;
        await finish();
      }
      return over;
    },
    async return() {
      if (!isLeft) {
        isLeft = true;
        (await queue).close();
        await run.cancel(undefined);
      }
      return over;
    },
  };
}

function watch(run: LineRun, name: StreamName, receiver: () => Receiver): boolean {
  const stream = run.captures.stream(name);
  if (stream === null) return run.captures.watch(name, receiver);
  if (stream.locked) throw badOption(name, "it is read already");
  pump(stream, receiver());
  return true;
}

/** From a Web stream without another reader. */
async function pump(stream: ReadableStream<Uint8Array>, receiver: Receiver): Promise<void> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    await receiver.take(value);
  }
  await receiver.end();
}
