/** Random numbers from a seed. The same seed makes the same numbers in every engine. */
export type Chance = {
  /** A whole number from 0 up to, but not including, `end`. */
  readonly below: (end: number) => number;
  /** True with a probability of one in `times`. */
  readonly once: (times: number) => boolean;
  readonly pick: <T>(choices: readonly T[]) => T;
};

/** The random numbers of a seed: mulberry32, whose every step is exact in 32 bits. */
export function chanceOf(seed: number): Chance {
  let state = seed | 0;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
  const below = (end: number) => Math.floor((next() / 2 ** 32) * end);
  return {
    below,
    once: (times) => below(times) === 0,
    pick: <T>(choices: readonly T[]) => choices[below(choices.length)] as T,
  };
}

/** A checksum of a text: FNV-1a of its code units. */
export function checksum(text: string, from = 0x811c9dc5): number {
  let hash = from;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}
