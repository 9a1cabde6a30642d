// The command is suspended, and curfew with it where a shell waits for both.
import type { Event } from "../../core/report/event.ts";
import { hasPty } from "../../core/spec/relay.ts";
import type { Signal } from "../../core/values/signal.ts";
import { signalNumber } from "../../core/values/signal.ts";
import { now } from "../kernel/clock.ts";
import { stateOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import type { RunContext } from "./context.ts";
import { commandPid } from "./guardian-news.ts";
import { writtenSince } from "./relay.ts";
import { readAhead } from "./signal-news.ts";
import { kill } from "./signals.ts";
import { hasShell } from "./terminal.ts";

/** kill(2): the group of the caller. */
const OWN_GROUP = 0;

/**
 * Stops curfew as the command was stopped, so that curfew's parent sees what it would see of the
 * command. The kernel discards a terminal's stop where no process could continue curfew; it would
 * not discard SIGSTOP, so that is never used.
 */
export function stopWithIt(run: RunContext, signal: Signal): void {
  // If the command was continued meanwhile, curfew must not stop.
  const isStopped = stateOf(commandPid(run)) === "T";
  const number = signalNumber(signal === "SIGSTOP" ? "SIGTSTP" : signal);
  const written = writtenSince(run, now());
  if (written !== undefined) run.answers.push(written);
  const isApart = hasPty(run.spec);
  if (isApart) sys.giveTerminalBack();
  // As the key would have done it at that terminal: a shell waits for all of a pipeline.
  if (isApart && isStopped && hasShell(run)) sys.kill(OWN_GROUP, number);
  // `stopSelf` answers 0 where the kernel has discarded the stop: then the command stays stopped,
  // except one at a terminal of its own, which no shell could continue.
  if (isStopped && (sys.stopSelf(number) !== 0 || isApart)) {
    kill(run, isApart ? "group" : "child", "SIGCONT");
  }
  run.answers.push({ type: "resumed", at: now() });
}

/** Adds to a stop whether the terminal sent it, and whether a shell could continue curfew. */
export function stopOf(run: RunContext, stop: Stopped): Stopped {
  // The terminal signals the whole group, and curfew got its copy before the command's stop.
  readAhead(run, () => commandPid(run));
  const isTyped = hasPty(run.spec) && sys.wasSuspended() !== 0 && stop.signal === "SIGTSTP";
  const terminal = isTyped || run.state.terminalStop === signalNumber(stop.signal);
  run.state.terminalStop = 0;
  return { ...stop, terminal, shell: hasShell(run) };
}

type Stopped = Extract<Event, { type: "stopped" }>;
