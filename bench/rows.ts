// The table: what each row shows, and what curfew has promised there.

import type { Times } from "./figures.ts";
import {
  type AllFigures,
  type Figures,
  type Held,
  type Leaks,
  medianOf,
  type Name,
} from "./figures.ts";
import { COUNT as ORPHANS } from "./orphans.ts";
import { RESTARTS } from "./restarting.ts";
import { median, percentile, ratio } from "./statistics.ts";
import { FILES } from "./watching.ts";

/** A promise about some columns; `atMost` is undefined where it was not measured. */
export type Budget = {
  readonly of: readonly Name[];
  readonly atMost: (all: AllFigures) => number | undefined;
};

export type Row = {
  readonly title: string;
  readonly decimals: number;
  readonly figure: (of: Figures, all: AllFigures) => number | undefined;
  readonly budget?: Budget;
};

const MILLISECOND = 1e6;
const MEGABYTE = 1e6;
const OURS: readonly Name[] = ["curfew", "run", "init"];
/** Those that know a limit, as timeout(1) does. */
const LIMITERS: readonly Name[] = ["curfew", "run"];

/** A row is shown in a larger unit than it is measured in. */
function inUnits(figure: number | undefined, unit: number): number | undefined {
  return ratio(figure, unit);
}

const atMost = (limit: number, of: readonly Name[] = OURS): Budget => ({ of, atMost: () => limit });

/** So many times what another program needs. */
function atMostTimes(limit: number, to: Name, times: Times, of: readonly Name[] = OURS): Budget {
  const scaled = (figure: number | undefined) => figure && (figure * limit) / MILLISECOND;
  return { of, atMost: (all) => scaled(medianOf(all, to, times)) };
}

function time(title: string, times: Times, share: number, budget?: Budget): Row {
  const figure = (of: Figures) => inUnits(percentile(of[times], share), MILLISECOND);
  return { title, decimals: 3, figure, ...(budget && { budget }) };
}

/** A median in proportion to another program's. */
function proportion(title: string, times: Times, to: Name, budget: Budget): Row {
  const figure = (of: Figures, all: AllFigures) =>
    ratio(median(of[times]), medianOf(all, to, times));
  return { title: `${title}: median / ${to}`, decimals: 2, figure, budget };
}

/** From the signal to the end of the last process of a tree. */
function ending(title: string, times: Times, limit?: number): readonly Row[] {
  const figure = (share: number) => (of: Figures) =>
    inUnits(percentile(of[times], share), MILLISECOND);
  const budget = limit === undefined ? {} : { budget: atMost(limit) };
  return [
    { title: `end ${title}: median, ms`, decimals: 1, figure: figure(0.5), ...budget },
    { title: `end ${title}: max, ms`, decimals: 1, figure: figure(1) },
  ];
}

/** The delay of the first signal by a look at the tree, which may be 5 ms. */
function looking(what: string, times: Times): readonly Row[] {
  const title = `look before the signal, ${what}`;
  return [
    time(`${title}: median, ms`, times, 0.5, atMost(5, ["run"])),
    time(`${title}: max, ms`, times, 1),
  ];
}

function bytes(title: string, figure: Row["figure"], limit?: number): Row {
  const inMegabytes: Row["figure"] = (of, all) => inUnits(figure(of, all), MEGABYTE);
  const budget = limit === undefined ? {} : { budget: atMost(limit) };
  return { title: `${title}, MB`, decimals: 2, figure: inMegabytes, ...budget };
}

function leaks(where: string, kind: "leaks" | "leaksOfCgroups"): readonly Row[] {
  const row = (what: keyof Leaks, of: string): Row => ({
    title: `1000 runs${where}: ${of}`,
    decimals: 0,
    figure: (figures) => figures[kind]?.[what],
    budget: atMost(0),
  });
  return [
    row("zombies", "zombies left"),
    row("alive", "processes left"),
    row("descriptors", "descriptors left"),
    row("directories", "cgroups left"),
  ];
}

type OrphanKind = "orphansOfFirst" | "orphansOfFirstAtOnce" | "orphans" | "orphansAtOnce";

function orphans(title: string, kind: OrphanKind, budget?: Budget): readonly Row[] {
  const of = `${ORPHANS} orphans ${title}`;
  const milliseconds = (what: "reaped" | "behind") => (figures: Figures) =>
    inUnits(median(figures[kind]?.[what] ?? []), MILLISECOND);
  const first = { title: `${of}: median, ms`, decimals: 0, figure: milliseconds("reaped") };
  return [
    { ...first, ...(budget && { budget }) },
    { title: `${of}: behind the last, ms`, decimals: 1, figure: milliseconds("behind") },
    {
      title: `${of}: left`,
      decimals: 0,
      figure: (figures) => figures[kind]?.left,
      budget: atMost(0),
    },
  ];
}

/** What it holds after many generations, and how much of that after the tenth one. */
function aged(title: string, kind: "aged" | "agedReady"): readonly Row[] {
  const of = `${RESTARTS} restarts${title}`;
  const grown = (what: keyof Held) => (figures: Figures) => {
    const found = figures[kind];
    return found && found.late[what] - found.early[what];
  };
  const late = (what: keyof Held) => (figures: Figures) => figures[kind]?.late[what];
  return [
    bytes(`${of}: resident`, late("resident")),
    bytes(`${of}: private dirty`, late("privateDirty"), 0.5),
    bytes(`${of}: since the 10th`, grown("anonymous"), 0.05),
    {
      title: `${of}: descriptors since the 10th`,
      decimals: 0,
      figure: grown("descriptors"),
      // The clock for deadlines is opened when the first one is waited for.
      budget: atMost(1),
    },
    { title: `${of}: children`, decimals: 0, figure: late("children"), budget: atMost(1) },
  ];
}

