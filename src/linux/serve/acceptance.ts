import { isTold } from "../../core/run/telling.ts";
import type { Spec } from "../../core/spec/spec.ts";
import type { Duration, Instant } from "../../core/values/duration.ts";
import { sys } from "../kernel/window.ts";
import { CLIENT } from "../run/signal-news.ts";
import type { Listener } from "./listeners.ts";

/**
 * Whether a process of the command has taken one of the sockets that curfew holds for it. The
 * kernel does not count accepted connections, so two signs are looked for: a socket has changed as
 * servers change it (O_NONBLOCK, listen(2)); or a client has come, and none waits in the queue. A
 * client that gives up stays in the queue, so only a process that accepts makes the queue empty.
 */
export type Acceptance = {
  readonly listeners: readonly Listener[];
  /** False: a socket was taken, or nothing is printed, so the sockets are not looked at. */
  isOpen: boolean;
  /** What the sockets were like before the command got them. */
  states: readonly string[];
  /** A client has come. */
  isVisited: boolean;
  /** When to look at the queues again, and the pause after that. */
  next: { readonly at: Instant; readonly pause: Duration } | undefined;
};

const FIRST_PAUSE = 20_000 as Duration;
const LONGEST_PAUSE = 1_000_000 as Duration;

/** Has the kernel tell of clients, if a message may depend on it. */
export function acceptanceOf(spec: Spec, listeners: readonly Listener[]): Acceptance {
  // Where the kernel does not tell of clients, curfew could accuse a server that has served.
  const isKnown = ({ fd }: Listener) => sys.announceClients(fd, CLIENT) >= 0;
  const isOpen = isTold(spec) && listeners.length > 0 && listeners.every(isKnown);
  return { listeners, isOpen, states: [], isVisited: false, next: undefined };
}

/** Notes what the sockets are like while no process of the command has them. */
export function noteUntaken(acceptance: Acceptance): void {
  if (!acceptance.isOpen) return;
  acceptance.states = statesOf(acceptance);
  // Clients that came while no generation ran may wait.
  acceptance.isVisited ||= acceptance.listeners.some(isQueued);
}

/** When to look at the queues again. */
export function nextQueueLookAt({ isOpen, next }: Acceptance): Instant | undefined {
  return isOpen ? next?.at : undefined;
}

/** Looks at the sockets. `hasClient`: the kernel has told of another client. */
export function lookAtSockets(acceptance: Acceptance, at: Instant, hasClient: boolean): void {
  if (!acceptance.isOpen) return;
  const { listeners, next } = acceptance;
  acceptance.isVisited ||= hasClient;
  if (!acceptance.isVisited || (!hasClient && next !== undefined && at < next.at)) return;
  if (isChanged(acceptance) || !listeners.some(isQueued)) {
    close(acceptance);
    return;
  }
  const pause = hasClient || next === undefined ? FIRST_PAUSE : longer(next.pause);
  acceptance.next = { at: (at + pause) as Instant, pause };
}

function longer(pause: Duration): Duration {
  return Math.min(pause * 2, LONGEST_PAUSE) as Duration;
}

/** The addresses, if no process has taken a socket; undefined: one has, or it is not known. */
export function unusedAddresses(
  acceptance: Acceptance,
  at: Instant,
  hasClient: boolean,
): readonly string[] | undefined {
  acceptance.next = undefined;
  lookAtSockets(acceptance, at, hasClient);
  if (acceptance.isOpen && isChanged(acceptance)) close(acceptance);
  return acceptance.isOpen ? acceptance.listeners.map(({ address }) => address) : undefined;
}

/** One socket was taken: the command knows how that is done. */
function close(acceptance: Acceptance): void {
  acceptance.isOpen = false;
  for (const { fd } of acceptance.listeners) sys.announceClients(fd, 0);
}

function isQueued({ fd }: Listener): boolean {
  return sys.wait([fd], 0) > 0;
}

function isChanged(acceptance: Acceptance): boolean {
  return statesOf(acceptance).some((state, at) => state !== acceptance.states[at]);
}

function statesOf({ listeners }: Acceptance): readonly string[] {
  return listeners.map(({ fd }) => sys.listenerState(fd).join());
}
