import type { Instant } from "../core/duration.ts";
import type { Event } from "../core/event.ts";
import { signalNumber, signalOfNumber } from "../core/signal.ts";
import { waitStatusOf } from "../core/status.ts";
import type { Held } from "./held.ts";
import { NO_CHILD } from "./held.ts";
import { sys } from "./syscalls.ts";

const CHILD = signalNumber("SIGCHLD");

// sigaction(2): sent by the kernel itself. A terminal's keys and its end reach a whole group.
const SI_KERNEL = 0x80;
const TERMINAL: readonly number[] = (["SIGINT", "SIGQUIT", "SIGHUP"] as const).map(signalNumber);

// waitid(2): si_code of a child that was stopped, by a signal or by who traces it, or went on.
const CLD_TRAPPED = 4;
const CLD_STOPPED = 5;
const CLD_CONTINUED = 6;

/** The clock of all events. */
export function now(): Instant {
  return sys.now() as Instant;
}

/** What the kernel tells of the command, if there is anything new. */
export function childNews(held: Held): Event | undefined {
  const news = sys.waitChild(held.child.pidfd, held.child.pid);
  if (news === undefined) return undefined;
  const [code, status] = news;
  const at = now();
  if (code === CLD_TRAPPED) return undefined;
  if (code === CLD_CONTINUED) return { type: "continued", at };
  if (code === CLD_STOPPED) {
    const signal = signalOfNumber(status);
    return signal && { type: "stopped", at, signal };
  }
  const end = waitStatusOf({ code, status });
  if (end === undefined) return undefined;
  held.child = NO_CHILD;
  return { type: "exited", at, status: end };
}

/** What a signal tells us; a SIGCHLD only that there are orphans to reap. */
export function signalNews(
  held: Held,
  [number, code, sender]: readonly [number: number, code: number, sender: number],
): Event | undefined {
  if (number === CHILD) {
    reapStrangers(held.child.pid);
    return undefined;
  }
  // What we sent to our own group comes back to us; what was ignored when we came stays so (S29).
  if (sender === held.ownPid || sys.isIgnored(number) !== 0) return undefined;
  const signal = signalOfNumber(number);
  const delivered = code === SI_KERNEL && TERMINAL.includes(number) && isInOurGroup(held);
  return signal && { type: "signal", at: now(), signal, delivered };
}

function isInOurGroup({ child }: Held): boolean {
  return child.pid !== 0 && sys.groupOf(child.pid) === sys.groupOf(0);
}

/** Reaps every ended child but the given one: one SIGCHLD may stand for many. */
export function reapStrangers(except: number): void {
  while (sys.reapStranger(except) > 0);
}
