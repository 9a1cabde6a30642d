// How often a row runs: a few times in `npm test`, many times where the outcome is a race.
export const IS_LONG: boolean = process.env.CURFEW_ADVERSARIES === "long";

const RACES = 30;
const OTHERS = 5;

export function times(isRacing = false): number {
  if (!IS_LONG) return 1;
  return isRacing ? RACES : OTHERS;
}

/** One number in `npm test`, another where there is time. */
export function many(short: number, long: number): number {
  return IS_LONG ? long : short;
}
