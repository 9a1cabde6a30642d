import type { Event, LifecycleEvent } from "../report/event.ts";
import { graceOf } from "../run/ladder.ts";
import { isSameRequest, mayEnd, startsClock } from "../run/requests.ts";
import type { Received } from "../run/state.ts";
import { after, deadlineOf, isDue } from "../run/state.ts";
import { meaningOf, start } from "../run/supervisor.ts";
import type { Spec } from "../spec/spec.ts";
import type { Instant } from "../values/duration.ts";
import { NO_LIMIT } from "../values/duration.ts";
import type { Asking, Deed, GenerationEnd, Happening, Life, Reloading, Turn } from "./lives.ts";
import {
  deedsOf,
  lifeIn,
  lifeOf,
  live,
  note,
  quiet,
  saying,
  sayingMore,
  then,
  withLife,
} from "./lives.ts";

const NOTHING: Reloading = {
  phase: "serving",
  lives: [],
  generation: 0,
  startedAt: undefined,
  settledAt: undefined,
  isWanted: false,
  coming: { kind: "none" },
  readyBy: undefined,
  doubtUntil: undefined,
  lastServed: undefined,
};

/** The first generation. */
export function begin(spec: Spec): Turn {
  return startNext(spec, NOTHING, 0 as Instant);
}

/** What happens, and then whatever was waiting for it. */
export function stepAll(spec: Spec, state: Reloading, happening: Happening): Turn {
  if (state.phase === "finished") return quiet(state);
  const at = happening.type === "run" ? happening.event.at : happening.at;
  return then(react(spec, state, happening), (next) => proceed(spec, next, at));
}

function react(spec: Spec, state: Reloading, happening: Happening): Turn {
  switch (happening.type) {
    case "run":
      return feed(spec, state, happening.generation, happening.event);
    case "changed":
      return then(note(spec, state, happening), (next) => quiet(changed(spec, next, happening.at)));
    case "ready":
      return ready(spec, state, happening);
    case "signal":
    case "caller-gone":
      return asked(spec, state, happening);
    case "deadline":
      return due(spec, state, happening.at);
  }
}

/** Something changed: when nothing more does for a while, a new generation is wanted. */
function changed(spec: Spec, state: Reloading, at: Instant): Reloading {
  if (state.phase !== "serving") return state;
  const settledAt = after(at, spec.debounce);
  return settledAt === undefined ? { ...state, isWanted: true } : { ...state, settledAt };
}

/** Whose instant has passed, and then our own instants. */
function due(spec: Spec, before: Reloading, at: Instant): Turn {
  const waiting = before.lives.filter(({ state }) => isDue(deadlineOf(state), at));
  return then(feedEach(spec, before, waiting, { type: "deadline", at }), (next) => {
    let state = next;
    if (isDue(state.settledAt, at)) state = { ...state, settledAt: undefined, isWanted: true };
    if (isDue(state.doubtUntil, at)) state = { ...state, doubtUntil: undefined };
    const late = isDue(state.readyBy, at) ? lifeIn(state, "next") : undefined;
    return late === undefined ? quiet(state) : giveUpOn(spec, state, late, at);
  });
}

/** It is ended; the one that serves goes on. */
function giveUpOn(spec: Spec, state: Reloading, late: Life, at: Instant): Turn {
  const { generation } = late;
  const expired = spec.exitOnError;
  const said = then(note(spec, state, { type: "not-ready", at, generation }), (next) =>
    saying(next, generation, expired ? "failed" : "not-ready"),
  );
  return then(said, (next) => tellToEnd(spec, { ...next, readyBy: undefined }, late, at, expired));
}

/** `expired`: because its time to become ready has passed. */
function tellToEnd(
  spec: Spec,
  state: Reloading,
  life: Life,
  at: Instant,
  expired: boolean = false,
): Turn {
  const told = withLife(state, { ...life, role: life.role === "next" ? "late" : "old" });
  return feed(spec, told, life.generation, { type: "cancelled", at, ...(expired && { expired }) });
}

/** A generation says that it serves. If it was the next one, the one before it may end. */
function ready(spec: Spec, state: Reloading, happening: LifecycleEvent & { type: "ready" }): Turn {
  const { generation, at } = happening;
  const life = lifeOf(state, generation);
  if (life === undefined) return quiet(state);
  const said = then(note(spec, state, happening), (next) =>
    sayingMore(spec, next, generation, "ready"),
  );
  if (life.role !== "next" || state.phase !== "serving") return said;
  const before = lifeIn(state, "serving");
  return then(said, (next) => {
    const promoted = promote(next, life);
    return before === undefined ? quiet(promoted) : tellToEnd(spec, promoted, before, at);
  });
}

function promote(state: Reloading, life: Life): Reloading {
  return { ...withLife(state, { ...life, role: "serving" }), readyBy: undefined };
}

