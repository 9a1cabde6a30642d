import type { Instant } from "../core/duration.ts";
import type { Host } from "../core/drive.ts";
import type { Action, Event } from "../core/event.ts";
import type { Message, Voice } from "../core/messages.ts";
import { formatMessage } from "../core/messages.ts";
import { formatMetrics } from "../core/report.ts";
import type { Signal } from "../core/signal.ts";
import { SIGNALS, signalNumber, signalOfNumber, TERMINATES } from "../core/signal.ts";
import type { Spec } from "../core/spec.ts";
import { waitStatusOf } from "../core/status.ts";
import { killGroup } from "./group.ts";
import { spawn } from "./spawn.ts";
import { sys } from "./syscalls.ts";

const STDERR = 2;

/** A Linux host for one command, and what there is to know of it at the end. */
export type LinuxHost = Host & {
  /** Whether the process group that we lead was made by us. */
  readonly leadsOwnGroup: boolean;
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
const SIGNAL_READY = 1;
const FOREVER = -1;

// waitid(2): si_code of a child that stopped or went on.
const CLD_TRAPPED = 4;
const CLD_STOPPED = 5;
const CLD_CONTINUED = 6;

/** Says something on stderr. What cannot be said is lost: it must not cost the command anything. */
export function say(voice: Voice, message: Message): void {
  sys.write(STDERR, formatMessage(voice, message));
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
  let child = { pid: 0, pidfd: -1 };

  const now = () => sys.now() as Instant;

  function perform(action: Exclude<Action, { type: "exit" }>): void {
    switch (action.type) {
      case "spawn": {
        const started = spawn(spec);
        if (started.kind === "spawn") {
          pending.push({ type: "spawn-failed", at: now(), error: started });
        } else {
          child = started;
          pending.push({ type: "spawned", at: now(), pid: child.pid });
        }
        return;
      }
      case "kill":
        return kill(action.target, action.signal);
      case "say":
        return say(voice(), action.message);
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
    const number = signalNumber(signal);
    // Our own child keeps its number until we reap it, so the number is as good where pidfds are refused.
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
      const ready = sys.wait([signalFd, child.pidfd], deadline ?? FOREVER);
      if (ready === 0) return { type: "deadline", at: now() };
      // The command's end is looked at first: what ended by itself has no reason (S94).
      const event = childEvent() ?? ((ready & SIGNAL_READY) !== 0 ? signalEvent() : undefined);
      if (event !== undefined) return event;
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
    return end && { type: "exited", at, status: end };
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

  return { perform, wait, leadsOwnGroup };
}

/** True if the group is new. A shell at a prompt has made us a leader already, perhaps of others. */
function makeOwnGroup(): boolean {
  return sys.groupOf(0) !== sys.pid() && sys.leadGroup() === 0;
}
