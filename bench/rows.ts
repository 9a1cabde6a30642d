// The table: what each row shows, and what curfew has promised there (DESIGN's budgets).
import { type AllFigures, type Figures, medianOf, type Name, type Times } from "./figures.ts";
import { median, percentile, ratio } from "./statistics.ts";

/** A promise about one column; `atMost` is undefined where it was not measured. */
export type Budget = {
  readonly of: Name;
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

/** A row is shown in a larger unit than it is measured in. */
function inUnits(figure: number | undefined, unit: number): number | undefined {
  return ratio(figure, unit);
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

const curfewAtMost = (limit: number): Budget => ({ of: "curfew", atMost: () => limit });

const AS_GNU: Budget = {
  of: "curfew",
  atMost: (all) => inUnits(medianOf(all, "GNU", "exitLatency"), MILLISECOND),
};

export const ROWS: readonly Row[] = [
  time("wall: min, ms", "wall", 0),
  time("wall: p25, ms", "wall", 0.25),
  time("wall: median, ms", "wall", 0.5),
  time("wall: p75, ms", "wall", 0.75),
  time("wall: p99, ms", "wall", 0.99),
  proportion("wall", "wall", "GNU", curfewAtMost(0.8)),
  proportion("wall", "wall", "dumb-init", curfewAtMost(1)),
  proportion("wall", "wall", "curfew", { of: "tenfold", atMost: () => 1.05 }),
  time("wall in C.UTF-8: median, ms", "wallInLocale", 0.5),
  proportion("wall in C.UTF-8", "wallInLocale", "GNU", curfewAtMost(0.8)),
  proportion("wall in C.UTF-8", "wallInLocale", "dumb-init", curfewAtMost(1)),
  { title: "page faults: median", decimals: 0, figure: ({ faults }) => median(faults) },
  {
    title: "waiting: resident, MB",
    decimals: 2,
    figure: ({ idle }) => inUnits(idle?.resident, MEGABYTE),
  },
  {
    title: "waiting: private dirty, MB",
    decimals: 2,
    figure: ({ idle }) => inUnits(idle?.privateDirty, MEGABYTE),
    budget: curfewAtMost(0.5),
  },
  {
    title: "waiting: switches in 2 s",
    decimals: 0,
    figure: ({ idle }) => idle?.switches,
    budget: curfewAtMost(0),
  },
  time("exit latency: median, ms", "exitLatency", 0.5, AS_GNU),
  time("exit latency: p99, ms", "exitLatency", 0.99),
  time("expiry lateness, 0.05 s: median, ms", "lateness", 0.5),
  time("expiry lateness, 0.05 s: p99, ms", "lateness", 0.99),
  time("expiry lateness, 1 s: median, ms", "longLateness", 0.5),
  {
    title: "executable, bytes",
    decimals: 0,
    figure: ({ executable }) => executable,
    budget: curfewAtMost(3 * MEGABYTE),
  },
  { title: "TypeScript, bundled, bytes", decimals: 0, figure: ({ bundle }) => bundle },
];
