import { FIRST_SOCKET } from "../../core/cli/options/listen.ts";
import type { ServiceHost } from "../../core/drive.ts";
import type { Message, Voice } from "../../core/messages/messages.ts";
import type { ServiceAction, ServiceEvent } from "../../core/reload/generations.ts";
import { recordOf } from "../../core/report/event-record.ts";
import { earlier } from "../../core/run/state.ts";
import type { Exit } from "../../core/spec/exit.ts";
import { isReloading } from "../../core/spec/spec.ts";
import type { ExitCode } from "../../core/spec/status.ts";
import type { Instant } from "../../core/values/duration.ts";
import { FOREVER } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import { commandPid } from "../run/guardian.ts";
import type { Held, Refusal, World } from "../run/held.ts";
import {
  deadlineNews,
  descriptorsOf,
  endRun,
  holdRun,
  leave,
  newsOf,
  openWorld,
  parentNews,
  perform,
  resource,
} from "../run/host.ts";
import { nextSignal, now, reapAdopted } from "../run/news.ts";
import { emit, sayNow, writeReport } from "../run/outputs.ts";
import { openSpares } from "../run/room.ts";
import type { Placement } from "../run/terminal.ts";
import { handOver } from "../run/terminal.ts";
import type { Watch } from "../watch/watch.ts";
import { closeWatch, lookAt, noticeMounts, openWatch, pollAt, warningOf } from "../watch/watch.ts";
import type { Listener } from "./listeners.ts";
import { closeListeners, openListeners, prepareListeners, widenListeners } from "./listeners.ts";
import type { Readiness } from "./ready.ts";
import { closeChannel, isReady, notReady } from "./ready.ts";
import { spawnServing } from "./spawn.ts";

/** Native code has room for so many runs: one that comes and one that goes. */
const PLACES = [0, 1];

/** A Linux host for a command whose generations follow one another. */
export type ServingHost = ServiceHost & {
  readonly kind: "host";
  readonly leave: (exit: Exit) => ExitCode;
};

/** What all generations of a command share, and those that live. */
export type Service = {
  readonly world: World;
  readonly listeners: readonly Listener[];
  readonly watch: Watch | undefined;
  readonly generations: Map<number, Generation>;
  /** Answers that the core has not asked for yet. */
  readonly answers: ServiceEvent[];
};

/** A run of the command, and whether it is ready to serve. */
export type Generation = { readonly held: Held; readonly readiness: Readiness };

/** A host for all generations of a command. */
export function openGenerations(placement: Placement, voice: () => Voice): ServingHost | Refusal {
  const service = openService(placement, voice);
  if ("kind" in service) return service;
  const { world, listeners, watch } = service;
  return {
    kind: "host",
    perform: (action) => act(service, action),
    wait: (deadline) => wait(service, deadline),
    leave: (exit) => {
      if (watch !== undefined) closeWatch(watch);
      closeListeners(listeners);
      return leave(world, { exit, forced: true });
    },
  };
}

/** Opens what all generations need: sockets and watches before anything is started. */
export function openService(placement: Placement, voice: () => Voice): Service | Refusal {
  const { spec } = placement;
  const world = openWorld(placement, voice);
  if ("kind" in world) return world;
  const listeners = openListeners(spec);
  if ("kind" in listeners) return { kind: "refused", message: listeners };
  const refuse = (message: Message): Refusal => {
    closeListeners(listeners);
    return { kind: "refused", message };
  };
  const spares = isReloading(spec) ? openSpares(world.ownPid) : undefined;
  if (typeof spares === "number") return refuse(resource(spec, -spares));
  world.changing.spares = spares;
  const watch = spec.watch.length > 0 ? openWatch(spec) : undefined;
  if (watch !== undefined && "kind" in watch) return refuse(watch);
  // The last thing that can be refused: what it makes would have to be removed again.
  const first = holdRun({ ...world }, 1, 0);
  if ("kind" in first) return refuse(first);
  handOver(first);
  tellListeners(world, listeners);
  sayWarning(world, watch);
  const generations = new Map([[1, { held: first, readiness: notReady() }]]);
  return { world, listeners, watch, generations, answers: [] };
}

/** Where we listen, for whoever reads along: a port that was left to the kernel is known now. */
function tellListeners(world: World, listeners: readonly Listener[]): void {
  const at = now();
  listeners.forEach(({ listen, address }, place) => {
    const { name } = listen;
    const descriptor = FIRST_SOCKET + place;
    emit(world, recordOf({ type: "listening", at, name, address, descriptor }, at));
  });
}

function sayWarning(world: World, watch: Watch | undefined): void {
  const warning = watch && warningOf(watch);
  if (warning !== undefined) sayNow(world, warning);
}

