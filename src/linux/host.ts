import type { Host } from "../core/drive.ts";
import type { Instant } from "../core/duration.ts";
import type { Action, Event } from "../core/event.ts";
import type { Exit } from "../core/exit.ts";
import type { Message, Voice } from "../core/messages.ts";
import { formatMessage } from "../core/messages.ts";
import { formatMetrics } from "../core/report.ts";
import { SIGNALS, signalNumber, TERMINATES } from "../core/signal.ts";
import type { Spec } from "../core/spec.ts";
import type { ExitCode } from "../core/status.ts";
import type { Held } from "./held.ts";
import { NO_CHILD, NO_DESCRIPTOR } from "./held.ts";
import { killChild, killGroup, leadGroup } from "./kill.ts";
import { childNews, now, reapStrangers, signalNews } from "./news.ts";
import { spawn } from "./spawn.ts";
import { sys } from "./syscalls.ts";

const STDERR = 2;
const FOREVER = -1;
// Bits of wait's answer, in the order of its descriptors.
const SIGNAL_READY = 1;
const CHILD_READY = 2;

/** A Linux host for one command. */
export type LinuxHost = Host & {
  /** Leaves as the core decided; comes back with an exit code where we do not die of a signal. */
  readonly leave: (exit: Exit) => ExitCode;
};

/**
 * The signals we take from the kernel. TSTP keeps its meaning and stops us with the command, or the
 * caller's shell would wait for a job that never stops; CONT, WINCH and URG would only wake us.
 * TTIN and TTOU are kept from stopping us (S35).
 */
const RECEIVED: readonly number[] = SIGNALS.filter(
  (signal) =>
    (TERMINATES.has(signal) && signal !== "SIGKILL") ||
    ["SIGCHLD", "SIGTTIN", "SIGTTOU"].includes(signal),
).map(signalNumber);

/** Opens what a run needs. A negative answer is minus errno, before anything was started. */
export function openHost(spec: Spec, voice: () => Voice): LinuxHost | number {
  const leadsOwnGroup = spec.group === "own" && leadGroup();
  const signalFd = sys.openSignals(RECEIVED);
  if (signalFd < 0) return signalFd;
  // Orphans of the tree come to us, so that we can tell what is left of it.
  sys.becomeSubreaper();
  const ownPid = sys.pid();
  const held: Held = {
    spec,
    voice,
    ownPid,
    signalFd,
    leadsOwnGroup,
    inherited: spec.verbose ? (sys.children(ownPid) ?? []) : [],
    child: NO_CHILD,
    watchedPidfd: NO_DESCRIPTOR,
    answer: undefined,
  };
  return {
    perform: (action) => perform(held, action),
    wait: (deadline) => wait(held, deadline),
    leave: (exit) => leave(held, exit),
  };
}

function perform(held: Held, action: Exclude<Action, { type: "exit" }>): void {
  switch (action.type) {
    case "spawn":
      start(held);
      break;
    case "kill":
      if (action.target === "group") killGroup(held, action.signal);
      else killChild(held, action.signal);
      break;
    case "say":
      sayInPassing(held.voice(), action.message);
      break;
    case "say-leftovers":
      sayLeftovers(held, action.inGroup);
      break;
    case "report":
      sys.write(STDERR, `${formatMetrics(action.report)}\n`);
  }
}

function start(held: Held): void {
  const started = spawn(held.spec);
  if (started.kind === "spawn") {
    held.answer = { type: "spawn-failed", at: now(), error: started };
    return;
  }
  held.child = started;
  held.watchedPidfd = started.pidfd;
  held.answer = { type: "spawned", at: now(), pid: started.pid };
}

/** The one place where we wait. */
function wait(held: Held, deadline: Instant | undefined): Event {
  const { answer } = held;
  if (answer !== undefined) {
    held.answer = undefined;
    return answer;
  }
  for (;;) {
    const ready = sys.wait([held.signalFd, held.watchedPidfd], deadline ?? FOREVER);
    if (ready === 0) return { type: "deadline", at: now() };
    // The command's end is looked at first: what ended by itself has no reason (S94).
    const event = childNews(held) ?? ((ready & SIGNAL_READY) !== 0 ? signalNews(held) : undefined);
    if (event !== undefined) return event;
    // Dead, but kept from us by somebody who traces it: SIGCHLD will tell when it is ours.
    if ((ready & CHILD_READY) !== 0) held.watchedPidfd = NO_DESCRIPTOR;
  }
}

/** A death by signal is real: our parent sees what it would have seen of the command. */
function leave(held: Held, exit: Exit): ExitCode {
  if (exit.kind === "code") return exit.code;
  const isTogether = exit.scope === "group";
  if (isTogether && !held.leadsOwnGroup) killGroup(held, exit.signal);
  sys.dieBy(signalNumber(exit.signal), isTogether && held.leadsOwnGroup ? held.ownPid : 0);
  return exit.code;
}

/** Says something on stderr. What cannot be written is lost: it must cost the command nothing. */
export function say(voice: Voice, message: Message): void {
  sys.write(STDERR, formatMessage(voice, message));
}

/** While a deadline may be running, nothing is said to a reader who does not read. */
function sayInPassing(voice: Voice, message: Message): void {
  if (sys.accepts(STDERR) !== 0) say(voice, message);
}

function sayLeftovers({ ownPid, inherited, voice }: Held, inGroup: boolean): void {
  reapStrangers(0);
  const group = sys.groupOf(0);
  const left = (sys.children(ownPid) ?? []).filter(
    (pid) => !inherited.includes(pid) && (inGroup || sys.groupOf(pid) !== group),
  );
  if (left.length === 0) return;
  const processes = left.map((pid) => ({ pid, command: sys.commandName(pid) ?? "?" }));
  say(voice(), { kind: "leftovers", processes });
}
