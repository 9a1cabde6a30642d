// One life from one seed: a wish, a command, a world around them, and what must be true of it.
import { drive } from "../../src/core/drive.ts";
import type { Duration } from "../../src/core/duration.ts";
import type { SpawnCode } from "../../src/core/error.ts";
import type { Event } from "../../src/core/event.ts";
import type { Exit } from "../../src/core/exit.ts";
import type { Signal } from "../../src/core/signal.ts";
import { signalNumber, TERMINATES } from "../../src/core/signal.ts";
import type { Spec } from "../../src/core/spec.ts";
import { TIMEOUT_DEFAULTS } from "../../src/core/spec.ts";
import type { WaitStatus } from "../../src/core/status.ts";
import { type Chance, chanceOf, checksum } from "./chance.ts";
import { kernelOf, type Manner, type Nature, type Plan, type Seen, Stuck } from "./kernel.ts";

/** A life as it went. `broken`: the promise it broke. */
export type Life = {
  readonly broken: string | undefined;
  readonly end: Exit | "stuck";
  readonly transcript: string;
};

const FIRST_SIGNALS: readonly Signal[] = [
  ...Array<Signal>(10).fill("SIGTERM"),
  "SIGINT",
  "SIGQUIT",
  "SIGKILL",
  "SIGKILL",
  "SIGUSR1",
  "SIGRTMIN",
  "SIG0",
  "SIGCONT",
  "SIGSTOP",
  "SIGTSTP",
  "SIGWINCH",
];
const TO_US = ["SIGTERM", "SIGTERM", "SIGINT", "SIGHUP", "SIGALRM", "SIGWINCH", "cancel"] as const;
const TO_COMMAND: readonly Signal[] = [
  "SIGSTOP",
  "SIGTSTP",
  "SIGCONT",
  "SIGCONT",
  "SIGTERM",
  "SIGSEGV",
  "SIGKILL",
];
const MANNERS: readonly Manner[] = ["dies", "ignores", "traps"];
const LONG = 12e6;

/** Lives the life of a seed. */
export function live(seed: number): Life {
  const chance = chanceOf(seed);
  const spec = specBy(chance);
  const nature = natureBy(chance);
  const kernel = kernelOf(nature, planBy(chance), chance);
  const end = endOf(() => drive(spec, kernel));
  const seen = kernel.seen();
  const broken = brokenPromise({ spec, nature, seen, end });
  const wish = { ...spec, forward: undefined };
  return { broken, end, transcript: [JSON.stringify({ seed, wish }), ...seen.lines].join("\n") };
}

/** One number for many lives: every wish, event and action of each, and its end. */
export function checksumOf(seeds: readonly number[]): number {
  return seeds.map(live).reduce((sum, { transcript, end }) => {
    return checksum(`${transcript}\n${JSON.stringify(end)}\n`, sum);
  }, checksum(""));
}

function endOf(life: () => Exit): Exit | "stuck" {
  try {
    return life();
  } catch (error) {
    if (error instanceof Stuck) return "stuck";
    throw error;
  }
}

function specBy({ below, once, pick }: Chance): Spec {
  return {
    ...TIMEOUT_DEFAULTS,
    command: ["cmd"],
    timeout: (once(4) ? pick([0, 1, 3]) : 1 + below(LONG)) as Duration,
    signal: pick(FIRST_SIGNALS),
    killAfter: (once(2) ? 0 : 1 + below(5e6)) as Duration,
    group: pick(["own", "caller"]),
    preserveStatus: once(3),
    verbose: once(3),
    metrics: once(3),
  };
}

function natureBy(chance: Chance): Nature {
  const { below, once, pick } = chance;
  const code = pick<SpawnCode>(["not_found", "not_executable", "resource"]);
  // A command that treats all signals alike, or every one in its own way.
  const usual = pick<Manner | undefined>([...MANNERS, undefined]);
  const offset = below(MANNERS.length);
  return {
    fails: once(20) ? { kind: "spawn", code, command: "cmd", errno: "EIO" } : undefined,
    endsAfter: once(3) ? undefined : below(LONG),
    end: once(3) ? deathBy(chance) : { kind: "exited", code: below(256) },
    manner: (signal) => usual ?? MANNERS[(signalNumber(signal) + offset) % 3] ?? "dies",
    lingersFor: below(6e6),
    trapCode: below(256),
  };
}

function deathBy({ once, pick }: Chance): WaitStatus {
  const signal = pick<Signal>(["SIGSEGV", "SIGABRT", "SIGKILL", "SIGTERM", "SIGRTMAX"]);
  return { kind: "signaled", signal, coreDumped: once(2) };
}

function planBy({ below, once, pick }: Chance): Plan {
  return Array.from({ length: below(7) }, () => ({
    after: below(LONG),
    what: once(3)
      ? ({ to: "command", signal: pick(TO_COMMAND) } as const)
      : ({ to: "us", signal: pick(TO_US) } as const),
  }));
}

