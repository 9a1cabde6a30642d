// The table: what each row shows, and what curfew has promised there (DESIGN's budgets).
import { type AllFigures, type Figures, medianOf, type Name } from "./figures.ts";
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

type Times = "wall" | "exitLatency" | "lateness";

function time(title: string, times: Times, share: number, budget?: Budget): Row {
  const figure = (of: Figures) => inUnits(percentile(of[times], share), MILLISECOND);
  return { title, decimals: 3, figure, ...(budget && { budget }) };
}

/** The median wall time in proportion to another program's. */
function wallRatio(to: Name, budget: Budget): Row {
  const figure = (of: Figures, all: AllFigures) =>
    ratio(median(of.wall), medianOf(all, to, "wall"));
  return { title: `wall: median / ${to}`, decimals: 2, figure, budget };
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
  wallRatio("GNU", curfewAtMost(0.8)),
  wallRatio("dumb-init", curfewAtMost(1)),
  wallRatio("curfew", { of: "tenfold", atMost: () => 1.05 }),
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
  time("expiry lateness: median, ms", "lateness", 0.5),
  time("expiry lateness: p99, ms", "lateness", 0.99),
  {
    title: "executable, bytes",
    decimals: 0,
    figure: ({ executable }) => executable,
    budget: curfewAtMost(3 * MEGABYTE),
  },
  { title: "TypeScript, bundled, bytes", decimals: 0, figure: ({ bundle }) => bundle },
];
