// What is measured, and of which program.
import { median } from "./statistics.ts";

/** The columns of the table: no supervisor, curfew, another build, its other forms, the peers. */
export const NAMES = [
  "bare",
  "curfew",
  "against",
  "run",
  "init",
  "tenfold",
  "cold",
  "GNU",
  "uutils",
  "tini",
  "dumb-init",
] as const;
export type Name = (typeof NAMES)[number];

/** Of all processes of a supervisor together, while its command waits. */
export type Idle = {
  readonly resident: number;
  readonly privateDirty: number;
  readonly proportional: number;
  /** Context switches in the time that was watched. */
  readonly switches: number;
};

/** Of each of many that wait at the same time. */
export type Share = Omit<Idle, "resident" | "switches">;

/** What became of many orphans: in all runs together; of the times, one of each run. */
export type Orphans = {
  /** From the first one's making until the last one was reaped. */
  readonly reaped: readonly number[];
  /** How much of that was after the last one's making. */
  readonly behind: readonly number[];
  /** Orphans that no process reaped. */
  readonly left: number;
};

/** What a supervisor holds that has begun many generations. */
export type Held = {
  /** In bytes, of all its processes together; `anonymous`: shared pages once. */
  readonly resident: number;
  readonly privateDirty: number;
  readonly anonymous: number;
  readonly descriptors: number;
  readonly children: number;
};

/** Early in its life, and late. */
export type Aged = { readonly early: Held; readonly late: Held };

/** What many runs one after the other leave behind. */
export type Leaks = {
  /** Ended processes that no process reaped, and processes that lived on. */
  readonly zombies: number;
  readonly alive: number;
  /** In the caller, and in the commands. */
  readonly descriptors: number;
  readonly directories: number;
};

/** Times in nanoseconds, sizes in bytes. Empty or undefined where there is nothing to measure. */
export type Figures = {
  readonly wall: readonly number[];
  /** The same with a locale in the environment, which some peers load. */
  readonly wallInLocale: readonly number[];
  readonly faults: readonly number[];
  readonly exitLatency: readonly number[];
  /** From the limit to the end; the second after a limit twenty times as long. */
  readonly lateness: readonly number[];
  readonly longLateness: readonly number[];
  readonly idle: Idle | undefined;
  readonly executable: number | undefined;
  readonly bundle: number | undefined;
  /** From a signal to the command's getting it. */
  readonly forwarded: readonly number[];
  /** The same of a signal with a value, which has to arrive, too. */
  readonly queued: readonly number[];
  /** As the first process of a PID namespace. */
  readonly wallAsFirst: readonly number[];
  /** Each made by a parent of its own, and all by one; as the first process, and as a subreaper. */
  readonly orphansOfFirst: Orphans | undefined;
  readonly orphansOfFirstAtOnce: Orphans | undefined;
  readonly orphans: Orphans | undefined;
  readonly orphansAtOnce: Orphans | undefined;
  /** From the request for a new generation to its first answer: the old one ends first, or last. */
  readonly restart: readonly number[];
  readonly restartReady: readonly number[];
  readonly aged: Aged | undefined;
  readonly agedReady: Aged | undefined;
  /** While a directory is watched. */
  readonly watching: Idle | undefined;
  /** From the signal that ends a tree to the end of its last process, one for each kind of tree. */
  readonly endGroup: readonly number[];
  readonly endFlat: readonly number[];
  readonly endBinary: readonly number[];
  /** The rest by SIGKILL at once; the first three get a signal that they may catch. */
  readonly endFlatByKill: readonly number[];
  readonly endBinaryByKill: readonly number[];
  readonly endHydra: readonly number[];
  readonly endBomb: readonly number[];
  /** The same where SIGKILL ends the supervisor. */
  readonly endKilled: readonly number[];
  /** One process that `curfew kill` ends, from the start of that to its end. */
  readonly killed: readonly number[];
  /** How much later the first signal of a limit comes because the tree is looked at. */
  readonly lookAtOne: readonly number[];
  readonly lookAtTen: readonly number[];
  readonly lookAtHundred: readonly number[];
  readonly lookAtThousand: readonly number[];
  /** The same where a file of /proc never answers. */
  readonly lookAtBlocked: readonly number[];
  /** `curfew inspect` of a hundred processes. */
  readonly inspected: readonly number[];
  /** Many at the same time: how much longer than one command all of them take; memory of one. */
  readonly crowd: readonly number[];
  readonly share: Share | undefined;
  /** Much output through a pipe. */
  readonly relayed: readonly number[];
  readonly leaks: Leaks | undefined;
  readonly leaksOfCgroups: Leaks | undefined;
};

export const NOTHING: Figures = {
  wall: [],
  wallInLocale: [],
  faults: [],
  exitLatency: [],
  lateness: [],
  longLateness: [],
  idle: undefined,
  executable: undefined,
  bundle: undefined,
  forwarded: [],
  queued: [],
  wallAsFirst: [],
  orphansOfFirst: undefined,
  orphansOfFirstAtOnce: undefined,
  orphans: undefined,
  orphansAtOnce: undefined,
  restart: [],
  restartReady: [],
  aged: undefined,
  agedReady: undefined,
  watching: undefined,
  endGroup: [],
  endFlat: [],
  endBinary: [],
  endFlatByKill: [],
  endBinaryByKill: [],
  endHydra: [],
  endBomb: [],
  endKilled: [],
  killed: [],
  lookAtOne: [],
  lookAtTen: [],
  lookAtHundred: [],
  lookAtThousand: [],
  lookAtBlocked: [],
  inspected: [],
  crowd: [],
  share: undefined,
  relayed: [],
  leaks: undefined,
  leaksOfCgroups: undefined,
};

/** The kinds of figures that are times of many runs. */
export type Times = Exclude<
  {
    [Kind in keyof Figures]: Figures[Kind] extends readonly number[] ? Kind : never;
  }[keyof Figures],
  "faults"
>;

export type AllFigures = ReadonlyMap<Name, Figures>;

/** What one kind of measurement found, and what it could not measure here, with the reason. */
export type Found = {
  readonly figures: ReadonlyMap<Name, Partial<Figures>>;
  readonly missing?: readonly string[];
};

/** Puts together what was found of each program. */
export function merge(names: readonly Name[], all: readonly Found[]): AllFigures {
  const of = (name: Name) => all.map(({ figures }) => figures.get(name) ?? {});
  return new Map(names.map((name) => [name, Object.assign({ ...NOTHING }, ...of(name))]));
}

/** The median of one program's figures, to set others in proportion to. */
export function medianOf(all: AllFigures, name: Name, kind: Times): number | undefined {
  return median(all.get(name)?.[kind] ?? []);
}
