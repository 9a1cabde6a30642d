// `run.stdout` and `run.stderr`: Web streams that hold the command back.
import type { Receiver } from "./receiver.ts";

/** As many bytes wait in the stream; then the command is held back. */
const HIGH_WATER = 65_536;

export type Piped = { readonly stream: ReadableStream<Uint8Array>; readonly receiver: Receiver };

/** A stream, and what fills it. `cancelled`: its reader wants no more. */
export function webStream(cancelled: () => void): Piped {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let goOn: (() => void) | undefined;
  let isOver = false;
  const release = () => {
    goOn?.();
    goOn = undefined;
  };
  const stream = new ReadableStream<Uint8Array>(
    {
      start: (given) => {
        controller = given;
      },
      pull: release,
      cancel: () => {
        isOver = true;
        release();
        cancelled();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER }),
  );
  return {
    stream,
    receiver: {
      take: (chunk) => {
        if (isOver) return undefined;
        controller?.enqueue(chunk);
        if ((controller?.desiredSize ?? 0) > 0) return undefined;
        return new Promise((resolve) => {
          const before = goOn;
          goOn = () => {
            before?.();
            resolve();
          };
        });
      },
      end: () => {
        if (!isOver) controller?.close();
        isOver = true;
        return undefined;
      },
    },
  };
}
