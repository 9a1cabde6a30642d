// What is said about many runs: order statistics, each of them a figure that was measured.

/** The nearest-rank percentile, `share` from 0 (the least) to 1 (the greatest). */
export function percentile(figures: readonly number[], share: number): number | undefined {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

export function median(figures: readonly number[]): number | undefined {
  return percentile(figures, 0.5);
}

/** Undefined where one of the two was not measured. */
export function ratio(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}
