/** The first and the last values of a sequence that may be too long to be kept. */
export type Kept<T> = {
  readonly first: T[];
  /** A ring: `next` is the place of the oldest value once it is full. */
  readonly last: T[];
  next: number;
  omitted: number;
};

export function keptNothing<T>(): Kept<T> {
  return { first: [], last: [], next: 0, omitted: 0 };
}

/** Keeps a value; of all values, the first `most` and the last `most` stay. */
export function keep<T>(kept: Kept<T>, value: T, most: number): void {
  const { first, last } = kept;
  if (first.length < most) first.push(value);
  else if (last.length < most) last.push(value);
  else {
    last[kept.next] = value;
    kept.next = (kept.next + 1) % most;
    kept.omitted += 1;
  }
}

/** The last values, the oldest first. */
export function lastOf<T>({ last, next }: Kept<T>): readonly T[] {
  return [...last.slice(next), ...last.slice(0, next)];
}
