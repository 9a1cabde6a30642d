// A simulated run: a command line, a command and its surroundings, all chosen by a seed.
import { drive } from "../../src/core/drive.ts";
import { INIT_DEFAULTS, RUN_DEFAULTS, TIMEOUT_DEFAULTS } from "../../src/core/spec/defaults.ts";
import type { SpawnCode } from "../../src/core/spec/error.ts";
import type { Exit } from "../../src/core/spec/exit.ts";
import type { Fields, Group, Spec } from "../../src/core/spec/spec.ts";
import { LEFTOVERS, ON_STOP } from "../../src/core/spec/spec.ts";
import type { WaitStatus } from "../../src/core/spec/status.ts";
import type { Duration } from "../../src/core/values/duration.ts";
import type { Signal } from "../../src/core/values/signal.ts";
import { signalNumber } from "../../src/core/values/signal.ts";
import { type Chance, chanceOf, checksum } from "./chance.ts";
import { kernelOf, type Nature, type Plan, Stuck } from "./kernel.ts";
import { brokenPromise } from "./promises.ts";
import { FAR, type Habits, type Manner } from "./tree.ts";

/** A simulated run after its end. `broken`: the promise that it broke. */
export type SimulatedRun = {
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
const TO_CURFEW = [
  ...(["SIGTERM", "SIGTERM", "SIGINT", "SIGHUP", "SIGALRM", "SIGUSR1", "SIGWINCH"] as const),
  ...(["SIGQUIT", "SIGTSTP", "SIGCONT", "SIGRTMIN"] as const),
  ...(["cancel", "parent ends"] as const),
];
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

/** Simulates the run of a seed. `driven`: how the kernel is driven. */
export function simulate(seed: number, driven: typeof drive = drive): SimulatedRun {
  const chance = chanceOf(seed);
  const spec = specBy(chance);
  const nature = natureBy(chance);
  const kernel = kernelOf(spec, nature, planBy(chance), chance);
  const end = endOf(() => driven(spec, kernel).exit);
  const seen = kernel.seen();
  const broken = brokenPromise({ spec, nature, seen, end });
  const { stopSignals, rewrite } = spec;
  const isNamed =
    stopSignals !== TIMEOUT_DEFAULTS.stopSignals && stopSignals !== RUN_DEFAULTS.stopSignals;
  const named = { stopSignals: isNamed ? [...stopSignals] : undefined, rewrite: [...rewrite] };
  const request = { ...spec, ...named, forward: undefined };
  return { broken, end, transcript: [JSON.stringify({ seed, request }), ...seen.log].join("\n") };
}

/** A checksum of many runs: the spec, the events, the actions and the end of each. */
export function checksumOf(seeds: readonly number[]): number {
  return seeds
    .map((seed) => simulate(seed))
    .reduce((sum, { transcript, end }) => {
      return checksum(`${transcript}\n${JSON.stringify(end)}\n`, sum);
    }, checksum(""));
}

function endOf(run: () => Exit): Exit | "stuck" {
  try {
    return run();
  } catch (error) {
    if (error instanceof Stuck) return "stuck";
    throw error;
  }
}

type Subcommand = {
  readonly defaults: Fields;
  readonly groups: readonly Group[];
  readonly own: (chance: Chance) => Partial<Fields>;
};

const SUBCOMMANDS: readonly Subcommand[] = [
  {
    defaults: TIMEOUT_DEFAULTS,
    groups: ["own", "caller"],
    own: ({ once }) => ({ preserveStatus: once(3) }),
  },
  { defaults: RUN_DEFAULTS, groups: ["caller", "alone", "session"], own: () => ({}) },
  { defaults: INIT_DEFAULTS, groups: ["command", "session", "caller"], own: initBy },
];

const STOP_SETS: readonly (readonly Signal[])[] = [
  ["SIGUSR1"],
  ["SIGTERM"],
  ["SIGHUP", "SIGTERM"],
  ["SIGRTMIN", "SIGINT"],
  [],
];
const PAIRS: readonly (readonly [Signal, Signal])[] = [
  ["SIGTERM", "SIGQUIT"],
  ["SIGTERM", "SIGINT"],
  ["SIGINT", "SIGTERM"],
  ["SIGHUP", "SIG0"],
  ["SIGTERM", "SIG0"],
  ["SIGUSR1", "SIGTERM"],
  ["SIGTSTP", "SIGSTOP"],
];

/** Fields that only `init` has options for. */
function initBy({ below, once, pick }: Chance): Partial<Fields> {
  const { stopSignals, forward } = INIT_DEFAULTS;
  return {
    drain: (once(2) ? 0 : 1 + below(5e6)) as Duration,
    stopSignals: once(3) ? new Set(pick(STOP_SETS)) : stopSignals,
    rewrite: new Map(once(3) ? [pick(PAIRS), pick(PAIRS)] : []),
    forward: new Set<Signal>([...forward, "SIGSTOP"]),
    singleChild: once(4),
    expectExit: once(3) ? [0, 143, below(256)] : [],
    parentSignal: once(6) ? pick<Signal>(["SIGTERM", "SIGUSR1"]) : undefined,
  };
}

function specBy(chance: Chance): Spec {
  const { below, once, pick } = chance;
  const { defaults, groups, own } = pick(SUBCOMMANDS);
  const timeout = (once(4) ? pick([0, 1, 3]) : 1 + below(LONG)) as Duration;
  const place = { kind: "fd", fd: 9 } as const;
  return {
    ...defaults,
    command: ["cmd"],
    timeout,
    signal: pick(FIRST_SIGNALS),
    killAfter: once(2) ? defaults.killAfter : ((once(8) ? 0 : 1 + below(5e6)) as Duration),
    group: pick(groups),
    leftovers: once(2) ? defaults.leftovers : pick(LEFTOVERS),
    onStop: once(2) ? defaults.onStop : pick(ON_STOP),
    dieWithParent: once(4),
    verbose: once(3),
    metrics: once(3),
    report: once(4) ? place : undefined,
    events: once(6) ? place : undefined,
    ...own(chance),
  };
}

export function natureBy(chance: Chance): Nature {
  const { below, once, pick } = chance;
  const code = pick<SpawnCode>(["not_found", "not_executable", "resource"]);
  return {
    fails: once(20) ? { kind: "spawn", code, command: "cmd", errno: "EIO" } : undefined,
    main: { ...habitsBy(chance), isAway: false },
    births: Array.from({ length: once(2) ? 0 : below(5) }, () => {
      return { after: below(LONG), habits: habitsBy(chance) };
    }),
  };
}

function habitsBy(chance: Chance): Habits {
  const { below, once, pick } = chance;
  // Processes that treat all signals alike, and processes that treat each in its own way.
  const usual = pick<Manner | undefined>([...MANNERS, undefined]);
  const offset = below(MANNERS.length);
  return {
    endsAfter: once(3) ? undefined : below(LONG),
    end: once(3) ? deathBy(chance) : { kind: "exited", code: once(2) ? 0 : below(256) },
    manner: (signal) => usual ?? MANNERS[(signalNumber(signal) + offset) % 3] ?? "dies",
    lingersFor: below(6e6),
    trapCode: below(256),
    diesAfter: once(25) ? (once(2) ? FAR : below(14e6)) : 0,
    isAway: once(2),
  };
}

function deathBy({ once, pick }: Chance): WaitStatus {
  const signal = pick<Signal>(["SIGSEGV", "SIGABRT", "SIGKILL", "SIGTERM", "SIGRTMAX"]);
  return { kind: "signaled", signal, coreDumped: once(2) };
}

export function planBy({ below, once, pick }: Chance): Plan {
  const usual: Plan = Array.from({ length: below(7) }, () => ({
    after: below(LONG),
    what: once(3)
      ? { to: "command", signal: pick(TO_COMMAND) }
      : { to: "curfew", signal: pick<(typeof TO_CURFEW)[number]>(TO_CURFEW) },
  }));
  if (!once(8)) return usual;
  const signal = pick<"dies" | "hangs">(["dies", "hangs"]);
  return [...usual, { after: below(2 * LONG), what: { to: "guardian", signal } }];
}
