import { FIRST_SOCKET } from "../../core/cli/options/listen.ts";
import type { GenerationsHost } from "../../core/drive.ts";
import type { Message, Voice } from "../../core/messages/messages.ts";
import type { Deed, Happening } from "../../core/reload/lives.ts";
import { recordOf } from "../../core/report/event-record.ts";
import { earlier } from "../../core/run/state.ts";
import type { Exit } from "../../core/spec/exit.ts";
import type { ExitCode } from "../../core/spec/status.ts";
import type { Instant } from "../../core/values/duration.ts";
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
} from "../run/host.ts";
import { nextSignal, now, reapStrangers } from "../run/news.ts";
import { emit, sayNow, writeReport } from "../run/outputs.ts";
import type { Place } from "../run/terminal.ts";
import { handOver } from "../run/terminal.ts";
import type { Watch } from "../watch/watch.ts";
import { closeWatch, lookAt, noticeMounts, openWatch, pollAt, warningOf } from "../watch/watch.ts";
import { closeListeners, prepareListeners, widenListeners } from "./listeners.ts";
import { isReady } from "./ready.ts";

const FOREVER = -1;
/** Native code has room for so many runs: one that comes and one that goes. */
const PLACES = [0, 1];

/** A Linux host for a command whose generations follow one another. */
export type ServingHost = GenerationsHost & {
  readonly kind: "host";
  readonly leave: (exit: Exit) => ExitCode;
};

type Service = {
  readonly world: World;
  readonly watch: Watch | undefined;
  readonly lives: Map<number, Held>;
  /** Answers that the core has not asked for yet. */
  readonly answers: Happening[];
};

/** Opens what all generations need: sockets and watches before anything is started. */
export function openGenerations(place: Place, voice: () => Voice): ServingHost | Refusal {
  const { spec } = place;
  const world = openWorld(place, voice);
  if ("kind" in world) return world;
  const watch = spec.watch.length > 0 ? openWatch(spec) : undefined;
  if (watch !== undefined && "kind" in watch) return refuse(world, watch);
  // The last thing that can be refused: what it makes would have to be removed again.
  const first = holdRun({ ...world }, 1, 0);
  if ("kind" in first) return refuse(world, first);
  handOver(first);
  tellListeners(world);
  sayWarning(world, watch);
  const service: Service = { world, watch, lives: new Map([[1, first]]), answers: [] };
  return {
    kind: "host",
    perform: (deed) => act(service, deed),
    wait: (deadline) => wait(service, deadline),
    leave: (exit) => {
      if (watch !== undefined) closeWatch(watch);
      return leave(world, { exit, forced: true });
    },
  };
}

function refuse({ listeners }: World, message: Message): Refusal {
  closeListeners(listeners);
  return { kind: "refused", message };
}

/** Where we listen, for whoever reads along: a port that was left to the kernel is known now. */
function tellListeners(world: World): void {
  const at = now();
  world.listeners.forEach(({ listen, address }, place) => {
    const { name } = listen;
    const descriptor = FIRST_SOCKET + place;
    emit(world, recordOf({ type: "listening", at, name, address, descriptor }, at));
  });
}

function sayWarning(world: World, watch: Watch | undefined): void {
  const warning = watch && warningOf(watch);
  if (warning !== undefined) sayNow(world, warning);
}

function act(service: Service, deed: Exclude<Deed, { type: "exit" }>): void {
  const { world, lives } = service;
  switch (deed.type) {
    case "begin":
      beginLife(service, deed.generation);
      break;
    case "end":
      endLife(service, deed.generation);
      break;
    case "run": {
      const held = lives.get(deed.generation);
      if (held === undefined) break;
      sys.chooseRun(held.place);
      perform(held, deed.action);
      break;
    }
    case "say":
      sayNow(world, deed.message);
      break;
    case "emit":
      emit(world, deed);
      break;
    case "report":
      writeReport(world, deed.report);
  }
}

/** A socket's flags belong to all who have it: they are reset when nobody serves. */
function beginLife({ world, lives, answers }: Service, generation: number): void {
  if (lives.size === 0 || generation === 1) prepareListeners(world.listeners);
  if (lives.has(generation)) return;
  const taken = [...lives.values()].map(({ place }) => place);
  const place = PLACES.find((free) => !taken.includes(free)) ?? 0;
  sys.chooseRun(place);
  const held = holdRun({ ...world }, generation, place);
  if (!("kind" in held)) {
    lives.set(generation, held);
    return;
  }
  // What the first one was given, this one is refused.
  const event = { type: "spawn-failed", at: now(), error: held } as const;
  answers.push({ type: "run", generation, event });
}

function endLife({ world, lives }: Service, generation: number): void {
  const held = lives.get(generation);
  if (held === undefined) return;
  sys.chooseRun(held.place);
  endRun(held);
  sys.endRun();
  lives.delete(generation);
  // A guardian that has ended hides them, and their SIGCHLD may have been one with its own.
  reapStrangers(world);
  if (lives.size === 0) widenListeners(world.listeners);
}

/** The one place where we wait for generations. */
function wait(service: Service, deadline: Instant | undefined): Happening {
  const { world, watch, lives, answers } = service;
  for (;;) {
    const next = answers.shift() ?? nextHappening(service, deadline);
    if (next !== undefined) return next;
    const descriptors = [world.signalFd, world.changing.parentPidfd];
    if (watch !== undefined) descriptors.push(watch.descriptor);
    for (const held of lives.values()) {
      sys.chooseRun(held.place);
      descriptors.push(held.readyFd, ...descriptorsOf());
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
function nextHappening(service: Service, deadline: Instant | undefined): Happening | undefined {
  const { world, watch, lives } = service;
  for (;;) {
    const at = now();
    const late = deadlineNews(deadline, at);
    const happening = livesNews(lives, at, late !== undefined) ?? late ?? parentNews(world, at);
    if (happening !== undefined) return happening;
    const news = nextSignal(world, commandOf(lives));
    if (news === undefined) break;
    if (news !== "nothing") return news;
  }
  const at = now();
  const path = watch && lookAt(watch, at);
  sayWarning(world, watch);
  return path === undefined ? undefined : { type: "changed", at, path };
}

function livesNews(
  lives: ReadonlyMap<number, Held>,
  at: Instant,
  isLate: boolean,
): Happening | undefined {
  for (const [generation, held] of lives) {
    sys.chooseRun(held.place);
    const event = newsOf(held, at, isLate);
    if (event !== undefined) return { type: "run", generation, event };
    if (isReady(held)) return { type: "ready", at, generation };
  }
  return undefined;
}

/** Any command: where there are two they are placed alike. */
function commandOf(lives: ReadonlyMap<number, Held>): () => number {
  return () => {
    for (const held of lives.values()) {
      sys.chooseRun(held.place);
      const pid = commandPid(held);
      if (pid !== 0) return pid;
    }
    return 0;
  };
}
