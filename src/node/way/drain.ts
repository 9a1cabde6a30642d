// Back-pressure while the command runs, and the time after its end, which is bounded:
// what is left in a pipe is read, and a pipe that a process still holds is listened to for a while.
import { type LongTimeout, setLongTimeout } from "../builtin/long-timeout.ts";
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
  /** Bytes since the run has ended. */
  #heard = 0;
  #timeout: LongTimeout | undefined;
  #isDraining = false;
  #isOver = false;
  #isStopped = false;

  constructor(valves: Valves) {
    this.#valves = valves;
  }

  /** Whether a process still held a pipe when the time was over. */
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
    this.#heard += bytes;
    this.#left[name] -= bytes;
    if (this.#left[name] <= 0 && this.#paused.has(name)) this.#valves.pause(name);
  }

  /** The run has ended. */
  begin(ms: number): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    for (const name of this.#paused) this.#valves.resume(name);
    if (ms > 0) this.#timeout = setLongTimeout(() => this.#look(LEFT_BYTES), ms);
    else this.#look(LEFT_BYTES);
  }

  end(): void {
    this.#isOver = true;
    this.#timeout?.cancel();
  }

  /**
   * The time is over, but a loop that was blocked has not looked yet what there is to read, and
   * where bytes come, the end of the stream may be behind them. `most`: a process that writes
   * without end is not read without end.
   */
  #look(most: number): void {
    const before = this.#heard;
    const decide = () => {
      const bytes = this.#heard - before;
      if (bytes === 0 || bytes >= most) this.#stop();
      else if (!this.#isOver) this.#look(most - bytes);
    };
    // One poll is between the two.
    setImmediate(() => setImmediate(decide));
  }

  #stop(): void {
    if (this.#isOver) return;
    this.#isStopped = true;
    this.#valves.stop();
  }
}
