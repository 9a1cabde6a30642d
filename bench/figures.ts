// What is measured of whom.
import { median } from "./statistics.ts";

/** The columns of the table: no supervisor, curfew in three forms, the peers. */
export const NAMES = [
  "bare",
  "curfew",
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
  /** Context switches in the time that was watched. */
  readonly switches: number;
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
};

/** The kinds of figures that are times of many runs. */
export type Times = Exclude<
  {
    [Kind in keyof Figures]: Figures[Kind] extends readonly number[] ? Kind : never;
  }[keyof Figures],
  "faults"
>;

export type AllFigures = ReadonlyMap<Name, Figures>;

/** The median of one program's figures, to set others in proportion to. */
export function medianOf(all: AllFigures, name: Name, kind: Times): number | undefined {
  return median(all.get(name)?.[kind] ?? []);
}
