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
  /** Reads no more, although a process may still write. */
  readonly stop: () => void;
  readonly setRef: (isRef: boolean) => void;
};

export type SourceEvents = {
  /** Bytes have come. The answer is what is passed on of them. */
  readonly onBytes: (chunk: Uint8Array) => Uint8Array;
  /** A receiver wants more again. */
  readonly onResumed: () => void;
  /** Nothing follows: the end, or `stop`. */
  readonly onEnded: () => void;
};

/** More than the kernel keeps in a pipe or a socket. */
const LEFT_BYTES = 1024 ** 2;

type Readers = Readable & { readonly ref?: () => unknown; readonly unref?: () => unknown };

/** The state of a source. */
type State = {
  isPaused: boolean;
  isWriting: boolean;
  /** What comes after the chunk that is being written. */
  readonly waiting: Uint8Array[];
  /** Nothing more comes out of the stream. */
  isAtEnd: boolean;
  /** Nothing more will be passed on. */
  hasEnded: boolean;
  count: number;
  /** Bytes that are still read although the library wants no more. */
  left: number;
  failure: string | undefined;
};

/** Reads a stream from now on, and gives what is passed on to the sink. */
export function readFrom(stream: Readers, sink: Sink, events: SourceEvents): Source {
  const state: State = {
    isPaused: false,
    isWriting: false,
    waiting: [],
    isAtEnd: false,
    hasEnded: false,
    count: 0,
    left: 0,
    failure: undefined,
  };
  const flow = () => {
    if (state.hasEnded) return;
    if ((state.isPaused && state.left <= 0) || state.isWriting) stream.pause();
    else stream.resume();
  };
  const end = () => {
    if (state.hasEnded) return;
    state.hasEnded = true;
    sink.close();
    events.onEnded();
  };
  listen(stream, sink, events, { state, flow, end });
  return {
    isHeldBack: () => state.isWriting,
    isPaused: () => state.isPaused || state.isWriting,
    pause: () => {
      state.isPaused = true;
      flow();
    },
    release: () => {
      state.left = LEFT_BYTES;
      flow();
    },
    resume: () => {
      state.isPaused = false;
      events.onResumed();
      flow();
    },
    count: () => state.count,
    hasEnded: () => state.hasEnded,
    failure: () => state.failure,
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

type Flowing = {
  readonly state: State;
  /** Lets the stream flow, or not, as the state has it. */
  readonly flow: () => void;
  readonly end: () => void;
};

function listen(
  stream: Readers,
  sink: Sink,
  { onBytes, onResumed }: SourceEvents,
  { state, flow, end }: Flowing,
): void {
  const onWritten = (error: Error | undefined) => {
    // The target has no reader any more: the command's next write fails, as it would without us.
    if (error !== undefined) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EPIPE") state.failure = code ?? "EIO";
      state.waiting.length = 0;
      stream.destroy();
    }
    onResumed();
    state.isWriting = false;
    proceed();
  };
  const proceed = () => {
    for (let chunk = state.waiting.shift(); chunk !== undefined; chunk = state.waiting.shift()) {
      state.isWriting = true;
      if (!sink.take(chunk, onWritten)) break;
      state.isWriting = false;
    }
    if (state.isWriting) return;
    // The end may come while the last bytes are still being written.
    if (state.isAtEnd) end();
    else flow();
  };
  const onEnd = () => {
    state.isAtEnd = true;
    if (!state.isWriting) end();
  };
  stream.on("data", (chunk: Uint8Array) => {
    state.count += chunk.length;
    state.left -= chunk.length;
    const passed = onBytes(chunk);
    // Node lets a stream flow when the command has ended, whatever was wanted before.
    if (passed.length > 0) state.waiting.push(passed);
    if (!state.isWriting) proceed();
    flow();
  });
  // An error means that nothing follows either, and `close` comes after it.
  stream.on("error", () => undefined);
  stream.on("end", onEnd);
  stream.on("close", onEnd);
}
