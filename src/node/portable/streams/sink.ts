import { write } from "node:fs";
import type { OutputPlan } from "../../way/way.ts";

/**
 * Takes a chunk. True: it may be given the next one. False: it calls `done` first, with an error
 * where nobody will take more.
 */
export type Sink = (chunk: Uint8Array, done: (error: Error | undefined) => void) => boolean;

/** What relayed output goes to, where the library does not want it. */
export function sinkOf(kind: OutputPlan["kind"], given: "ignore" | number): Sink {
  if (given === "ignore") return () => true;
  return (chunk, done) => {
    // Node's own output goes the same way as what the command inherits, so that the order is kept.
    if (kind === "inherit") own(given).write(chunk, (error) => done(error ?? undefined));
    else writeAll(given, chunk, done);
    return false;
  };
}

function own(fd: number): NodeJS.WriteStream {
  return fd === 1 ? process.stdout : process.stderr;
}

/** How soon a descriptor that takes nothing at the moment is tried again, in milliseconds. */
const AGAIN_AFTER = 5;

function writeAll(fd: number, chunk: Uint8Array, done: (error: Error | undefined) => void): void {
  write(fd, chunk, (error, count) => {
    if (error?.code === "EAGAIN") setTimeout(() => writeAll(fd, chunk, done), AGAIN_AFTER);
    else if (error !== null) done(error);
    else if (count < chunk.length) writeAll(fd, chunk.subarray(count), done);
    else done(undefined);
  });
}
