// Whole lives of a command that is replaced, from random choices: runs that answer as a guardian
// would, and what must be true of every step.

import type { Deed, Happening, Reloading, Turn } from "../../../src/core/reload/lives.ts";
import { deadlineOfAll } from "../../../src/core/reload/lives.ts";
import { begin, stepAll } from "../../../src/core/reload/reload.ts";
import type { Spec } from "../../../src/core/spec/spec.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import * as run from "../run/transcript.ts";
import { timed } from "./transcript.ts";

/** What is to happen: a kind, whom it concerns, and how long after what happened before. */
export type Choice = {
  readonly what: (typeof CHOICES)[number];
  /** Which of those that live, or which kind. */
  readonly nth: number;
  readonly delay: number;
};

export const CHOICES = [
  "changed",
  "changed",
  "reload",
  "ready",
  "ready",
  "deadline",
  "deadline",
  "deadline",
  "ends",
  "ends",
  "leaves",
  "empty",
  "fails",
  "guardian",
  "stops",
  "signal",
  "shared",
  "asks",
  "parent",
] as const;

const RUN_NEWS: readonly string[] = ["ends", "leaves", "empty", "fails", "guardian", "stops"];

/** A generation as the host has it. */
type Guest = {
  readonly generation: number;
  isAnswered: boolean;
  isOver: boolean;
  hasEnded: boolean;
  /** A sweep was asked for and answers next. */
  isSwept: boolean;
  /** The first signal was sent to it. */
  isTold: boolean;
};

/** A life as it goes: the world beside the state. */
export type World = {
  readonly spec: Spec;
  state: Reloading;
  now: number;
  readonly guests: Map<number, Guest>;
  readonly log: string[];
  begun: number;
  exit: number | undefined;
  reports: number;
  isAsked: boolean;
  /** Who has served, and with which code those ended. */
  readonly served: Set<number>;
  readonly codes: Map<number, number>;
  /** With which code the first one failed that was not told to end. */
  failure: number | undefined;
};

/** A promise that is broken, and the way there. */
export class Broken extends Error {}

function fail({ log }: World, promise: string): never {
  throw new Broken(`${promise}\n${log.join("\n")}`);
}

/** Lives a life of these choices; then somebody asks for the end, and every run answers. */
export function liveAll(call: string, choices: readonly Choice[]): World {
  const spec = run.specOf(call);
  const first = begin(spec);
  const world: World = {
    spec,
    state: first.state,
    now: 5e9,
    guests: new Map(),
    log: [call],
    begun: 0,
    exit: undefined,
    reports: 0,
    isAsked: false,
    served: new Set(),
    codes: new Map(),
    failure: undefined,
  };
  accept(world, first);
  for (const choice of choices) {
    // What another generation has to tell may come before a spawn is answered; nothing else does.
    if (!RUN_NEWS.includes(choice.what) || choice.nth % 2 === 0) answerFirst(world, choice);
    happen(world, choice);
  }
  end(world);
  return world;
}

/** The host answers spawns and sweeps before it tells of anything else. */
function answerFirst(world: World, { nth }: Choice): void {
  for (let round = 0; round < 9; round++) {
    const guest = [...world.guests.values()].find((one) => !one.isAnswered || one.isSwept);
    if (guest === undefined) return;
    const { generation } = guest;
    if (!guest.isAnswered) {
      guest.isAnswered = true;
      const isFailed = nth % 16 === 15;
      toRun(world, generation, isFailed ? run.spawnFailed("not_found", "ENOENT") : run.spawned);
      continue;
    }
    guest.isSwept = false;
    guest.isOver = true;
    toRun(world, generation, run.swept(guest.hasEnded ? undefined : "SIGKILL"));
  }
  fail(world, "answers come to an end");
}

function happen(world: World, choice: Choice): void {
  world.now += choice.delay;
  const { what, nth } = choice;
  if (what === "deadline") {
    pass(world);
    return;
  }
  const living = [...world.guests.values()].filter(({ isOver }) => !isOver);
  const guest = living[nth % Math.max(1, living.length)];
  const event = guest?.isAnswered === true ? eventOf(guest, what, nth) : undefined;
  if (guest !== undefined && event !== undefined) toRun(world, guest.generation, event);
  const asked = askedBy(world, choice);
  if (asked !== undefined) play(world, asked);
}

