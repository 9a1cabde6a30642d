// What stays in memory of a stream: its beginning and its end, in a bounded amount of memory.

/** What was kept of a stream, and how many bytes between head and tail were not. */
export type Kept = {
  readonly head: readonly Uint8Array[];
  readonly tail: readonly Uint8Array[];
  readonly omitted: number;
};

/** Keeps the first `head` bytes and the last `tail` bytes of what is added. */
export class Keeper {
  readonly #mostHead: number;
  readonly #mostTail: number;
  #head: Uint8Array[] = [];
  #headSize = 0;
  #tail: Uint8Array[] = [];
  #tailSize = 0;
  /** Chunks of `#tail` that have been dropped: they are cut off now and then, not one by one. */
  #dropped = 0;
  #omitted = 0;

  constructor(head: number, tail: number) {
    this.#mostHead = head;
    this.#mostTail = tail;
  }

  add(chunk: Uint8Array): void {
    const room = this.#mostHead - this.#headSize;
    const first = room >= chunk.length ? chunk : chunk.subarray(0, room);
    if (first.length > 0) {
      this.#head.push(first);
      this.#headSize += first.length;
    }
    if (first.length < chunk.length) this.#addTail(chunk.subarray(first.length));
  }

  /** Bytes that the program has left out before the tail came. */
  addOmitted(bytes: number): void {
    this.#omitted += bytes;
  }

  #addTail(chunk: Uint8Array): void {
    if (this.#mostTail === 0) {
      this.#omitted += chunk.length;
      return;
    }
    this.#tail.push(chunk);
    this.#tailSize += chunk.length;
    for (let first = this.#tail[this.#dropped]; first !== undefined; ) {
      const excess = this.#tailSize - this.#mostTail;
      if (excess < first.length) break;
      this.#tailSize -= first.length;
      this.#omitted += first.length;
      this.#dropped += 1;
      first = this.#tail[this.#dropped];
    }
    if (this.#dropped > 1000 || this.#dropped * 2 > this.#tail.length) {
      this.#tail.splice(0, this.#dropped);
      this.#dropped = 0;
    }
  }

  /** Forgets everything: it will not be asked for. */
  clear(): void {
    this.#head = [];
    this.#tail = [];
    this.#headSize = 0;
    this.#tailSize = 0;
    this.#dropped = 0;
    this.#omitted = 0;
  }

  kept(): Kept {
    const tail = this.#tail.slice(this.#dropped);
    const excess = Math.max(0, this.#tailSize - this.#mostTail);
    const [first, ...others] = tail;
    const cut = first === undefined || excess === 0 ? tail : [first.subarray(excess), ...others];
    return { head: this.#head.slice(), tail: cut, omitted: this.#omitted + excess };
  }
}

/** The bytes of what was kept, one after the other, in memory of their own. */
export function bytesOf({ head, tail }: Kept): Uint8Array {
  const chunks = [...head, ...tail];
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
