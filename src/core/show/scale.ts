import { shortText } from "./time-words.ts";

/** From the time of a run to a place in its drawing, 0 to 1. */
export type Scale = {
  readonly placeOf: (ms: number) => number;
  readonly ticks: readonly { readonly place: number; readonly label: string }[];
  /** Where the scale changes: what comes before it is drawn shorter. */
  readonly brokenAt: number | undefined;
};

/** An end that takes less than this share of the run is drawn with `ZOOMED` of the width. */
const SHORT = 0.25;
const ZOOMED = 0.4;
/** Ticks are at least so far apart. */
const APART = 0.1;

/** The scale of a run that ended after `total`. `ending`: when its end began, if that is known. */
export function scaleOf(total: number, ending: number | undefined): Scale {
  const end = Math.max(total, 1);
  const isZoomed = ending !== undefined && ending < end && end - ending < SHORT * end;
  const knee = isZoomed ? ending : end;
  const share = isZoomed ? 1 - ZOOMED : 1;
  const placeOf = (ms: number) => {
    const within = Math.min(Math.max(ms, 0), end);
    if (within <= knee) return (within / knee) * share;
    return share + ((within - knee) / (end - knee)) * (1 - share);
  };
  const wanted = [0, end, knee, ...multiples(0, knee, share), ...multiples(knee, end, 1 - share)];
  const ticks: { place: number; label: string }[] = [];
  for (const ms of wanted) {
    const [place, label] = [placeOf(ms), shortText(ms)];
    const isApart = ticks.every((tick) => Math.abs(tick.place - place) >= APART);
    if (isApart && ticks.every((tick) => tick.label !== label)) ticks.push({ place, label });
  }
  ticks.sort((one, other) => one.place - other.place);
  return { placeOf, ticks, brokenAt: isZoomed ? share : undefined };
}

const MINUTE = 60_000;
const LONG_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440].map((one) => one * MINUTE);

/** Round times between two instants, for a drawing that has this share of the width. */
function multiples(begin: number, end: number, share: number): readonly number[] {
  // No label shows less than a millisecond.
  const least = Math.max(1, (end - begin) / Math.max(1, share / APART / 1.5));
  const power = 10 ** Math.floor(Math.log10(least));
  const decimal = [1, 2, 5, 10].map((one) => one * power).find((step) => step >= least) ?? least;
  const step = decimal < MINUTE ? decimal : (LONG_STEPS.find((one) => one >= least) ?? decimal);
  const first = Math.floor(begin / step) + 1;
  const count = Math.min(20, Math.max(0, Math.ceil(end / step) - first));
  return Array.from({ length: count }, (_, index) => (first + index) * step);
}