/** Does what the core asks for. */
export function act(service: Service, action: Exclude<ServiceAction, { type: "exit" }>): void {
  const { world, listeners, generations } = service;
  switch (action.type) {
    case "begin":
      beginGeneration(service, action.generation);
      break;
    case "end":
      endGeneration(service, action.generation);
      break;
    case "generation": {
      const generation = generations.get(action.generation);
      if (generation === undefined) break;
      const { held, readiness } = generation;
      sys.chooseRun(held.place);
      perform(held, action.action, (_, at) => spawnServing(held, at, listeners, readiness));
      break;
    }
    case "say":
      sayNow(world, action.message);
      break;
    case "emit":
      emit(world, action);
      break;
    case "report":
      writeReport(world, action.report);
  }
}

/** A socket's flags belong to all who have it: they are reset when nobody serves. */
function beginGeneration(
  { world, listeners, generations, answers }: Service,
  generation: number,
): void {
  if (generations.size === 0 || generation === 1) prepareListeners(listeners);
  if (generations.has(generation)) return;
  const taken = [...generations.values()].map(({ held }) => held.place);
  const place = PLACES.find((free) => !taken.includes(free)) ?? 0;
  sys.chooseRun(place);
  const held = holdRun({ ...world }, generation, place);
  if (!("kind" in held)) {
    generations.set(generation, { held, readiness: notReady() });
    return;
  }
  // What the first one was given, this one is refused.
  const event = { type: "spawn-failed", at: now(), error: held } as const;
  answers.push({ type: "generation", generation, event });
}

function endGeneration({ world, listeners, generations }: Service, generation: number): void {
  const ending = generations.get(generation);
  if (ending === undefined) return;
  const { held, readiness } = ending;
  sys.chooseRun(held.place);
  endRun(held);
  closeChannel(readiness);
  sys.endRun();
  generations.delete(generation);
  // A guardian that has ended hides them, and their SIGCHLD may have been one with its own.
  reapAdopted(world);
  if (generations.size === 0) widenListeners(listeners);
}

/** The one place where we wait for generations. */
function wait(service: Service, deadline: Instant | undefined): ServiceEvent {
  const { world, watch, generations, answers } = service;
  for (;;) {
    const next = answers.shift() ?? nextEvent(service, deadline);
    if (next !== undefined) return next;
    const descriptors = [world.signalFd, world.changing.parentPidfd];
    if (watch !== undefined) descriptors.push(watch.descriptor);
    for (const { held, readiness } of generations.values()) {
      sys.chooseRun(held.place);
      descriptors.push(readiness.fd, ...descriptorsOf());
    }
    const until = earlier(deadline, watch && pollAt(watch));
    if (watch === undefined) sys.wait(descriptors, until ?? FOREVER);
    else waitFor(watch, descriptors, until ?? FOREVER);
  }
}

/** Also for what is mounted, of which the kernel tells once. */
function waitFor(watch: Watch, descriptors: readonly number[], until: number): void {
  const ready = sys.wait(descriptors, until, [watch.mounts]);
  if (ready >= 2 ** descriptors.length) noticeMounts(watch);
}

/** What has happened, most important first, in the order of a single run. */
function nextEvent(service: Service, deadline: Instant | undefined): ServiceEvent | undefined {
  const { world, watch, generations } = service;
  for (;;) {
    const at = now();
    const late = deadlineNews(deadline, at);
    const found =
      generationNews(generations, at, late !== undefined) ?? late ?? parentNews(world, at);
    if (found !== undefined) return found;
    const news = nextSignal(world, commandOf(generations));
    if (news === undefined) break;
    if (news !== "nothing") return news;
  }
  const at = now();
  const path = watch && lookAt(watch, at);
  sayWarning(world, watch);
  return path === undefined ? undefined : { type: "changed", at, path };
}

function generationNews(
  generations: ReadonlyMap<number, Generation>,
  at: Instant,
  isLate: boolean,
): ServiceEvent | undefined {
  for (const [generation, { held, readiness }] of generations) {
    sys.chooseRun(held.place);
    const event = newsOf(held, at, isLate);
    if (event !== undefined) return { type: "generation", generation, event };
    if (isReady(held, readiness)) return { type: "ready", at, generation };
  }
  return undefined;
}

/** Any command: where there are two they are placed alike. */
function commandOf(generations: ReadonlyMap<number, Generation>): () => number {
  return () => {
    for (const { held } of generations.values()) {
      sys.chooseRun(held.place);
      const pid = commandPid(held);
      if (pid !== 0) return pid;
    }
    return 0;
  };
}
