// What descriptors of the model stand for.
import { living, pass, Stuck } from "./kernel.ts";
import type { Descriptor, Kernel } from "./types.ts";

const EAGAIN = 11;
const EBADF = 9;

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
    case "watches":
      return descriptor.events.length > 0;
    default:
      return false;
  }
}

/** As much as there is room for until the deadline: 0 if all, the number of bytes, minus errno. */
export function offer(kernel: Kernel, fd: number, text: string, deadline: number): number {
  const sink = kernel.descriptors.get(fd);
  if (sink?.kind !== "sink") return -EBADF;
  if (sink.errno !== undefined) return -sink.errno;
  let rest = text;
  for (;;) {
    const taken = rest.slice(0, sink.room);
    sink.text += taken;
    sink.room -= taken.length;
    rest = rest.slice(taken.length);
    if (rest === "") return 0;
    if (pass(kernel, deadline)) continue;
    kernel.now = Math.max(kernel.now, deadline);
    const written = text.length - rest.length;
    return written === 0 ? -EAGAIN : written;
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
