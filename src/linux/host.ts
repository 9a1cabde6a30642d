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
/** The pidfd's bit in wait's answer. */
const CHILD_READY = 2;
/** How long the last lines may wait for a reader once the command has ended, in microseconds. */
const LAST_LINES = 1_000_000;

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
  const ownPid = sys.pid();
  const leadsOwnGroup = spec.group === "own" && leadGroup(ownPid);
  const isShared = spec.group === "own" && !leadsOwnGroup;
  const signalFd = sys.openSignals(RECEIVED);
  if (signalFd < 0) return signalFd;
  // Orphans of the tree come to us, so that we can tell what is left of it.
  sys.becomeSubreaper();
  const held: Held = {
    spec,
    voice,
    ownPid,
    signalFd,
    leadsOwnGroup,
    inherited: isShared || spec.verbose ? (sys.children(ownPid) ?? []) : [],
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
      offer(formatMessage(held.voice(), action.message), 0);
      break;
    case "say-leftovers":
      sayLeftovers(held, action.inGroup);
      break;
    case "report":
      offer(`${formatMetrics(action.report)}\n`, LAST_LINES);
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
    const event = nextNews(held, deadline);
    if (event !== undefined) return event;
    // Dead, but kept from us by somebody who traces it: SIGCHLD will tell when it is ours.
    if ((ready & CHILD_READY) !== 0) held.watchedPidfd = NO_DESCRIPTOR;
  }
}

/**
 * What has happened, most important first. The command's end: what ended by itself has no reason
 * (S94). The deadline: no flood of signals can hold it up. Signals one by one, and after each the
 * command again: the SIGCHLD of its end may have been one with an orphan's.
 */
function nextNews(held: Held, deadline: Instant | undefined): Event | undefined {
  for (;;) {
    const event = childNews(held) ?? deadlineNews(deadline);
    if (event !== undefined) return event;
    const signal = sys.nextSignal(held.signalFd);
    if (signal === undefined) return undefined;
    const news = signalNews(held, signal);
    if (news !== undefined) return news;
  }
}

function deadlineNews(deadline: Instant | undefined): Event | undefined {
  if (deadline === undefined) return undefined;
  const at = now();
  return at > deadline ? { type: "deadline", at } : undefined;
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

/** Says what stderr takes within a time; a reader who does not read holds up nothing. */
function offer(text: string, patience: number): void {
  sys.offer(STDERR, text, sys.now() + patience);
}

function sayLeftovers({ ownPid, inherited, voice }: Held, inGroup: boolean): void {
  reapStrangers(0);
  const group = sys.groupOf(0);
  const left = (sys.children(ownPid) ?? []).filter(
    (pid) => !inherited.includes(pid) && (inGroup || sys.groupOf(pid) !== group),
  );
  if (left.length === 0) return;
  const processes = left.map((pid) => ({ pid, command: sys.commandName(pid) ?? "?" }));
  offer(formatMessage(voice(), { kind: "leftovers", processes }), LAST_LINES);
}
