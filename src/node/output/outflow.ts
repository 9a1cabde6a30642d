// One output stream of a command, on its way to all receivers of its bytes. The slowest receiver
// holds the command back.

import { monotonicTime } from "../builtin/builtin.ts";
import { afterHead } from "./gap.ts";
import type { Keeper, Kept } from "./kept.ts";
import type { Receiver } from "./receiver.ts";

/** What an outflow does to the stream that it gets its bytes from. */
export type Valve = {
  readonly pause: () => void;
  readonly resume: () => void;
  /** A receiver has failed: nothing can be promised about its output any more. */
  readonly fail: (error: unknown) => void;
};

export class Outflow {
  readonly #valve: Valve;
  readonly #receivers: Receiver[] = [];
  readonly #keeper: Keeper | undefined;
  /** How much of the head is to come, where the tail is waited for. */
  #headLeft: number | undefined;
  #isForgetting = false;
  #waiting = 0;
  #isEnded = false;
  #isCapturing: boolean;
  #lastAt: number | undefined;
  readonly #last: Promise<void>[] = [];
  readonly #lookingOn = new WeakSet<Receiver>();
  /** Receivers that get nothing more. */
  readonly #finishing = new Set<Receiver>();

  /** `keeper`: what captures, and what a receiver that comes later gets first. */
  constructor(valve: Valve, keeper: Keeper | undefined) {
    this.#valve = valve;
    this.#keeper = keeper;
    this.#isCapturing = keeper !== undefined;
  }

  /** When the last byte came, by `monotonicTime()`. */
  get lastAt(): number | undefined {
    return this.#lastAt;
  }

  /**
   * Whether a receiver wants its bytes, besides the captured text and receivers that only look on.
   */
  get isWanted(): boolean {
    return this.#receivers.some((receiver) => !this.#lookingOn.has(receiver));
  }

  take(chunk: Uint8Array): void {
    this.#lastAt = monotonicTime();
    if (this.#isCapturing) this.#keeper?.add(chunk);
    this.#giveAll(this.#withoutTail(chunk));
  }

  #giveAll(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    // One that is attached meanwhile gets this chunk with what was captured.
    for (const receiver of [...this.#receivers]) this.#give(receiver, chunk);
  }

  /** What was captured so far. */
  kept(): Kept | undefined {
    return this.#keeper?.kept();
  }

  /** Adds one whose bytes the command need not wait for. */
  attach(receiver: Receiver): void {
    this.#lookingOn.add(receiver);
    this.serve(receiver);
  }

  /** Adds a receiver, which first gets what was captured before. */
  serve(receiver: Receiver): void {
    const kept = this.#keeper?.kept();
    this.#receivers.push(receiver);
    if (kept !== undefined) {
      const rest = this.#headLeft === undefined ? afterHead(kept) : [];
      for (const chunk of [...kept.head, ...rest]) this.#give(receiver, chunk);
    }
    if (this.#isEnded) this.#finish(receiver);
  }

  /**
   * The program leaves out what comes between the first `head` bytes and the tail, and says only
   * at the end how much that was: receivers get the tail then.
   */
  awaitTail(head: number): void {
    this.#headLeft = head;
  }

  /** The end, and how many bytes the program has left out. */
  endAfter(omitted: number): void {
    this.#keeper?.addOmitted(omitted);
    if (this.#headLeft !== undefined) {
      this.#headLeft = undefined;
      const kept = this.#keeper?.kept();
      for (const chunk of kept === undefined ? [] : afterHead(kept)) this.#giveAll(chunk);
      if (this.#isForgetting) this.stopCapturing();
    }
    this.end();
  }

  /** Captures no more and forgets what was: another receiver gets all of it. */
  stopCapturing(): void {
    this.#isForgetting = true;
    if (this.#headLeft !== undefined) return;
    this.#isCapturing = false;
    this.#keeper?.clear();
  }

  /** Nothing follows. */
  end(): void {
    if (this.#isEnded || this.#headLeft !== undefined) return;
    this.#isEnded = true;
    for (const receiver of [...this.#receivers]) this.#finish(receiver);
  }

  /** Waits until all receivers have finished, `limit_ms` for one that may never. Never rejects. */
  async finished(limit_ms: number): Promise<void> {
    for (const receiver of this.#finishing) receiver.limit?.(limit_ms);
    await Promise.all(this.#last);
  }

  /** It gets nothing more, but may have a file to close. */
  detach(receiver: Receiver): void {
    const at = this.#receivers.indexOf(receiver);
    if (at < 0) return;
    this.#receivers.splice(at, 1);
    this.#finish(receiver);
  }

  #withoutTail(chunk: Uint8Array): Uint8Array {
    if (this.#headLeft === undefined) return chunk;
    const head = chunk.subarray(0, this.#headLeft);
    this.#headLeft -= head.length;
    return head;
  }

  #give(receiver: Receiver, chunk: Uint8Array): void {
    const wait = this.#guard(() => receiver.take(chunk));
    if (wait === undefined) return;
    if (this.#waiting === 0) this.#valve.pause();
    this.#waiting += 1;
    const go = () => {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#valve.resume();
    };
    wait.then(go, (error) => {
      this.#valve.fail(error);
      this.detach(receiver);
      go();
    });
  }

  /** Once for each: it closes what is its own. */
  #finish(receiver: Receiver): void {
    if (this.#finishing.has(receiver)) return;
    this.#finishing.add(receiver);
    const wait = this.#guard(receiver.end);
    if (wait !== undefined) this.#last.push(wait.catch(this.#valve.fail));
  }

  /** A receiver may be a function of the caller's. */
  #guard(work: () => Promise<void> | undefined): Promise<void> | undefined {
    try {
      return work();
    } catch (error) {
      return Promise.reject(error);
    }
  }
}
