import type { Instant } from "../core/duration.ts";
import type { Event } from "../core/event.ts";
import { signalNumber, signalOfNumber } from "../core/signal.ts";
import { commandPid } from "./guardian.ts";
import type { Held } from "./held.ts";
import { sys } from "./syscalls.ts";

const CHILD = signalNumber("SIGCHLD");
const HANGUP = signalNumber("SIGHUP");

// sigaction(2): sent by the kernel itself. A terminal's keys and its end reach a whole group.
const SI_KERNEL = 0x80;
const TERMINAL: readonly number[] = (
  ["SIGINT", "SIGQUIT", "SIGHUP", "SIGTSTP", "SIGWINCH"] as const
).map(signalNumber);

/** The clock of all events. */
export function now(): Instant {
  return sys.now() as Instant;
}

/** What a signal tells us; a SIGCHLD only that there are orphans to reap. */
export function signalNews(
  held: Held,
  [number, code, sender]: readonly [number: number, code: number, sender: number],
): Event | undefined {
  if (number === CHILD) {
    reapStrangers();
    return undefined;
  }
  // What we sent to our own group comes back to us; what was ignored when we came stays so (S29).
  if (sender === held.ownPid || sys.isIgnored(number) !== 0) return undefined;
  const signal = signalOfNumber(number);
  const delivered = code === SI_KERNEL && TERMINAL.includes(number) && isInOurGroup(held, number);
  const relayed = sender !== 0 && sender === sys.guardianPid();
  return signal && { type: "signal", at: now(), signal, delivered, relayed };
}

/** At a hang-up the leader of the terminal's session is told first, and alone. */
function isInOurGroup(held: Held, signal: number): boolean {
  if (signal === HANGUP && sys.sessionOf(0) === sys.pid()) return false;
  const command = commandPid(held);
  return command !== 0 && sys.groupOf(command) === sys.groupOf(0);
}

/** Reaps every ended child but the guardian: one SIGCHLD may stand for many. */
function reapStrangers(): void {
  const guardian = sys.guardianPid();
  while (sys.reapStranger(guardian) > 0);
}