export const ROWS: readonly Row[] = [
  time("wall: min, ms", "wall", 0),
  time("wall: p25, ms", "wall", 0.25),
  time("wall: median, ms", "wall", 0.5),
  time("wall: p75, ms", "wall", 0.75),
  time("wall: p99, ms", "wall", 0.99),
  proportion("wall", "wall", "GNU", atMost(0.85, LIMITERS)),
  proportion("wall", "wall", "dumb-init", atMost(1.1)),
  proportion("wall", "wall", "curfew", atMost(1.05, ["tenfold"])),
  time("wall in C.UTF-8: median, ms", "wallInLocale", 0.5),
  proportion("wall in C.UTF-8", "wallInLocale", "GNU", atMost(0.85, LIMITERS)),
  proportion("wall in C.UTF-8", "wallInLocale", "dumb-init", atMost(1.1)),
  time("wall as first process: median, ms", "wallAsFirst", 0.5),
  time("wall as first process: p99, ms", "wallAsFirst", 0.99),
  proportion("wall as first process", "wallAsFirst", "dumb-init", atMost(1.1)),
  { title: "page faults: median", decimals: 0, figure: ({ faults }) => median(faults) },
  bytes("waiting: resident", ({ idle }) => idle?.resident, 2.5),
  bytes("waiting: private dirty", ({ idle }) => idle?.privateDirty, 0.5),
  bytes("waiting: proportional", ({ idle }) => idle?.proportional),
  {
    title: "waiting: switches in 2 s",
    decimals: 0,
    figure: ({ idle }) => idle?.switches,
    budget: atMost(0),
  },
  {
    title: `watching ${FILES} files: switches in 2 s`,
    decimals: 0,
    figure: ({ watching }) => watching?.switches,
    budget: atMost(0),
  },
  bytes(`watching ${FILES} files: private dirty`, ({ watching }) => watching?.privateDirty, 0.5),
  time("exit latency: median, ms", "exitLatency", 0.5, atMostTimes(1, "GNU", "exitLatency")),
  time("exit latency: p99, ms", "exitLatency", 0.99),
  time("forwarding: median, ms", "forwarded", 0.5, atMostTimes(2, "tini", "forwarded")),
  time("forwarding: p99, ms", "forwarded", 0.99, atMost(1)),
  time("forwarding with a value: median, ms", "queued", 0.5),
  time("forwarding with a value: p99, ms", "queued", 0.99, atMost(1)),
  time("restart, the old one first: median, ms", "restart", 0.5, atMost(5)),
  time("restart, the old one first: p99, ms", "restart", 0.99),
  time("restart, the new one first: median, ms", "restartReady", 0.5, atMost(5)),
  time("restart, the new one first: p99, ms", "restartReady", 0.99),
  ...aged("", "aged"),
  ...aged(", the new one first", "agedReady"),
  ...orphans("as first process", "orphansOfFirst"),
  ...orphans("at once as first process", "orphansOfFirstAtOnce", atMost(1000)),
  ...orphans("as subreaper", "orphans"),
  ...orphans("at once as subreaper", "orphansAtOnce", atMost(1000)),
  time("expiry lateness, 0.05 s: median, ms", "lateness", 0.5),
  time("expiry lateness, 0.05 s: p99, ms", "lateness", 0.99),
  time("expiry lateness, 1 s: median, ms", "longLateness", 0.5),
  ...ending("1000 in one group", "endGroup", 100),
  ...ending("1000 sessions, flat", "endFlat", 100),
  ...ending("1000 sessions, binary", "endBinary", 100),
  ...ending("1000 sessions, flat, by KILL", "endFlatByKill", 100),
  ...ending("1000 sessions, binary, by KILL", "endBinaryByKill", 100),
  ...ending("hydra of 100, by KILL", "endHydra"),
  ...ending("bomb of 300, by KILL", "endBomb"),
  time("kill -9, 100 sessions: median, ms", "endKilled", 0.5),
  time("kill -9, 100 sessions: max, ms", "endKilled", 1, atMost(200)),
  ...looking("1 process", "lookAtOne"),
  ...looking("10 processes", "lookAtTen"),
  ...looking("100 processes", "lookAtHundred"),
  ...looking("1000 processes", "lookAtThousand"),
  ...looking("/proc that blocks", "lookAtBlocked"),
  time("inspect of 100 processes: median, ms", "inspected", 0.5),
  time("kill of one process: median, ms", "killed", 0.5),
  time("kill of one process: p99, ms", "killed", 0.99),
  time("10 GB through a pipe, --idle-timeout: median, ms", "relayed", 0.5),
  proportion("10 GB through a pipe", "relayed", "bare", atMost(1 / 0.9, ["run"])),
  time("200 at once: median, ms", "crowd", 0.5, atMostTimes(1, "GNU", "crowd")),
  bytes("200 at once: private dirty of one", ({ share }) => share?.privateDirty, 0.5),
  bytes("200 at once: proportional of one", ({ share }) => share?.proportional),
  ...leaks("", "leaks"),
  ...leaks(" in a cgroup", "leaksOfCgroups"),
  {
    title: "executable, bytes",
    decimals: 0,
    figure: ({ executable }) => executable,
    budget: atMost(3 * MEGABYTE),
  },
  { title: "TypeScript, bundled, bytes", decimals: 0, figure: ({ bundle }) => bundle },
];
