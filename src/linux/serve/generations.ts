import type { ServiceHost } from "../../core/drive.ts";
import type { Message, Voice } from "../../core/messages/messages.ts";
import type { ServiceAction, ServiceEvent } from "../../core/reload/generations.ts";
import { recordOf } from "../../core/report/event-record.ts";
import type { Exit } from "../../core/spec/exit.ts";
import type { TreeSnapshot } from "../../core/spec/process-snapshot.ts";
import { FIRST_SOCKET } from "../../core/spec/sockets.ts";
import { isReloading } from "../../core/spec/spec.ts";
import type { ExitCode } from "../../core/spec/status.ts";
import type { Instant } from "../../core/values/duration.ts";
import { earlier } from "../../core/values/instant.ts";
import { FOREVER } from "../kernel/abi.ts";
import { now } from "../kernel/clock.ts";
import { sys } from "../kernel/window.ts";
import { lookAtTree } from "../look/look.ts";
import type { HostContext, Refusal, RunContext } from "../run/context.ts";
import { commandPid } from "../run/guardian-news.ts";
import {
  closeRun,
  descriptorsOf,
  leave,
  newsOf,
  openContext,
  openRun,
  perform,
} from "../run/host.ts";
import { deadlineNews, parentNews } from "../run/host-news.ts";
import { rootOf } from "../run/members.ts";
import { emit, sayNow, writeReport } from "../run/outputs.ts";
import { nextSignal, readAhead, reapAdopted } from "../run/signal-news.ts";
import { openSpares } from "../run/spare-descriptors.ts";
import type { Placement } from "../run/terminal.ts";
import { handOver } from "../run/terminal.ts";
import { resource } from "../run/unstartable.ts";
import type { Watch } from "../watch/watch.ts";
import {
  closeWatch,
  nextLookAt,
  noticeMounts,
  openWatch,
  readChanges,
  warningOf,
} from "../watch/watch.ts";
import type { Acceptance } from "./acceptance.ts";
import {
  acceptanceOf,
  lookAtSockets,
  nextQueueLookAt,
  noteUntaken,
  unusedAddresses,
} from "./acceptance.ts";
import type { Listener } from "./listeners.ts";
import { closeListeners, openListeners, prepareListeners, widenListeners } from "./listeners.ts";
import type { Readiness } from "./ready.ts";
import { closeChannel, isReady, notReady } from "./ready.ts";
import { spawnServing } from "./spawn.ts";

/** Slots of native code: one for the generation that begins, one for the one that ends. */
const SLOTS = [0, 1];

/** A Linux host for a command whose generations follow one another. */
export type ServingHost = ServiceHost & {
  readonly kind: "host";
  readonly leave: (exit: Exit) => ExitCode;
};

/** What all generations of a command share, and those that live. */
export type Service = {
  readonly host: HostContext;
  readonly listeners: readonly Listener[];
  readonly acceptance: Acceptance;
  readonly watch: Watch | undefined;
  readonly generations: Map<number, Generation>;
  /** Events that are known already, and that the core has not asked for yet. */
  readonly answers: ServiceEvent[];
};

/** A run of the command, and whether it is ready to serve. */
export type Generation = { readonly run: RunContext; readonly readiness: Readiness };

/** Opens a host for all generations of a command. */
export function openGenerations(placement: Placement, voice: () => Voice): ServingHost | Refusal {
  const service = openService(placement, voice);
  if ("kind" in service) return service;
  const { host, listeners, watch } = service;
  return {
    kind: "host",
    perform: (action) => act(service, action),
    wait: (deadline) => wait(service, deadline),
    lookAtTree: (number) => lookAtGeneration(service, number),
    leave: (exit) => {
      if (watch !== undefined) closeWatch(watch);
      closeListeners(listeners);
      return leave(host, { exit, forced: true });
    },
  };
}

/** Opens what all generations need, sockets and watches, before anything is started. */
export function openService(placement: Placement, voice: () => Voice): Service | Refusal {
  const { spec } = placement;
  const host = openContext(placement, voice);
  if ("kind" in host) return host;
  const listeners = openListeners(spec);
  if ("kind" in listeners) return { kind: "refused", message: listeners };
  const refuse = (message: Message): Refusal => {
    closeListeners(listeners);
    return { kind: "refused", message };
  };
  const spares = isReloading(spec) ? openSpares(host.ownPid) : undefined;
  if (typeof spares === "number") return refuse(resource(spec, -spares));
  host.state.spares = spares;
  const watch = spec.watch.length > 0 ? openWatch(spec) : undefined;
  if (watch !== undefined && "kind" in watch) return refuse(watch);
  // Last, because the groups that it makes would have to be removed if another step failed.
  const first = openRun({ ...host }, 1, 0);
  if ("kind" in first) return refuse(first);
  handOver(first);
  tellListeners(host, listeners);
  sayWarning(host, watch);
  const generations = new Map([[1, { run: first, readiness: notReady() }]]);
  const acceptance = acceptanceOf(spec, listeners);
  return { host, listeners, acceptance, watch, generations, answers: [] };
}

/** Reports where curfew listens, with the port that the kernel has chosen for 0. */
function tellListeners(host: HostContext, listeners: readonly Listener[]): void {
  const at = now();
  listeners.forEach(({ listen, address }, index) => {
    const { name } = listen;
    const descriptor = FIRST_SOCKET + index;
    emit(host, recordOf({ type: "listening", at, name, address, descriptor }, at));
  });
}

