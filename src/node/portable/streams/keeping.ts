import type { RelayPlan } from "../../way/way.ts";

/** What is kept of a stream: the beginning is passed on at once, the end when it has come. */
export type Keeping = {
  /** What is passed on of a chunk. */
  readonly add: (chunk: Uint8Array) => Uint8Array;
  /** The end: the last bytes of what was not passed on. */
  readonly tail: () => readonly Uint8Array[];
  /** The last bytes so far, at most so many; and how many there are. */
  readonly newest: (most: number) => readonly [bytes: Uint8Array, kept: number];
  /** Bytes between the two. */
  readonly omitted: () => number;
};

/** Without a plan all is passed on. */
export function newKeeping(keep: RelayPlan["keep"]): Keeping | undefined {
  if (keep === undefined) return undefined;
  const { head, tail } = keep;
  let left: number = head;
  let omitted = 0;
  const chunks: Uint8Array[] = [];
  let size = 0;
  /** Drops what is in front of the last bytes; chunk by chunk, so that no byte is moved. */
  const trim = (slack: number) => {
    for (
      let [first] = chunks;
      first !== undefined && size - first.length >= tail;
      [first] = chunks
    ) {
      chunks.shift();
      size -= first.length;
      omitted += first.length;
    }
    const [first] = chunks;
    const excess = size - tail;
    if (first === undefined || excess <= slack) return;
    chunks[0] = first.subarray(excess);
    size -= excess;
    omitted += excess;
  };
  return {
    add: (chunk) => {
      const passed = chunk.subarray(0, left);
      left -= passed.length;
      const rest = chunk.subarray(passed.length);
      if (rest.length > 0) {
        chunks.push(rest);
        size += rest.length;
        trim(Number.POSITIVE_INFINITY);
      }
      return passed;
    },
    tail: () => {
      trim(0);
      return chunks.splice(0);
    },
    newest: (most) => {
      trim(0);
      const all = Buffer.concat(chunks);
      return [all.subarray(Math.max(0, size - most)), size];
    },
    omitted: () => omitted,
  };
}
