import { EMFILE, ENFILE, STDIN, STDOUT } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import type { HostContext } from "./context.ts";

// A look at a process takes a descriptor or two. When all are in use, curfew closes two that it
// does not need: its own stdin and stdout, of which the command has copies. A later generation
// would inherit these from curfew, so a run that reloads opens two spare descriptors instead.

const STANDARD: readonly number[] = [STDIN, STDOUT];
/** No descriptor is free. Any other error means that the kernel has no pidfds. */
const SCARCE: readonly number[] = [EMFILE, ENFILE];

/** Opens two descriptors that are only there to be closed; minus errno: none is free. */
export function openSpares(ownPid: number): number[] | number {
  const spares = [sys.openProcess(ownPid), sys.openProcess(ownPid)];
  const failure = spares.find((spare) => SCARCE.includes(-spare));
  return failure ?? spares.filter((spare) => spare >= 0);
}

/** Closes the spare descriptors, so that looks find free ones. */
export function freeSpares({ state }: HostContext): void {
  for (const spare of state.spares ?? STANDARD) sys.close(spare);
  state.spares = [];
}

/** Looks; if the answer is not complete, frees descriptors and looks again. */
export function withSpares<T>(
  host: HostContext,
  isWhole: (answer: T) => boolean,
  look: () => T,
): T {
  const first = look();
  if (isWhole(first) || host.state.spares?.length === 0) return first;
  freeSpares(host);
  return look();
}

/** Frees descriptors, if none is free, before a call that cannot be repeated. */
export function ensureDescriptor(host: HostContext): void {
  if (host.state.spares?.length === 0) return;
  const pipe = sys.openPipe();
  if (typeof pipe === "number") freeSpares(host);
  else for (const end of pipe) sys.close(end);
}
