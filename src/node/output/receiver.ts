// Receivers of the bytes of a stream. A receiver that wants no more for now gives a promise.
import { fs } from "../builtin/builtin.ts";
import { openToWriteHere } from "../builtin/open.ts";

export type Receiver = {
  /** Takes a chunk. A promise: it wants the next one only after that. */
  readonly take: (chunk: Uint8Array) => Promise<void> | undefined;
  /** Nothing follows. A promise: it has to finish something first. */
  readonly end: () => Promise<void> | undefined;
  /** The run is over: `end` is to wait for so long at most for each step that is left. */
  readonly limit?: (limit_ms: number) => void;
};

/** Works that must follow each other. `undefined`: none is under way. */
function chain(): (work: () => Promise<void> | undefined) => Promise<void> | undefined {
  let last: Promise<void> | undefined;
  return (work) => {
    const next = last === undefined ? work() : last.then(work);
    if (next === undefined) return undefined;
    const forget = () => {
      if (last === next) last = undefined;
    };
    last = next;
    next.then(forget, forget);
    return next;
  };
}

/**
 * To a function of the caller's, one chunk after the other. The function may change its chunk, so
 * it gets a copy. It may wait for the end of the run, or for ever: at the end each call that is
 * left is waited for within a limit.
 */
export function callWith(call: (chunk: Uint8Array) => unknown): Receiver {
  const after = chain();
  const patience = newPatience();
  return {
    take: (chunk) => {
      return after(() => {
        patience.renew();
        return thenOf(call(Buffer.from(chunk)));
      });
    },
    end: () => {
      const last = after(() => undefined);
      if (last === undefined) {
        patience.stop();
        return undefined;
      }
      return Promise.race([last, patience.lost]).finally(patience.stop);
    },
    limit: patience.limit,
  };
}

/** A time that begins anew at each step. `lost` resolves when it has passed. */
function newPatience() {
  let limit_ms: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  let resolve = (): void => undefined;
  const lost = new Promise<void>((given) => {
    resolve = given;
  });
  const renew = () => {
    clearTimeout(timer);
    if (!isOver && limit_ms !== undefined) timer = setTimeout(() => resolve(), limit_ms);
  };
  return {
    lost,
    renew,
    limit: (ms: number) => {
      limit_ms = ms;
      renew();
    },
    stop: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

function thenOf(value: unknown): Promise<void> | undefined {
  if (typeof value !== "object" || value === null || !("then" in value)) return undefined;
  return Promise.resolve(value).then(() => undefined);
}

/** To a descriptor, which stays open. */
export function writeTo(fd: number): Receiver {
  const after = chain();
  return {
    take: (chunk) => after(() => writeAll(fd, chunk)),
    end: () => after(() => undefined),
  };
}

/**
 * To a file, which is created or emptied now, or appended to. Throws what open(2) says. Gives a
 * receiver for each stream that goes there: with a descriptor of its own, one would overwrite what
 * the other has written.
 */
export function writeFile(path: string, append: boolean): () => Receiver {
  const fd = openToWriteHere(path, append);
  const { take, end } = writeTo(fd);
  let users = 0;
  const finish = async () => {
    try {
      await end();
    } finally {
      users -= 1;
      if (users === 0) await close(fd);
    }
  };
  return () => {
    users += 1;
    return { take, end: finish };
  };
}

/** A file system may say only now that it could not write. */
function close(fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fs().close(fd, (error) => (error ? reject(error) : resolve()));
  });
}

/** How long a descriptor that takes nothing (EAGAIN) is left alone. */
const PAUSE_MS = 5;

function writeAll(fd: number, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = (from: number): void => {
      fs().write(fd, chunk, from, chunk.length - from, null, (error, written) => {
        if (error?.code === "EAGAIN") return void setTimeout(go, PAUSE_MS, from);
        if (error) return reject(error);
        if (from + written < chunk.length) return go(from + written);
        resolve();
      });
    };
    go(0);
  });
}

/** To Node's own stdout or stderr, beside other receivers. */
export function writeToOwn(name: "stdout" | "stderr"): Receiver {
  return {
    take: (chunk) => (process[name].write(chunk) ? undefined : roomIn(name)),
    end: () => undefined,
  };
}

/** After one of these, waiting for room makes no sense any more. */
const ENOUGH = ["drain", "close", "error"] as const;

/** What waits for room in a stream of Node's: all runs together, with one listener. */
const rooms = new Map<"stdout" | "stderr", Promise<void>>();

function roomIn(name: "stdout" | "stderr"): Promise<void> {
  const waiting = rooms.get(name);
  if (waiting !== undefined) return waiting;
  const stream = process[name];
  const room = new Promise<void>((resolve) => {
    const go = () => {
      for (const event of ENOUGH) stream.off(event, go);
      rooms.delete(name);
      resolve();
    };
    for (const event of ENOUGH) stream.once(event, go);
  });
  rooms.set(name, room);
  return room;
}
