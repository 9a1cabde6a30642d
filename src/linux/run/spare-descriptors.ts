import { EMFILE, ENFILE, STDIN, STDOUT } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import type { HostContext } from "./context.ts";

// A look at a process takes a descriptor or two. Where all are in use, those are given back that we
// hold, but do not need: standard input and output are the command's, which has its own. A later
// generation would inherit ours, so where there may be one, two others are kept from the start.

const STANDARD: readonly number[] = [STDIN, STDOUT];
/** Where the kernel does not have such descriptors we do without. */
const SCARCE: readonly number[] = [EMFILE, ENFILE];

/** Two descriptors that stand for nothing; minus errno where there are not so many. */
export function openSpares(ownPid: number): number[] | number {
  const spares = [sys.openProcess(ownPid), sys.openProcess(ownPid)];
  const failure = spares.find((spare) => SCARCE.includes(-spare));
  return failure ?? spares.filter((spare) => spare >= 0);
}

/** From now on there is room for a look. */
export function freeSpares({ state }: HostContext): void {
  for (const spare of state.spares ?? STANDARD) sys.close(spare);
  state.spares = [];
}

/** Looks; where the answer is not the whole of it, makes room and looks again. */
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

/** The same before what cannot be done twice. */
export function ensureDescriptor(host: HostContext): void {
  if (host.state.spares?.length === 0) return;
  const pipe = sys.openPipe();
  if (typeof pipe === "number") freeSpares(host);
  else for (const end of pipe) sys.close(end);
}