/** A wish for a new generation, or for the end of all; else it is the command's. */
function asked(spec: Spec, before: Reloading, event: Asking): Turn {
  const meant = meaningOf(spec, event);
  if (meant?.type === "signal" && meant.signal === spec.reloadSignal) {
    return note(spec, wanting(before, meant), event);
  }
  // Also for a generation that was told to end by a change, and not by the first one.
  if (meant?.type === "signal" && isSameRequest(spec, meant, before.askedAt)) {
    return note(spec, before, event);
  }
  const state = afterWish(spec, before, meant);
  // Who was told to end knows it; but somebody who asks twice means everybody.
  const insists = before.phase === "ending";
  const hearers = before.lives.filter(
    ({ role }) => insists || role === "serving" || role === "next",
  );
  return hearers.length === 0 ? note(spec, state, event) : feedEach(spec, state, hearers, event);
}

/** Who signals us and our guardian in one go asks once: see `isCopy`. */
function wanting(state: Reloading, { relayed }: Received): Reloading {
  const isUnderWay =
    state.coming.kind !== "none" || state.lives.some(({ role }) => role !== "serving");
  return relayed === true && isUnderWay ? state : { ...state, isWanted: true };
}

/** What a terminal told the command, and what ends many though not all, may be the end. */
function afterWish(spec: Spec, state: Reloading, meant: Event | undefined): Reloading {
  if (meant?.type === "caller-gone") return ending(state);
  if (meant?.type !== "signal" || !mayEnd(spec, meant.signal)) return state;
  // With nobody to hear it, it can only be meant for us: a terminal's end, too.
  if (state.lives.length === 0) return ending(state);
  if (startsClock(spec, meant.signal) && meant.delivered !== true) {
    return { ...ending(state), askedAt: meant.at };
  }
  if (state.phase !== "serving") return state;
  return { ...state, doubtUntil: after(meant.at, graceOf(spec)) };
}

/** Nothing new begins any more, and nothing is waited for but the end of those that live. */
function ending(state: Reloading): Reloading {
  const { lives, generation, startedAt, askedAt, lastServed } = state;
  return { ...NOTHING, phase: "ending", lives, generation, startedAt, askedAt, lastServed };
}

function feedEach(spec: Spec, state: Reloading, lives: readonly Life[], event: Event): Turn {
  return lives.reduce<Turn>(
    (turn, { generation }) => then(turn, (next) => feed(spec, next, generation, event)),
    quiet(state),
  );
}

/** What happened to one generation. */
function feed(spec: Spec, state: Reloading, generation: number, event: Event): Turn {
  const before = lifeOf(state, generation);
  if (before === undefined) return quiet(state);
  const turn = live(spec, state, before, event);
  const { life, end } = turn;
  if (end !== undefined) return then(turn, (next) => over(spec, next, life, end));
  // A wish for its end that came before its spawn was answered.
  const { at } = event;
  const isLate = event.type === "spawned" && (life.role === "old" || life.role === "late");
  if (isLate) return then(turn, (next) => feed(spec, next, generation, { type: "cancelled", at }));
  const isTimeUp = "reason" in life.state && life.state.reason === "timeout";
  const isEndOfAll = isTimeUp && life.role === "serving" && endsWithLimit(spec);
  if (!isEndOfAll || state.phase !== "serving") return turn;
  return then(turn, (next) => endWith(spec, next, life, at));
}

/** Whether a limit that the generation that serves has reached is the end of all. */
function endsWithLimit({ watch, exitOnError }: Spec): boolean {
  return exitOnError || watch.length === 0;
}

/** All ends because of this generation; of one that was too late it was said that it has failed. */
function endWith(spec: Spec, state: Reloading, { generation, role }: Life, at: Instant): Turn {
  const isTold = (life: Life) => life.role === "old" || life.role === "late";
  const others = state.lives.filter((life) => life.generation !== generation && !isTold(life));
  const last = ending(state);
  const isSaid = spec.exitOnError && role !== "late";
  return others.reduce<Turn>(
    (turn, other) => then(turn, (next) => tellToEnd(spec, next, other, at)),
    isSaid ? saying(last, generation, "failed") : quiet(last),
  );
}

/** A generation is over, with everything that it had started. */
function over(spec: Spec, before: Reloading, life: Life, end: GenerationEnd): Turn {
  const { exit, at } = end;
  const { generation, role } = life;
  const lives = before.lives.filter((other) => other.generation !== generation);
  const counts = role === "serving" || role === "old" || isEndOfAll(spec, before, life, end);
  const isLatest = counts && generation >= (before.lastServed?.generation ?? 0);
  const lastServed = isLatest ? end : before.lastServed;
  const state: Reloading = { ...before, lives, lastServed };
  const event: LifecycleEvent = { type: "ended", at, generation, exitCode: exit.code };
  const ended: Turn = { state, deeds: [{ type: "end", generation }] };
  const noted = then(ended, (next) => note(spec, next, event));
  const told = then(noted, (next) => sayingMore(spec, next, generation, "ended"));
  return then(told, (next) => without(spec, next, life, end));
}