function sayWarning(host: HostContext, watch: Watch | undefined): void {
  const warning = watch && warningOf(watch);
  if (warning !== undefined) sayNow(host, warning);
}

/** Does what the core asks for. */
export function act(service: Service, action: Exclude<ServiceAction, { type: "exit" }>): void {
  const { host, listeners, generations } = service;
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
      const { run, readiness } = generation;
      sys.chooseRun(run.slot);
      perform(run, action.action, (_, at) => spawnServing(run, at, listeners, readiness));
      break;
    }
    case "say":
      sayNow(host, action.message);
      break;
    case "emit":
      emit(host, action);
      break;
    case "report":
      writeReport(host, action.report);
  }
}

/**
 * All processes that have a socket share its flags, so they are reset while no generation has the
 * socket.
 */
function beginGeneration(
  { host, listeners, acceptance, generations, answers }: Service,
  generation: number,
): void {
  if (generations.size === 0 || generation === 1) {
    prepareListeners(listeners);
    noteUntaken(acceptance);
  }
  if (generations.has(generation)) return;
  const taken = [...generations.values()].map(({ run }) => run.slot);
  const slot = SLOTS.find((free) => !taken.includes(free)) ?? 0;
  sys.chooseRun(slot);
  const run = openRun({ ...host }, generation, slot);
  if (!("kind" in run)) {
    generations.set(generation, { run, readiness: notReady() });
    return;
  }
  // A later generation may be refused what the first one was given.
  const event = { type: "spawn-failed", at: now(), error: run } as const;
  answers.push({ type: "generation", generation, event });
}

function endGeneration({ host, listeners, generations }: Service, generation: number): void {
  const ending = generations.get(generation);
  if (ending === undefined) return;
  const { run, readiness } = ending;
  sys.chooseRun(run.slot);
  closeRun(run);
  closeChannel(readiness);
  sys.endRun();
  generations.delete(generation);
  // Orphans that the guardian held come to curfew when the guardian exits. Their SIGCHLD may have
  // been merged with the guardian's.
  reapAdopted(host);
  if (generations.size === 0) widenListeners(listeners);
}

function lookAtGeneration({ generations }: Service, number: number): TreeSnapshot | undefined {
  const generation = generations.get(number);
  if (generation === undefined) return undefined;
  sys.chooseRun(generation.run.slot);
  return lookAtTree(...rootOf(generation.run));
}

/** The one place where curfew waits for generations. */
function wait(service: Service, deadline: Instant | undefined): ServiceEvent {
  const { host, watch, acceptance, generations, answers } = service;
  for (;;) {
    const next = answers.shift() ?? nextEvent(service, deadline);
    if (next !== undefined) return next;
    const descriptors = [host.signalFd, host.state.parentPidfd, host.wallWatch];
    if (watch !== undefined) descriptors.push(watch.descriptor);
    for (const { run, readiness } of generations.values()) {
      sys.chooseRun(run.slot);
      descriptors.push(readiness.fd, ...descriptorsOf());
    }
    const look = earlier(watch && nextLookAt(watch), nextQueueLookAt(acceptance));
    const until = earlier(deadline, look);
    if (watch === undefined) sys.wait(descriptors, until ?? FOREVER);
    else waitFor(watch, descriptors, until ?? FOREVER);
  }
}

/** Waits for new mounts, too: the kernel reports each of them once. */
function waitFor(watch: Watch, descriptors: readonly number[], until: number): void {
  const ready = sys.wait(descriptors, until, [watch.mounts]);
  if (ready >= 2 ** descriptors.length) noticeMounts(watch);
}

/** The most important thing that has happened, in the order of a single run. */
function nextEvent(service: Service, deadline: Instant | undefined): ServiceEvent | undefined {
  const { host, watch, acceptance } = service;
  for (;;) {
    const at = now();
    const late = deadlineNews(deadline, at);
    const found = generationNews(service, at, late !== undefined) ?? late ?? parentNews(host, at);
    if (found !== undefined) return found;
    const news = nextSignal(host, commandOf(service.generations));
    if (news === undefined) break;
    if (news !== "nothing") return news;
  }
  const at = now();
  lookAtSockets(acceptance, at, takeClient(host));
  const path = watch && readChanges(watch, at);
  sayWarning(host, watch);
  return path === undefined ? undefined : { type: "changed", at, path };
}

function generationNews(
  { host, acceptance, generations }: Service,
  at: Instant,
  isLate: boolean,
): ServiceEvent | undefined {
  for (const [generation, { run, readiness }] of generations) {
    sys.chooseRun(run.slot);
    const event = newsOf(run, at, isLate);
    if (event !== undefined) {
      if (event.type !== "exited") return { type: "generation", generation, event };
      // The signal that tells of a client may wait behind what tells of the exit.
      if (acceptance.isOpen) readAhead(host, commandOf(generations));
      const unused = unusedAddresses(acceptance, at, takeClient(host));
      return { type: "generation", generation, event, unused };
    }
    if (isReady(run, readiness)) return { type: "ready", at, generation };
  }
  return undefined;
}

/** Whether the kernel has told of a client since the last time. */
function takeClient({ state }: HostContext): boolean {
  const { hasClient } = state;
  state.hasClient = false;
  return hasClient;
}

/** The PID of a command. With two generations either will do: both have the same placement. */
function commandOf(generations: ReadonlyMap<number, Generation>): () => number {
  return () => {
    for (const { run } of generations.values()) {
      sys.chooseRun(run.slot);
      const pid = commandPid(run);
      if (pid !== 0) return pid;
    }
    return 0;
  };
}
