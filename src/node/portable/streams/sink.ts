import { closeSync, write } from "node:fs";
import type { OutputPlan } from "../../way/way.ts";

type Done = (error: Error | undefined) => void;

/** Where relayed output goes. */
export type Sink = {
  /**
   * Takes a chunk. True: it may be given the next one. False: it calls `done` first, with an error
   * where the target takes no more.
   */
  readonly take: (chunk: Uint8Array, done: Done) => boolean;
  /** Takes no more. A write that is under way may still come to its end. */
  readonly close: () => void;
};

/** To a function, which takes all at once. */
export function sinkTo(take: (chunk: Uint8Array) => void): Sink {
  return {
    take: (chunk) => {
      take(chunk);
      return true;
    },
    close: () => undefined,
  };
}

/** To what the library does not want: `given` is a descriptor, or nowhere. */
export function sinkOf(kind: OutputPlan["kind"], given: "ignore" | number): Sink {
  if (given === "ignore") return sinkTo(() => undefined);
  if (kind !== "inherit") return descriptorSink(given, kind === "file");
  // Node's own output goes the same way, so that the order is kept.
  const stream = given === 1 ? process.stdout : process.stderr;
  return {
    take: (chunk, done) => {
      stream.write(chunk, (error) => done(error ?? undefined));
      return false;
    },
    close: () => undefined,
  };
}

/** How soon a descriptor that takes nothing at the moment is tried again, in milliseconds. */
const AGAIN_AFTER = 5;

/** `isOurs`: it is closed at the end, but not during a write: its number would be reused. */
function descriptorSink(fd: number, isOurs: boolean): Sink {
  let isWriting = false;
  let isClosed = false;
  const settle = () => {
    if (isClosed && !isWriting && isOurs) closeSync(fd);
  };
  const writeAll = (chunk: Uint8Array, done: Done): void => {
    isWriting = true;
    write(fd, chunk, (error, count) => {
      isWriting = false;
      if (isClosed) settle();
      else if (error?.code === "EAGAIN") setTimeout(() => again(chunk, done), AGAIN_AFTER);
      else if (error !== null) done(error);
      else if (count < chunk.length) writeAll(chunk.subarray(count), done);
      else done(undefined);
    });
  };
  const again = (chunk: Uint8Array, done: Done) => {
    if (!isClosed) writeAll(chunk, done);
  };
  return {
    take: (chunk, done) => {
      writeAll(chunk, done);
      return false;
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      settle();
    },
  };
}
