// Lines of a running command, for `for await`.
import type { Receiver } from "./receiver.ts";
import { Splitter } from "./splitter.ts";

/** As many characters wait for a slow reader; then the command is held back. */
const MOST_WAITING = 1024 ** 2;

/** A line of one of several streams goes into one queue. */
export class LineQueue {
  readonly #lines: string[] = [];
  #first = 0;
  #size = 0;
  #sources = 0;
  #isOver = false;
  #hungry: (() => void)[] = [];
  #roomFor: (() => void)[] = [];

  /** A receiver that puts the lines of one stream into the queue. */
  receiver(): Receiver {
    const splitter = new Splitter();
    this.#sources += 1;
    return {
      take: (chunk) => this.#put(splitter.add(chunk)),
      end: () => {
        this.#sources -= 1;
        this.#put(splitter.end());
        if (this.#sources === 0) this.#wake();
        return undefined;
      },
    };
  }

  /** The next line; undefined: there is none any more. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const line = this.#lines[this.#first];
      if (line !== undefined) return this.#take(line);
      if (this.#sources === 0 || this.#isOver) return undefined;
      await new Promise<void>((resolve) => this.#hungry.push(resolve));
    }
  }

  /** The iteration is over: lines are thrown away from now on. */
  close(): void {
    this.#isOver = true;
    this.#lines.length = 0;
    this.#first = 0;
    this.#size = 0;
    this.#makeRoom();
    this.#wake();
  }

  #put(lines: readonly string[]): Promise<void> | undefined {
    if (lines.length === 0 || this.#isOver) return undefined;
    for (const line of lines) {
      this.#lines.push(line);
      this.#size += line.length + 1;
    }
    this.#wake();
    if (this.#size < MOST_WAITING) return undefined;
    return new Promise((resolve) => this.#roomFor.push(resolve));
  }

  #take(line: string): string {
    this.#first += 1;
    this.#size -= line.length + 1;
    if (this.#first > 1000 || this.#first === this.#lines.length) {
      this.#lines.splice(0, this.#first);
      this.#first = 0;
    }
    if (this.#size < MOST_WAITING / 2) this.#makeRoom();
    return line;
  }

  #wake(): void {
    const all = this.#hungry;
    this.#hungry = [];
    for (const resolve of all) resolve();
  }

  #makeRoom(): void {
    const all = this.#roomFor;
    this.#roomFor = [];
    for (const resolve of all) resolve();
  }
}
