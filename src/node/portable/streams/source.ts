import type { Readable } from "node:stream";
import type { Sink } from "./sink.ts";

/** An output of the command that is read here. */
export type Source = {
  /** The file that the bytes go to takes none for now. */
  readonly isHeldBack: () => boolean;
  /** The same, or the library wants no more for now. */
  readonly isPaused: () => boolean;
  readonly pause: () => void;
  readonly resume: () => void;
  /**
   * The run is over: what is left in the pipe is read although the library wants no more, because
   * its reader may be one that waits for the end first.
   */
  readonly release: () => void;
  /** How many bytes have come so far. */
  readonly count: () => number;
  readonly hasEnded: () => boolean;
  /** Why the file took no more, as the kernel names it, other than that its reader was gone. */
  readonly failure: () => string | undefined;
  /** Reads no more, although somebody may still write. */
  readonly stop: () => void;
  readonly setRef: (isRef: boolean) => void;
};

export type SourceEvents = {
  /** Bytes have come. The answer is what is passed on of them. */
  readonly onBytes: (chunk: Uint8Array) => Uint8Array;
  /** Somebody wants more again. */
  readonly onResumed: () => void;
  /** Nothing follows: the end, or `stop`. */
  readonly onEnded: () => void;
};

/** More than the kernel keeps in a pipe or a socket. */
const LEFT_BYTES = 1024 ** 2;

/** Reads a stream from now on, and gives what is passed on to the sink. */
export function readFrom(
  stream: Readable & { readonly ref?: () => unknown; readonly unref?: () => unknown },
  sink: Sink,
  { onBytes, onResumed, onEnded }: SourceEvents,
): Source {
  let isPaused = false;
  let left = 0;
  let isWriting = false;
  let hasEnded = false;
  let count = 0;
  let failure: string | undefined;
  const flow = () => {
    if (hasEnded) return;
    if ((isPaused && left <= 0) || isWriting) stream.pause();
    else stream.resume();
  };
  const end = () => {
    if (hasEnded) return;
    hasEnded = true;
    onEnded();
  };
  const onWritten = (error: Error | undefined) => {
    isWriting = false;
    // Nobody reads any more: the command's next write fails, as it would without us.
    if (error !== undefined) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EPIPE") failure = code ?? "EIO";
      stream.destroy();
    }
    onResumed();
    flow();
  };
  stream.on("data", (chunk: Uint8Array) => {
    count += chunk.length;
    left -= chunk.length;
    const passed = onBytes(chunk);
    if (passed.length === 0) return;
    isWriting = true;
    if (sink(passed, onWritten)) isWriting = false;
    flow();
  });
  // An error means that nothing follows either, and `close` comes after it.
  stream.on("error", () => undefined);
  stream.on("end", end);
  stream.on("close", end);
  return {
    isHeldBack: () => isWriting,
    isPaused: () => isPaused || isWriting,
    pause: () => {
      isPaused = true;
      flow();
    },
    release: () => {
      left = LEFT_BYTES;
      flow();
    },
    resume: () => {
      isPaused = false;
      onResumed();
      flow();
    },
    count: () => count,
    hasEnded: () => hasEnded,
    failure: () => failure,
    stop: () => {
      stream.destroy();
      end();
    },
    setRef: (isRef) => {
      if (isRef) stream.ref?.();
      else stream.unref?.();
    },
  };
}
