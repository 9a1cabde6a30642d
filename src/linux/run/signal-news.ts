import type { Event } from "../../core/report/event.ts";
import { isNarrated, narrationOf } from "../../core/report/narration.ts";
import { goesWithRequest, isRequest } from "../../core/run/requests.ts";
import { hasPty } from "../../core/spec/relay.ts";
import type { Spec } from "../../core/spec/spec.ts";
import type { Signal } from "../../core/values/signal.ts";
import { signalNumber, signalOfNumber } from "../../core/values/signal.ts";
import { POLL_IN, SI_KERNEL } from "../kernel/abi.ts";
import type { Arrived } from "../kernel/answers.ts";
import { now } from "../kernel/clock.ts";
import { sys } from "../kernel/window.ts";
import { isCurfewAbove } from "./ancestors.ts";
import { hasCallerEnded, isOfCaller } from "./caller.ts";
import type { HostContext, SignalNews } from "./context.ts";
import { sayNow } from "./outputs.ts";

const CHILD = signalNumber("SIGCHLD");
const HANGUP = signalNumber("SIGHUP");
const CONTINUE = signalNumber("SIGCONT");
const RESIZED = signalNumber("SIGWINCH");
/** The signal by which the kernel tells of a client. A process that does not wait ignores it. */
export const CLIENT: number = signalNumber("SIGURG");

// A terminal sends these to a whole process group.
const TERMINAL: readonly number[] = (
  ["SIGINT", "SIGQUIT", "SIGHUP", "SIGTSTP", "SIGWINCH"] as const
).map(signalNumber);
/** A background process that uses its terminal is stopped by these, with its whole group. */
const BACKGROUND: readonly number[] = (["SIGTTIN", "SIGTTOU"] as const).map(signalNumber);

/** A terminal stops a job by these signals. */
const JOB_STOPS: readonly number[] = [signalNumber("SIGTSTP"), ...BACKGROUND];

/** Whether a guardian sent SIGCONT. It does so in case curfew is stopped, and asks for nothing. */
function isFromGuardian(code: number, sender: number): boolean {
  return code === POLL_IN || (sender !== 0 && sys.isGuardian(sender) !== 0);
}

/** The event of the next signal; undefined: there is none; "nothing": it means nothing. */
export function nextSignal(
  host: HostContext,
  commandOf: () => number,
): SignalNews | "nothing" | undefined {
  const known = host.state.ahead.shift();
  if (known !== undefined) return known;
  const arrived = sys.nextSignal(host.signalFd);
  if (arrived === undefined) return undefined;
  const news = signalNews(host, commandOf, arrived);
  return news === undefined ? "nothing" : requestFirst(host, commandOf, news);
}

/**
 * A service manager may send TERM and then HUP. While both wait, the kernel delivers the lower
 * number first, which is HUP. So curfew reads all waiting signals and takes the request first.
 */
export function requestFirst<E extends Event>(
  host: HostContext,
  commandOf: () => number,
  news: E,
): E | SignalNews {
  const { spec, state } = host;
  if (news.type !== "signal" || !goesWithRequest(spec, meantBy(spec, news.signal))) return news;
  readAhead(host, commandOf);
  if (isRequest(spec, meantBy(spec, news.signal))) return news;
  const isAsking = (one: SignalNews) =>
    one.type === "signal" && isRequest(spec, meantBy(spec, one.signal));
  const at = state.ahead.findIndex(isAsking);
  const [request] = at < 0 ? [] : state.ahead.splice(at, 1);
  if (request === undefined) return news;
  state.ahead.unshift(news);
  return request;
}

function meantBy({ rewrite }: Spec, signal: Signal): Signal {
  return rewrite.get(signal) ?? signal;
}

/** How many signals are read ahead, at most: a process may send them without a pause. */
const MOST_AHEAD = 100;

/** Reads the waiting signals and keeps them for their turn. */
export function readAhead(host: HostContext, commandOf: () => number): void {
  for (let count = 0; count < MOST_AHEAD; count++) {
    const arrived = sys.nextSignal(host.signalFd);
    if (arrived === undefined) return;
    const news = signalNews(host, commandOf, arrived);
    if (news !== undefined) host.state.ahead.push(news);
  }
}

