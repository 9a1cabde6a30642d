// Input that comes in pieces: what a caller iterates over, or writes.
import type { Chunks } from "../options/streams.ts";
import type { Handle } from "../way/way.ts";

export type Stdin = Pick<Handle, "write" | "end">;

/** Ends what was begun; `stop` is called at the end of the run. */
export type Feeding = { readonly stop: () => void };

/** Writes one chunk; rejects once the reading end is closed. */
function writeChunk(stdin: Stdin, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stdin.write(chunk, (error) => (error === undefined ? resolve() : reject(error)));
  });
}

export function feedChunks(stdin: Stdin, chunks: Chunks, fail: (error: unknown) => void): Feeding {
  let isOver = false;
  let iterator: Iterator<unknown> | AsyncIterator<unknown> | undefined;
  const stop = () => {
    if (isOver) return;
    isOver = true;
    stdin.end();
    // The iterator may be waiting for something that never comes, so this does not wait for it.
    Promise.resolve()
      .then(() => iterator?.return?.())
      .catch(() => undefined);
  };
  const go = async () => {
    iterator =
      Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
    while (!isOver) {
      const { done, value } = await iterator.next();
      if (isOver) return;
      if (done === true) {
        isOver = true;
        stdin.end();
        return;
      }
      const chunk = bytesOf(value);
      // EPIPE: the command reads no more, and that is its own business.
      await writeChunk(stdin, chunk).catch(stop);
    }
  };
  // An end of its input would look as if all had been given; the end of the run stops this.
  go().catch(fail);
  return { stop };
}

function bytesOf(value: unknown): Uint8Array {
  if (typeof value === "string") return Buffer.from(value);
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  throw new TypeError("stdin: a chunk is neither a string nor bytes");
}

/** A stdin that the caller writes to. */
export type OwnStdin = {
  writeStdin(chunk: Uint8Array): Promise<void>;
  endStdin(): void;
  fail(error: unknown): void;
};

/** `run.stdin`: a Web stream whose writer is held back by the command. */
export function stdinStream(run: OwnStdin): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    write: (chunk) => {
      try {
        return run.writeStdin(bytesOf(chunk));
      } catch (error) {
        // The stream takes no more, and its end would look as if all had been given.
        run.fail(error);
        throw error;
      }
    },
    close: () => run.endStdin(),
    abort: () => run.endStdin(),
  });
}