type What = Parameters<typeof timed>[0];

/** What happens to all. Who asks for the end does so seldom, or all lives would be short. */
function askedBy(world: World, { what, nth }: Choice): What | undefined {
  const other = run.signal((["SIGHUP", "SIGUSR1", "SIGCONT"] as const)[nth % 3] ?? "SIGHUP");
  switch (what) {
    case "changed":
      return { type: "changed", path: "src" };
    case "ready":
      return { type: "ready", generation: Math.max(1, world.begun - (nth % 3)) };
    case "reload":
      return whatOf(run.signal("SIGUSR2"));
    case "signal":
      return whatOf(other);
    case "shared":
      return nth % 3 === 0 ? whatOf(run.delivered("SIGINT")) : undefined;
    case "asks":
      if (nth % 9 !== 0) return undefined;
      world.isAsked = true;
      return whatOf(nth % 4 === 0 ? run.relayed("SIGTERM") : run.signal("SIGTERM"));
    case "parent":
      if (nth % 19 !== 0) return undefined;
      world.isAsked = true;
      return whatOf(run.orphaned);
    default:
      return undefined;
  }
}

function whatOf({ event }: run.Happening): What {
  return event as What;
}

/** What the guardian of one generation tells next; undefined: it cannot be that. */
function eventOf(guest: Guest, what: Choice["what"], nth: number): run.Happening | undefined {
  if (guest.hasEnded) {
    guest.isOver = what === "empty";
    return what === "empty" ? run.empty : undefined;
  }
  switch (what) {
    case "ends":
      guest.isOver = true;
      return nth % 3 === 0 ? run.died("SIGSEGV") : run.exited(nth);
    case "leaves":
      guest.hasEnded = true;
      return run.exited(nth, "worker");
    case "fails":
      guest.isOver = nth % 9 === 8;
      return guest.isOver ? run.spawnFailed("not_found", "ENOENT") : undefined;
    case "guardian":
      return nth % 4 === 0 ? run.guardianGone : undefined;
    case "stops":
      return run.stopped("SIGTTIN");
    default:
      return undefined;
  }
}

/** The clock shows a microsecond more than what was waited for. */
function pass(world: World): void {
  const asked = deadlineOfAll(world.state);
  if (asked !== undefined) world.now = Math.max(world.now, asked + 1);
  play(world, whatOf(run.woken));
  const next = deadlineOfAll(world.state);
  if (next !== undefined && next < world.now)
    fail(world, "an instant that has passed is dealt with");
}

function toRun(world: World, generation: number, { event }: run.Happening): void {
  play(world, { type: "run", generation, event });
}

function play(world: World, what: What): void {
  world.log.push(`${world.now} ${JSON.stringify(what)}`);
  const happening: Happening = timed(what, world.now as Instant);
  const turn = stepAll(world.spec, world.state, happening);
  if (world.exit !== undefined && (turn.deeds.length > 0 || turn.state !== world.state)) {
    fail(world, "nothing happens after the exit");
  }
  accept(world, turn);
}

/** The end: we are asked to, and who is told to obeys. */
function end(world: World): void {
  const still: Choice = { what: "ends", nth: 0, delay: 0 };
  answerFirst(world, still);
  world.isAsked = true;
  if (world.exit === undefined) play(world, whatOf(run.signal("SIGTERM")));
  for (let round = 0; round < 20 && world.exit === undefined; round++) {
    answerFirst(world, still);
    for (const guest of [...world.guests.values()]) {
      const isThere = world.guests.has(guest.generation) && !guest.isOver && !guest.isSwept;
      const event = isThere && guest.isTold && eventOf(guest, guest.hasEnded ? "empty" : "ends", 7);
      if (event) toRun(world, guest.generation, event);
    }
    if (world.exit === undefined && round > 5) pass(world);
  }
  if (world.exit === undefined) fail(world, "who is asked to end ends, when every run answers");
}

