import type { Event } from "../../core/report/event.ts";
import { isNarrated, narrationOf } from "../../core/report/narration.ts";
import { goesWithRequest, isRequest } from "../../core/run/requests.ts";
import type { Spec } from "../../core/spec/spec.ts";
import type { Signal } from "../../core/values/signal.ts";
import { signalNumber, signalOfNumber } from "../../core/values/signal.ts";
import { POLL_IN, SI_KERNEL } from "../kernel/abi.ts";
import { now } from "../kernel/clock.ts";
import type { Arrived } from "../kernel/window.ts";
import { sys } from "../kernel/window.ts";
import { isCurfewAbove } from "./ancestors.ts";
import { hasCallerEnded, isOfCaller } from "./caller.ts";
import type { HostContext, SignalNews } from "./context.ts";
import { sayNow } from "./outputs.ts";

const CHILD = signalNumber("SIGCHLD");
const HANGUP = signalNumber("SIGHUP");
const CONTINUE = signalNumber("SIGCONT");

// A terminal's keys and its end reach a whole group.
const TERMINAL: readonly number[] = (
  ["SIGINT", "SIGQUIT", "SIGHUP", "SIGTSTP", "SIGWINCH"] as const
).map(signalNumber);
/** Who uses a terminal from the background is stopped by these, with all of the group. */
const BACKGROUND: readonly number[] = (["SIGTTIN", "SIGTTOU"] as const).map(signalNumber);

/** By these a terminal stops a job. */
const JOB_STOPS: readonly number[] = [signalNumber("SIGTSTP"), ...BACKGROUND];

/** A guardian continues us, in case we are stopped: nobody asks for anything by that. */
function isFromGuardian(code: number, sender: number): boolean {
  return code === POLL_IN || (sender !== 0 && sys.isGuardian(sender) !== 0);
}

/** What the next signal tells us; undefined: there is none. */
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
 * A service manager sends TERM and then HUP. The kernel gives the lower number first where both
 * wait; and what waits together is read together, however long the first one keeps us.
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

/** No more at once: somebody may send them without a pause. */
const MOST_AHEAD = 100;

/** Reads all signals that are there, for their turn. */
export function readAhead(host: HostContext, commandOf: () => number): void {
  for (let count = 0; count < MOST_AHEAD; count++) {
    const arrived = sys.nextSignal(host.signalFd);
    if (arrived === undefined) return;
    const news = signalNews(host, commandOf, arrived);
    if (news !== undefined) host.state.ahead.push(news);
  }
}

/** What a signal tells us; a SIGCHLD only that there are orphans to reap. */
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
  if (number === CONTINUE && isFromGuardian(code, sender)) return undefined;
  // What we sent to our own group comes back to us.
  if (sender === host.ownPid) return undefined;
  // The last one counts: a command may have had an answer to the terminal's.
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

/** A shell that learns of the end of its terminal sends HUP to its jobs itself. */
function isTerminalGone({ terminal }: HostContext): boolean {
  if (terminal < 0) return false;
  const again = sys.openTerminal();
  if (again >= 0) sys.close(again);
  return again < 0;
}

/** What the tool tells whose words we have; whether the command's start is told now. */
export function narrate(host: HostContext, event: Event, isBegun: boolean): boolean {
  const stories = narrationOf(host.spec, event, {
    pidOf: () => sys.awaitCommand(),
    isStartSaid: isBegun,
  });
  for (const story of stories) sayNow(host, story);
  return isBegun || stories.some(({ kind }) => kind === "command-started");
}

/**
 * What was ignored when we came stays so (S29), unless it is a wish to us: nohup ignores SIGHUP. A
 * shell has its background jobs ignore INT and QUIT, so that its terminal's keys do not end them: a
 * process that sends one of these to us means us.
 */
export function isHeeded(host: HostContext, number: number, isSent: boolean): boolean {
  const { receivesIgnored, reloadSignal } = host.spec;
  if (receivesIgnored === "always" || signalOfNumber(number) === reloadSignal) return true;
  const isAsked = receivesIgnored === "asked" && isSent && KEYS.includes(number);
  return isAsked || !isIgnored(host, number);
}

/** POSIX: an asynchronous list ignores these where there is no job control. */
const KEYS: readonly number[] = (["SIGINT", "SIGQUIT"] as const).map(signalNumber);

/** Asked once: nobody but us could change it, and we do not. */
function isIgnored({ ignored }: HostContext, signal: number): boolean {
  const known = ignored.get(signal);
  if (known !== undefined) return known;
  const answer = sys.isIgnored(signal) !== 0;
  ignored.set(signal, answer);
  return answer;
}

/** At a hang-up the leader of the terminal's session is told first, and alone. */
function isInOurGroup(commandOf: () => number, signal: number): boolean {
  if (signal === HANGUP && sys.sessionOf(0) === sys.pid()) return false;
  const command = commandOf();
  return command !== 0 && sys.groupOf(command) === sys.groupOf(0);
}

/** After so many of them we look at what else there is to do. */
const MOST_REAPED = 250;

/** Reaps every ended child but guardians: one SIGCHLD may stand for many. */
export function reapAdopted(host: HostContext): void {
  for (let count = 0; count < MOST_REAPED; count++) {
    const pid = sys.reapStranger();
    if (pid <= 0) return;
    if (host.spec.sayReaped) sayNow(host, { kind: "reaped", pid });
  }
  // There may be more: somebody makes them without a pause. We come here again.
  sys.kill(host.ownPid, CHILD);
}
