import type { Writable } from "node:stream";

type Done = (error: Error | undefined) => void;

/** The command's stdin, where the library writes it. What is written before the start waits. */
export type Input = {
  readonly write: (chunk: Uint8Array, done: Done) => void;
  readonly end: () => void;
  /** From now on there is a stream; undefined: there will be none any more. */
  readonly attach: (stream: Writable | undefined) => void;
};

export function newInput(): Input {
  const waiting: ((stream: Writable | undefined) => void)[] = [];
  let stream: Writable | undefined;
  let isAttached = false;
  const whenAttached = (act: (stream: Writable | undefined) => void) => {
    if (isAttached) act(stream);
    else waiting.push(act);
  };
  return {
    write: (chunk, done) => {
      whenAttached((to) => {
        if (to === undefined) done(new Error("write EPIPE"));
        else to.write(chunk, (error) => done(error ?? undefined));
      });
    },
    end: () => whenAttached((to) => to?.end()),
    attach: (to) => {
      stream?.destroy();
      [stream, isAttached] = [to, true];
      // The error comes to each write, too.
      to?.on("error", () => undefined);
      for (const act of waiting.splice(0)) act(to);
    },
  };
}