/** The event of a signal. SIGCHLD makes no event, but has orphans reaped. */
export function signalNews(
  host: HostContext,
  commandOf: () => number,
  [number, code, sender, ...queue]: Arrived,
): SignalNews | undefined {
  if (isOfCaller(host.caller, number, sender)) {
    return hasCallerEnded(host.caller) ? { type: "caller-gone", at: now() } : undefined;
  }
  if (number === CHILD) {
    reapAdopted(host);
    return undefined;
  }
  if (number === CLIENT && code === POLL_IN) {
    host.state.hasClient = true;
    return undefined;
  }
  if (number === CONTINUE && isFromGuardian(code, sender)) return undefined;
  // The kernel sends it again when the command's own terminal has the new size.
  if (number === RESIZED && hasPty(host.spec)) return undefined;
  // curfew gets what it sends to its own group.
  if (sender === host.ownPid) return undefined;
  // The last such signal counts: the command may have handled an earlier one of the terminal.
  if (JOB_STOPS.includes(number)) {
    host.state.terminalStop = code === SI_KERNEL ? number : 0;
  }
  const signal = signalOfNumber(number);
  if (!isHeeded(host, number, code !== SI_KERNEL)) return undefined;
  const delivered =
    code === SI_KERNEL &&
    (BACKGROUND.includes(number) || (TERMINAL.includes(number) && isInOurGroup(commandOf, number)));
  const relayed = sender !== 0 && sys.isGuardian(sender) !== 0;
  if (signal === undefined) return undefined;
  const at = now();
  const hangup = number === HANGUP && (code === SI_KERNEL || isTerminalGone(host));
  const { spec } = host;
  const isAsking = isRequest(spec, meantBy(spec, signal)) && code !== SI_KERNEL && !relayed;
  const above = isAsking && isCurfewAbove(sender);
  const event = { type: "signal", at, signal, delivered, relayed, hangup, above } as const;
  if (isNarrated(spec)) narrate(host, event, true);
  const [user, low, high] = queue;
  if (user === undefined || low === undefined || high === undefined) return event;
  return { ...event, queued: [code, sender, user, low, high] };
}

/** Whether the terminal is gone. Then a shell sends HUP to its jobs itself. */
function isTerminalGone({ terminal }: HostContext): boolean {
  if (terminal < 0) return false;
  const again = sys.openTerminal();
  if (again >= 0) sys.close(again);
  return again < 0;
}

/** Prints what the emulated tool would print about an event; true: the command's start was told. */
export function narrate(host: HostContext, event: Event, isBegun: boolean): boolean {
  const stories = narrationOf(host.spec, event, {
    pidOf: () => sys.awaitCommand(),
    isStartSaid: isBegun,
  });
  for (const story of stories) sayNow(host, story);
  return isBegun || stories.some(({ kind }) => kind === "command-started");
}

/**
 * Whether curfew acts on a signal. A signal that was ignored when curfew was started stays ignored
 * (S29), as nohup wants of SIGHUP, unless it is the reload signal. A shell has its background jobs
 * ignore INT and QUIT only because of its terminal's keys, so these count if a process sends them.
 */
export function isHeeded(host: HostContext, number: number, isSent: boolean): boolean {
  const { receivesIgnored, reloadSignal } = host.spec;
  if (receivesIgnored === "always" || signalOfNumber(number) === reloadSignal) return true;
  const isReceived = receivesIgnored === "sent" && isSent && KEYS.includes(number);
  return isReceived || !isIgnored(host, number);
}

/** POSIX: a shell without job control has its asynchronous lists ignore these. */
const KEYS: readonly number[] = (["SIGINT", "SIGQUIT"] as const).map(signalNumber);

/** Asked only once, because only curfew could change it, and does not. */
function isIgnored({ ignored }: HostContext, signal: number): boolean {
  const known = ignored.get(signal);
  if (known !== undefined) return known;
  const answer = sys.isIgnored(signal) !== 0;
  ignored.set(signal, answer);
  return answer;
}

/**
 * Whether the command is in curfew's group, and so gets a signal of the terminal as well. But at a
 * hang-up the kernel signals the session's leader first, and alone.
 */
function isInOurGroup(commandOf: () => number, signal: number): boolean {
  if (signal === HANGUP && sys.sessionOf(0) === sys.pid()) return false;
  const command = commandOf();
  return command !== 0 && sys.groupOf(command) === sys.groupOf(0);
}

/** After this many orphans curfew looks at what else there is to do. */
const MOST_REAPED = 250;

/** Reaps all exited children but guardians: one SIGCHLD may stand for many. */
export function reapAdopted(host: HostContext): void {
  for (let count = 0; count < MOST_REAPED; count++) {
    const pid = sys.reapStranger();
    if (pid <= 0) return;
    if (host.spec.sayReaped) sayNow(host, { kind: "reaped", pid });
  }
  // A process may make orphans without a pause. This signal brings curfew here again.
  sys.kill(host.ownPid, CHILD);
}
