// Back-pressure while the command runs, and the time after its end, in which it can hold nobody up:
// what is left in a pipe is read, and a pipe that somebody still holds is listened to for a while.
import { type LongTimeout, setLongTimeout } from "./long-timeout.ts";
import type { StreamName } from "./way.ts";

export type Valves = {
  readonly pause: (name: StreamName) => void;
  readonly resume: (name: StreamName) => void;
  /** The time is over. */
  readonly stop: () => void;
};

/**
 * After the end the reader of a stream may be one that waits for the end first, so as many bytes
 * are read whatever it says: more than the kernel keeps in a pipe or a socket.
 */
const LEFT_BYTES = 1024 ** 2;

export class Drain {
  readonly #valves: Valves;
  readonly #paused = new Set<StreamName>();
  readonly #left: Record<StreamName, number> = { stdout: LEFT_BYTES, stderr: LEFT_BYTES };
  #timeout: LongTimeout | undefined;
  #isDraining = false;
  #isOver = false;
  #isStopped = false;

  constructor(valves: Valves) {
    this.#valves = valves;
  }

  /** Whether somebody still held a pipe when the time was over. */
  get isPipeHeld(): boolean {
    return this.#isStopped;
  }

  pause(name: StreamName): void {
    this.#paused.add(name);
    if (!this.#isDraining || this.#left[name] <= 0) this.#valves.pause(name);
  }

  resume(name: StreamName): void {
    if (this.#paused.delete(name)) this.#valves.resume(name);
  }

  /** Bytes have come. */
  heard(name: StreamName, bytes: number): void {
    if (!this.#isDraining) return;
    this.#left[name] -= bytes;
    if (this.#left[name] <= 0 && this.#paused.has(name)) this.#valves.pause(name);
  }

  /** The run has ended. */
  begin(ms: number): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    for (const name of this.#paused) this.#valves.resume(name);
    // A loop that was blocked finds the time over before it has looked what there is to read: one
    // more look comes first.
    const look = () => setImmediate(() => setImmediate(() => this.#stop()));
    if (ms > 0) this.#timeout = setLongTimeout(look, ms);
    else look();
  }

  end(): void {
    this.#isOver = true;
    this.#timeout?.cancel();
  }

  #stop(): void {
    if (this.#isOver) return;
    this.#isStopped = true;
    this.#valves.stop();
  }
}
