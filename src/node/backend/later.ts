// A way whose code is loaded when the first run needs it: with the program it is never loaded.
import { errnoOf, failed } from "../way/failures.ts";
import type { Ending, Handle, Listener, Order, Way } from "../way/way.ts";

/** What must be known before the code is there. */
export type Outline = Pick<Way, "name" | "refusal">;

/** The way that `load` gives. What is asked of a run meanwhile is asked as soon as there is one. */
export function loadedLater({ name, refusal }: Outline, load: () => Promise<Way>): Way {
  return {
    name,
    refusal,
    start: (order, listener) => startLater(load, order, listener),
    prepare: () => load().then((way) => way.prepare(), notLoaded),
    killTree: (order) => load().then((way) => way.killTree(order), notLoaded),
    runSync: undefined,
  };
}

/** What Node lacks for a moment. */
const RESOURCES: readonly string[] = ["EMFILE", "ENFILE", "ENOMEM"];

function notLoaded(error: unknown): Extract<Ending, { readonly kind: "failed" }> {
  const text = `the portable host cannot be loaded: ${error}`;
  const errno = errnoOf(error);
  const isTransient = errno !== undefined && RESOURCES.includes(errno);
  return isTransient ? failed("resource", text, errno) : failed("no_binary", text);
}

function startLater(load: () => Promise<Way>, order: Order, listener: Listener): Handle {
  let handle: Handle | undefined;
  const waiting: ((handle: Handle) => void)[] = [];
  const ask = (work: (handle: Handle) => void): void => {
    if (handle === undefined) waiting.push(work);
    else work(handle);
  };
  const begin = (way: Way): void => {
    handle = way.start(order, listener);
    for (const work of waiting) work(handle);
  };
  load().then(begin, (error) => listener.finished(notLoaded(error)));
  return {
    control: (request) => ask((run) => run.control(request)),
    write: (chunk, done) => ask((run) => run.write(chunk, done)),
    end: () => ask((run) => run.end()),
    pause: (name) => ask((run) => run.pause(name)),
    resume: (name) => ask((run) => run.resume(name)),
    close: (name) => ask((run) => run.close(name)),
    ref: () => ask((run) => run.ref()),
    unref: () => ask((run) => run.unref()),
    owns: (pid) => (handle === undefined ? false : handle.owns(pid)),
  };
}