/** Whether this end of a generation is the end of all. One that made room has not failed. */
function isEndOfAll(
  spec: Spec,
  { phase }: Reloading,
  { role }: Life,
  { exit, reason }: GenerationEnd,
) {
  if (phase !== "serving" || role === "old") return false;
  if (spec.exitOnError && exit.code !== 0) return true;
  return role === "serving" && reason === "timeout" && endsWithLimit(spec);
}

/** What the end of a generation means for the others. */
function without(spec: Spec, state: Reloading, life: Life, end: GenerationEnd): Turn {
  const { generation, role } = life;
  if (state.phase !== "serving") return quiet(state);
  if (isEndOfAll(spec, state, life, end)) return endWith(spec, state, life, end.at);
  if (state.lives.length === 0 && isDoubtful(state, end.at)) return quiet(ending(state));
  switch (role) {
    case "old":
    case "late":
      return quiet(state);
    case "next":
      return saying({ ...state, readyBy: undefined }, generation, "not-ready");
    case "serving": {
      const heir = lifeIn(state, "next");
      if (heir !== undefined) return quiet(promote(state, heir));
      const { isWanted, settledAt, coming } = state;
      const isReplaced = isWanted || settledAt !== undefined || coming.kind !== "none";
      // What never began is a mistake, and no change would be told from another.
      const isMistake = generation === 1 && !end.hasStarted;
      const isAwaited = isReplaced || spec.watch.length > 0;
      if (isMistake || !isAwaited) return quiet(ending(state));
      if (isReplaced) return quiet(state);
      return saying(state, generation, end.reason === "timeout" ? "timed-out" : "waiting");
    }
  }
}

function isDoubtful({ doubtUntil }: Reloading, at: Instant): boolean {
  return doubtUntil !== undefined && !isDue(doubtUntil, at);
}

/** Whatever can be done now: a new generation, or our own end. */
function proceed(spec: Spec, state: Reloading, at: Instant): Turn {
  const { lives, phase, coming, isWanted } = state;
  if (phase === "ending") return lives.length === 0 ? leave(state) : quiet(state);
  if (isDoubtful(state, at)) return quiet(state);
  switch (coming.kind) {
    case "none":
      return isWanted && lives.every(({ role }) => role === "serving")
        ? replace(spec, { ...state, isWanted: false }, at)
        : quiet(state);
    case "after-old":
      return lives.length === 0 ? delay(spec, state, at) : quiet(state);
    case "at":
      return isDue(coming.at, at) ? startNext(spec, state, at) : quiet(state);
  }
}

/** As the one that served last: its report, and its exit. */
function leave(state: Reloading): Turn {
  const finished: Reloading = { ...state, phase: "finished" };
  const { lastServed } = state;
  // The first one serves from its beginning, so one that served has ended.
  if (lastServed === undefined) return quiet(finished);
  const { exit, report } = lastServed;
  const told: Deed[] = report === undefined ? [] : [{ type: "report", report }];
  return { state: finished, deeds: [...told, { type: "exit", exit }] };
}

/** With a sign of readiness the new one comes first, else the old one goes first. */
function replace(spec: Spec, state: Reloading, at: Instant): Turn {
  const serving = lifeIn(state, "serving");
  if (serving === undefined || spec.ready.kind !== "none") return delay(spec, state, at);
  return tellToEnd(spec, { ...state, coming: { kind: "after-old" } }, serving, at);
}

function delay(spec: Spec, state: Reloading, at: Instant): Turn {
  if (spec.restartDelay === NO_LIMIT) return startNext(spec, state, at);
  const startAt = (at + spec.restartDelay) as Instant;
  return quiet({ ...state, coming: { kind: "at", at: startAt } });
}

function startNext(spec: Spec, before: Reloading, at: Instant): Turn {
  const generation = before.generation + 1;
  const isNext = before.lives.length > 0;
  const { state: own, actions } = start(spec);
  const role = isNext ? "next" : "serving";
  const life: Life = { generation, state: own, role, startedAt: undefined };
  const readyBy = isNext ? after(at, spec.readyTimeout) : undefined;
  const lives = [...before.lives, life];
  const state: Reloading = { ...before, generation, lives, readyBy, coming: { kind: "none" } };
  const deeds = actions.flatMap((action) => deedsOf(state, life, action));
  const begun: Turn = { state, deeds: [{ type: "begin", generation }, ...deeds] };
  return then(begun, (next) => sayingMore(spec, next, generation, "starting"));
}
