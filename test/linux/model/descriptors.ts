// Descriptors of the model.
import type { Written } from "../../../src/linux/kernel/answers.ts";
import { living, pass, Stuck } from "./kernel.ts";
import type { Descriptor, Kernel } from "./types.ts";

const EAGAIN = 11;
const EBADF = 9;
const EINPROGRESS = 115;
/** A flag of `offer`: a file is emptied first. */
const CUT = 1;

/** A new descriptor, closed on exec. */
export function open(kernel: Kernel, descriptor: Descriptor): number {
  const fd = kernel.nextFd;
  kernel.nextFd += 1;
  kernel.descriptors.set(fd, descriptor);
  return fd;
}

export function isReadable(kernel: Kernel, fd: number): boolean {
  const descriptor = kernel.descriptors.get(fd);
  switch (descriptor?.kind) {
    case "signals":
      return kernel.arrived.length > 0;
    case "process": {
      const process = kernel.processes.get(descriptor.pid);
      return process === undefined || !living(process);
    }
    case "notify":
      return descriptor.queue.length > 0;
    case "pipe":
      return descriptor.text !== "" || descriptor.isClosed;
    case "wall clock":
      return descriptor.epoch !== kernel.epoch;
    case "hang-up":
      return kernel.stdin.isHungUp;
    case "watches":
      return descriptor.events.length > 0;
    default:
      return false;
  }
}

type Sink = Extract<Descriptor, { kind: "sink" }>;

/** Writes what a sink takes until the deadline: the number of bytes, and errno or 0. */
export function offer(
  kernel: Kernel,
  fd: number,
  text: string,
  deadline: number,
  moment: number,
  flags: number,
): Written {
  const sink = kernel.descriptors.get(fd);
  if (sink?.kind !== "sink") return [0, EBADF];
  if (sink.held !== undefined) return [0, EAGAIN];
  if (sink.holdsUntil === undefined) return take(kernel, sink, text, deadline, flags);
  sink.held = { text, flags };
  return offered(kernel, fd, Math.max(deadline, kernel.now + moment));
}

/** The result of a write that a slow file has not ended. */
export function offered(kernel: Kernel, fd: number, deadline: number): Written {
  const sink = kernel.descriptors.get(fd);
  if (sink?.kind !== "sink" || sink.held === undefined) return [0, 0];
  const { text, flags } = sink.held;
  const until = sink.holdsUntil ?? 0;
  while (pass(kernel, Math.min(until, deadline)));
  kernel.now = Math.max(kernel.now, Math.min(until, deadline));
  if (until > deadline) return [0, EINPROGRESS];
  delete sink.held;
  return take(kernel, sink, text, kernel.now, flags);
}

function take(kernel: Kernel, sink: Sink, text: string, deadline: number, flags: number): Written {
  if (flags & CUT && sink.path !== undefined) sink.text = "";
  let rest = text;
  for (;;) {
    const taken = rest.slice(0, sink.room);
    sink.text += taken;
    sink.room -= taken.length;
    rest = rest.slice(taken.length);
    if (rest === "") return [text.length, 0];
    const written = text.length - rest.length;
    if (sink.errno !== undefined) return [written, sink.errno];
    if (pass(kernel, deadline)) continue;
    kernel.now = Math.max(kernel.now, deadline);
    return [written, EAGAIN];
  }
}

/** What was written to a descriptor. */
export function written(kernel: Kernel, fd: number): string {
  const sink = kernel.descriptors.get(fd);
  return sink?.kind === "sink" ? sink.text : "";
}

const FOREVER = -1;

/** ppoll with the deadline of `Sys.wait`: strictly passed where nothing was readable. */
export function wait(kernel: Kernel, descriptors: readonly number[], deadline: number): number {
  for (;;) {
    const mask = descriptors.reduce(
      (sum, fd, at) => sum + (isReadable(kernel, fd) ? 2 ** at : 0),
      0,
    );
    if (mask !== 0 || deadline === 0) return mask;
    const until = deadline === FOREVER ? Number.POSITIVE_INFINITY : deadline;
    if (pass(kernel, until)) continue;
    if (deadline === FOREVER) throw new Stuck(`nothing will come: ${kernel.log.join("; ")}`);
    kernel.now = Math.max(kernel.now, deadline + 1);
    return 0;
  }
}