type Facts = {
  readonly spec: Spec;
  readonly nature: Nature;
  readonly seen: Seen;
  readonly end: Exit | "stuck";
};

function brokenPromise(facts: Facts): string | undefined {
  const { seen, end } = facts;
  const ending = end === "stuck" ? brokenByWaiting(facts) : brokenByEnd(facts, end);
  const hard = seen.kills.filter(({ signal }) => signal === "SIGKILL");
  if (hard.length > 1) return "SIGKILL is sent once";
  return ending ?? brokenByTime(facts);
}

/** A life without an end is nobody's fault only if the command is deaf and we may not kill it. */
function brokenByWaiting({ spec, nature, seen }: Facts): string | undefined {
  const isMeantToEnd = spec.timeout > 0 || seen.kills.length > 0;
  if (spec.killAfter > 0 && isMeantToEnd) return "with -k every life that is to end ends";
  const isObedient = TERMINATES.has(spec.signal) && nature.manner(spec.signal) === "dies";
  if (spec.timeout > 0 && isObedient) return "a command that obeys ends at its limit";
  // A stop that we ourselves sent in the same step is not known yet.
  const isUnknown = spec.signal === "SIGSTOP" || spec.signal === "SIGTSTP";
  const isPending = seen.isPending && !isUnknown;
  return isPending ? "a stopped command is woken for every signal of ours" : undefined;
}

function brokenByEnd({ spec, nature, seen }: Facts, end: Exit): string | undefined {
  const exit = JSON.stringify(end);
  const wanted = JSON.stringify(exitByTable(spec, nature, seen));
  if (exit !== wanted) return `the exit is the table's: ${wanted}, not ${exit}`;
  if (seen.reports.length !== (spec.metrics ? 1 : 0)) return "a report when asked for";
  const isTold = seen.reports.every(({ exitCode }) => exitCode === end.code);
  return isTold ? undefined : "the report tells our exit code";
}

function brokenByTime({ spec, seen }: Facts): string | undefined {
  const { startedAt, endedAt, kills, lateness } = seen;
  if (startedAt === undefined) return kills.length > 0 ? "nobody is there to kill" : undefined;
  const limit = startedAt + spec.timeout;
  const first = kills[0]?.at ?? Number.POSITIVE_INFINITY;
  const isAsked = seen.events.some((event) => event.at <= first && asksToEnd(event));
  if (first <= limit && !isAsked) return "never early";
  if (endedAt === undefined) return undefined;
  const isSure = spec.killAfter > 0 || spec.signal === "SIGKILL";
  if (spec.timeout > 0 && isSure && endedAt > limit + spec.killAfter + lateness) {
    return "the command never outlives limit and kill after";
  }
  const isTooLate = spec.killAfter > 0 && endedAt > first + spec.killAfter + lateness;
  return isTooLate ? "kill after counts from the first signal" : undefined;
}

function asksToEnd({ type }: Event): boolean {
  return type === "signal" || type === "cancelled";
}

/** What the table of exits says of a life, from what the kernel saw of it. */
function exitByTable(spec: Spec, { fails }: Nature, seen: Seen): Exit | undefined {
  if (fails !== undefined) {
    const code = { not_found: 127, not_executable: 126, resource: 125 }[fails.code];
    return { kind: "code", code: code as Exit["code"] };
  }
  const { status } = seen;
  if (status === undefined) return undefined;
  const isKilled = seen.kills.some(({ signal }) => signal === "SIGKILL");
  if (isKilled && spec.group === "own") return deathOf("SIGKILL", "group");
  const own = status.kind === "exited" ? status.code : 128 + signalNumber(status.signal);
  if (isKilled || isTimedOut(spec, seen)) {
    const code = spec.preserveStatus || isDeathByKill(status) ? own : 124;
    return { kind: "code", code: code as Exit["code"] };
  }
  if (status.kind === "signaled") return deathOf(status.signal, "self");
  return { kind: "code", code: own as Exit["code"] };
}

function deathOf(signal: Signal, scope: "self" | "group"): Exit {
  return { kind: "signal", signal, scope, code: (128 + signalNumber(signal)) as Exit["code"] };
}

function isDeathByKill(status: WaitStatus): boolean {
  return status.kind === "signaled" && status.signal === "SIGKILL";
}

/** Whether the first thing that meant an end was that time was up. */
function isTimedOut({ timeout, killAfter, forward }: Spec, { events, startedAt }: Seen): boolean {
  const limit = timeout === 0 ? Number.POSITIVE_INFINITY : (startedAt ?? 0) + timeout;
  for (const event of events) {
    const isPast = event.at > limit;
    if (event.type === "exited") return false;
    if (event.type === "deadline" && isPast) return true;
    if (event.type === "cancelled") return isPast;
    if (event.type !== "signal") continue;
    if (isPast || event.signal === "SIGALRM") return true;
    if (killAfter > 0 && forward.has(event.signal)) return false;
  }
  return false;
}
