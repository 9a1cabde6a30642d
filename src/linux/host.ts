import type { Instant } from "../core/duration.ts";
import type { Host } from "../core/drive.ts";
import type { Action, Event } from "../core/event.ts";
import type { Exit } from "../core/exit.ts";
import type { Message, Voice } from "../core/messages.ts";
import { formatMessage } from "../core/messages.ts";
import { formatMetrics } from "../core/report.ts";
import type { Signal } from "../core/signal.ts";
import { SIGNALS, signalNumber, signalOfNumber, TERMINATES } from "../core/signal.ts";
import type { Spec } from "../core/spec.ts";
import type { ExitCode } from "../core/status.ts";
import { waitStatusOf } from "../core/status.ts";
import { killGroup } from "./group.ts";
import { spawn } from "./spawn.ts";
import { sys } from "./syscalls.ts";

const STDERR = 2;

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

const CHILD = signalNumber("SIGCHLD");
// Bits of wait's answer, in the order of its descriptors.
const SIGNAL_READY = 1;
const CHILD_READY = 2;
const FOREVER = -1;
const NO_DESCRIPTOR = -1;

// waitid(2): si_code of a child that stopped or went on.
const CLD_TRAPPED = 4;
const CLD_STOPPED = 5;
const CLD_CONTINUED = 6;

/** Says something on stderr. What cannot be written is lost: it must not cost the command anything. */
export function say(voice: Voice, message: Message): void {
  sys.write(STDERR, formatMessage(voice, message));
}

/** While a deadline may be running, nothing is said to a reader who does not read. */
function sayInPassing(voice: Voice, message: Message): void {
  if (sys.accepts(STDERR) !== 0) say(voice, message);
}

/** Opens what a run needs. A negative answer is minus errno, before anything was started. */
export function openHost(spec: Spec, voice: () => Voice): LinuxHost | number {
  const leadsOwnGroup = spec.group === "own" && makeOwnGroup();
  const signalFd = sys.openSignals(RECEIVED);
  if (signalFd < 0) return signalFd;
  // Orphans of the tree come to us, so that we can tell what is left of it.
  sys.becomeSubreaper();
  const ownPid = sys.pid();
  const inherited = spec.verbose ? (sys.children(ownPid) ?? []) : [];
  const pending: Event[] = [];
  // Number 0 while there is no command: before it was started, and once it has been reaped.
  let child = { pid: 0, pidfd: NO_DESCRIPTOR };
  let watchedPidfd = NO_DESCRIPTOR;

  const now = () => sys.now() as Instant;

  function perform(action: Exclude<Action, { type: "exit" }>): void {
    switch (action.type) {
      case "spawn": {
        const started = spawn(spec);
        if (started.kind === "spawn") {
          pending.push({ type: "spawn-failed", at: now(), error: started });
        } else {
          child = started;
          watchedPidfd = child.pidfd;
          pending.push({ type: "spawned", at: now(), pid: child.pid });
        }
        return;
      }
      case "kill":
        return kill(action.target, action.signal);
      case "say":
        return sayInPassing(voice(), action.message);
      case "say-leftovers":
        return sayLeftovers();
      case "report":
        sys.write(STDERR, `${formatMetrics(action.report)}\n`);
    }
  }

  /** A process that is already gone is no error: its end is on the way to us as an event. */
  function kill(target: "child" | "group", signal: Signal): void {
    if (target === "group") {
      killGroup({ ownPid, child: child.pid, leadsOwnGroup, signal });
    } else {
      killChild(signal);
    }
  }

  function killChild(signal: Signal): void {
    if (child.pid === 0) return;
    const number = signalNumber(signal);
    // Our own child keeps its number until we reap it: where pidfds are refused, that does as well.
    const isSent = child.pidfd >= 0 && sys.pidfdKill(child.pidfd, number) >= 0;
    if (!isSent) sys.kill(child.pid, number);
  }

  function sayLeftovers(): void {
    while (sys.reapStranger(0) > 0);
    const left = (sys.children(ownPid) ?? []).filter((pid) => !inherited.includes(pid));
    if (left.length === 0) return;
    const processes = left.map((pid) => ({ pid, command: sys.commandName(pid) ?? "?" }));
    say(voice(), { kind: "leftovers", processes });
  }

  function wait(deadline: Instant | undefined): Event {
    for (;;) {
      const known = pending.shift();
      if (known !== undefined) return known;
      const ready = sys.wait([signalFd, watchedPidfd], deadline ?? FOREVER);
      if (ready === 0) return { type: "deadline", at: now() };
      // The command's end is looked at first: what ended by itself has no reason (S94).
      const event = childEvent() ?? ((ready & SIGNAL_READY) !== 0 ? signalEvent() : undefined);
      if (event !== undefined) return event;
      // Dead, but kept from us by somebody who traces it: SIGCHLD will tell when it is ours.
      if ((ready & CHILD_READY) !== 0) watchedPidfd = NO_DESCRIPTOR;
    }
  }

  function childEvent(): Event | undefined {
    const news = sys.waitChild(child.pidfd, child.pid);
    if (news === undefined) return undefined;
    const [code, status] = news;
    const at = now();
    if (code === CLD_CONTINUED) return { type: "continued", at };
    const signal = signalOfNumber(status);
    if (code === CLD_STOPPED) return signal && { type: "stopped", at, signal };
    if (code === CLD_TRAPPED) return undefined;
    const end = waitStatusOf({ code, status });
    if (end === undefined) return undefined;
    child = { pid: 0, pidfd: NO_DESCRIPTOR };
    return { type: "exited", at, status: end };
  }

  function signalEvent(): Event | undefined {
    const [number, , sender] = sys.nextSignal(signalFd) ?? [0, 0, 0];
    if (number === CHILD) while (sys.reapStranger(child.pid) > 0);
    // What we sent to our own group comes back to us; what was ignored when we came stays so (S29).
    if (number === 0 || number === CHILD || sender === ownPid || sys.isIgnored(number) !== 0) {
      return undefined;
    }
    const signal = signalOfNumber(number);
    return signal && { type: "signal", at: now(), signal };
  }

  /** A death by signal is real: our parent sees what it would have seen of the command. */
  function leave(exit: Exit): ExitCode {
    if (exit.kind === "code") return exit.code;
    const isTogether = exit.scope === "group";
    if (isTogether && !leadsOwnGroup) kill("group", exit.signal);
    sys.dieBy(signalNumber(exit.signal), isTogether && leadsOwnGroup ? ownPid : 0);
    return exit.code;
  }

  return { perform, wait, leave };
}

/**
 * True if nobody but what we start can be in the group that we lead: we make it, or it came with a
 * session of our own. A shell at a prompt has made us a leader already, perhaps of a pipeline.
 */
function makeOwnGroup(): boolean {
  const ownPid = sys.pid();
  return sys.groupOf(0) === ownPid ? sys.sessionOf(0) === ownPid : sys.leadGroup() === 0;
}
