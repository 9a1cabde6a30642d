// What the library writes to a command's stdin. A command that does not read on is no error.
import type { Source } from "../options/streams.ts";
import { type Feeding, feedChunks, type Stdin } from "./chunks.ts";

const NOTHING: Feeding = { stop: () => undefined };

/** Begins to write. `fail`: an iterable of the caller's has thrown. */
export function feed(stdin: Stdin, source: Source, fail: (error: unknown) => void): Feeding {
  switch (source.kind) {
    case "none":
    case "pipe":
      return NOTHING;
    case "data":
      if (source.data.length === 0) stdin.end();
      else stdin.write(source.data, () => stdin.end());
      return NOTHING;
    case "chunks":
      return feedChunks(stdin, source.chunks, fail);
  }
}