/** What must be true of every step. */
function accept(world: World, { state, deeds }: Turn): void {
  noteFailure(world, deeds);
  world.state = state;
  world.log.push(`  ${JSON.stringify(deeds.map(shortOf))}`);
  for (const { generation, role } of state.lives) {
    if (role === "serving" || role === "old") world.served.add(generation);
  }
  for (const deed of deeds) allow(world, deed);
  if (state.lives.length > 2) fail(world, "two generations live at most");
  const serving = state.lives.filter(({ role }) => role === "serving");
  if (serving.length > 1) fail(world, "one serves at most");
  const known = state.lives.map(({ generation }) => generation).join();
  if (known !== [...world.guests.keys()].join()) fail(world, "a life is a generation with room");
  if (state.phase === "serving" && state.lives.some(({ role }) => role === "next")) {
    if (serving.length !== 1) fail(world, "a next one is next to one that serves");
  }
}

/** One that was to become ready and did not is told to end, and has failed all the same. */
function noteFailure(world: World, deeds: readonly Deed[]): void {
  const { phase, lives } = world.state;
  for (const deed of deeds) {
    if (deed.type !== "emit" || deed.event.type !== "ended" || phase !== "serving") continue;
    const { generation, exitCode } = deed.event;
    const life = lives.find((one) => one.generation === generation);
    if (life?.role !== "old" && exitCode !== 0) world.failure ??= exitCode;
  }
}

function allow(world: World, deed: Deed): void {
  if (world.exit !== undefined) fail(world, "nothing is done after the exit");
  const { guests } = world;
  switch (deed.type) {
    case "begin":
      if (deed.generation !== world.begun + 1) fail(world, "generations are counted");
      if (world.isAsked) fail(world, "nothing begins when somebody asked for the end");
      if (world.spec.exitOnError && world.failure !== undefined) {
        fail(world, "with --exit-on-error nothing begins when one has failed");
      }
      if (guests.size > 1) fail(world, "there is room for two");
      world.begun = deed.generation;
      guests.set(deed.generation, {
        generation: deed.generation,
        isAnswered: false,
        isOver: false,
        hasEnded: false,
        isSwept: false,
        isTold: false,
      });
      return;
    case "end":
      if (!guests.delete(deed.generation)) fail(world, "who ends has begun");
      return;
    case "run": {
      const guest = guests.get(deed.generation);
      if (guest === undefined) fail(world, "nothing is done to who has not begun, or has ended");
      const { type } = deed.action;
      if (type === "sweep" || type === "take-over") guest.isSwept = true;
      if (type === "kill") guest.isTold ||= deed.action.signal === "SIGTERM";
      if (type === "spawn" && guest.isAnswered) fail(world, "who begins is spawned once");
      return;
    }
    case "emit": {
      const { event, at } = deed;
      if (event.type === "ended") world.codes.set(event.generation, event.exitCode);
      if (at < 0) fail(world, "times count from our beginning");
      return;
    }
    case "report":
      world.reports += 1;
      return;
    case "exit":
      if (guests.size > 0) fail(world, "every generation that began has ended before we leave");
      if (world.reports !== (isReported(world.spec) ? 1 : 0))
        fail(world, "one report, if asked for");
      world.exit = deed.exit.code;
      if (world.codes.size > 0 && world.exit !== expectedExit(world)) {
        fail(world, "the exit is that of the one that failed, or else that served last");
      }
      return;
    case "say":
      return;
  }
}

function isReported({ report, events }: Spec): boolean {
  return report !== undefined || events !== undefined;
}

function expectedExit({ spec, failure, served, codes }: World): number | undefined {
  const ofLast = codes.get(Math.max(...served));
  return spec.exitOnError ? (failure ?? ofLast) : ofLast;
}

function shortOf(deed: Deed): unknown {
  if (deed.type === "run") return `${deed.generation} ${run.textOf([deed.action], "wills")}`;
  return deed.type === "report" ? deed.type : deed;
}
