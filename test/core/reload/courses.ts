// Random courses of a command that is replaced: runs that answer as a guardian would, and what must
// be true of every step.

import type {
  ServiceAction,
  ServiceEvent,
  ServiceState,
  ServiceStep,
} from "../../../src/core/reload/generations.ts";
import { serviceDeadlineOf } from "../../../src/core/reload/generations.ts";
import { startService, stepService } from "../../../src/core/reload/service.ts";
import type { Spec } from "../../../src/core/spec/spec.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import * as run from "../run/transcript.ts";
import { timed } from "./transcript.ts";

/** What happens next: a kind, which generation it concerns, and how long after the last. */
export type Choice = {
  readonly what: (typeof CHOICES)[number];
  /** Which of the running generations, or which variant of the kind. */
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

/** The world that a course is played in, beside the state of the service. */
export type World = {
  readonly spec: Spec;
  state: ServiceState;
  now: number;
  readonly guests: Map<number, Guest>;
  readonly log: string[];
  begun: number;
  exit: number | undefined;
  reports: number;
  isAsked: boolean;
  /** Which generations have served, and the code that each ended with. */
  readonly served: Set<number>;
  readonly codes: Map<number, number>;
  /** The code of the first generation that failed without being told to end. */
  failure: number | undefined;
};

/** A broken promise, and the course that led there. */
export class Broken extends Error {}

function fail({ log }: World, promise: string): never {
  throw new Broken(`${promise}\n${log.join("\n")}`);
}

/** Plays a course of these choices, then asks for the end, and has every run answer. */
export function playCourse(call: string, choices: readonly Choice[]): World {
  const spec = run.specOf(call);
  const first = startService(spec);
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

/** The host answers spawns and sweeps before it reports any other event. */
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

/** An event for the whole service. The end is asked for seldom, or every course would be short. */
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

function whatOf({ event }: run.Input): What {
  return event as What;
}

/** What the guardian of a generation reports next. Undefined: this kind is not possible now. */
function eventOf(guest: Guest, what: Choice["what"], nth: number): run.Input | undefined {
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
  const asked = serviceDeadlineOf(world.state);
  if (asked !== undefined) world.now = Math.max(world.now, asked + 1);
  play(world, whatOf(run.woken));
  const next = serviceDeadlineOf(world.state);
  if (next !== undefined && next < world.now)
    fail(world, "an instant that has passed is not asked for again");
}

function toRun(world: World, generation: number, { event }: run.Input): void {
  play(world, { type: "generation", generation, event });
}

function play(world: World, what: What): void {
  world.log.push(`${world.now} ${JSON.stringify(what)}`);
  const event: ServiceEvent = timed(what, world.now as Instant);
  const step = stepService(world.spec, world.state, event);
  if (world.exit !== undefined && (step.actions.length > 0 || step.state !== world.state)) {
    fail(world, "nothing happens after the exit");
  }
  accept(world, step);
}

/** The end: it is asked for, and every generation that is told to end obeys. */
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
  if (world.exit === undefined)
    fail(world, "the service ends when it is asked to and every run answers");
}

/** What must be true of every step. */
function accept(world: World, { state, actions }: ServiceStep): void {
  noteFailure(world, actions);
  world.state = state;
  world.log.push(`  ${JSON.stringify(actions.map(shortOf))}`);
  for (const { number, role } of state.generations) {
    if (role === "serving" || role === "retiring") world.served.add(number);
  }
  for (const action of actions) allow(world, action);
  if (state.generations.length > 2) fail(world, "at most two generations run");
  const serving = state.generations.filter(({ role }) => role === "serving");
  if (serving.length > 1) fail(world, "at most one generation serves");
  const known = state.generations.map(({ number }) => number).join();
  if (known !== [...world.guests.keys()].join())
    fail(world, "the generations of the state are those that the host has");
  if (state.phase === "serving" && state.generations.some(({ role }) => role === "next")) {
    if (serving.length !== 1) fail(world, "a next generation stands beside one that serves");
  }
}

/** A generation that was told to end because it did not become ready has failed all the same. */
function noteFailure(world: World, actions: readonly ServiceAction[]): void {
  const { phase, generations } = world.state;
  for (const action of actions) {
    if (action.type !== "emit" || action.event.type !== "ended" || phase !== "serving") continue;
    const { generation: number, exitCode } = action.event;
    const ended = generations.find((one) => one.number === number);
    if (ended?.role !== "retiring" && exitCode !== 0) world.failure ??= exitCode;
  }
}

function allow(world: World, action: ServiceAction): void {
  if (world.exit !== undefined) fail(world, "nothing is done after the exit");
  const { guests } = world;
  switch (action.type) {
    case "begin":
      if (action.generation !== world.begun + 1) fail(world, "generations are counted");
      if (world.isAsked) fail(world, "no generation starts after the end was asked for");
      if (world.spec.exitOnError && world.failure !== undefined) {
        fail(world, "with --exit-on-error no generation starts after one has failed");
      }
      if (guests.size > 1) fail(world, "there is room for two");
      world.begun = action.generation;
      guests.set(action.generation, {
        generation: action.generation,
        isAnswered: false,
        isOver: false,
        hasEnded: false,
        isSwept: false,
        isTold: false,
      });
      return;
    case "end":
      if (!guests.delete(action.generation)) fail(world, "only a generation that has begun ends");
      return;
    case "generation": {
      const guest = guests.get(action.generation);
      if (guest === undefined)
        fail(world, "no action concerns a generation that has not begun or has ended");
      const { type } = action.action;
      if (type === "sweep" || type === "take-over") guest.isSwept = true;
      if (type === "kill") guest.isTold ||= action.action.signal === "SIGTERM";
      if (type === "spawn" && guest.isAnswered) fail(world, "a generation is spawned once");
      return;
    }
    case "emit": {
      const { event, at } = action;
      if (event.type === "ended") world.codes.set(event.generation, event.exitCode);
      if (at < 0) fail(world, "times count from the start of the service");
      return;
    }
    case "report":
      world.reports += 1;
      return;
    case "exit":
      if (guests.size > 0) fail(world, "every generation that began has ended before the exit");
      if (world.reports !== (isReported(world.spec) ? 1 : 0))
        fail(world, "one report, if asked for");
      world.exit = action.exit.code;
      if (world.codes.size > 0 && world.exit !== expectedExit(world)) {
        fail(world, "the exit is that of the generation that failed, or else that served last");
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

function shortOf(action: ServiceAction): unknown {
  if (action.type === "generation")
    return `${action.generation} ${run.textOf([action.action], "wills")}`;
  return action.type === "report" ? action.type : action;
}
