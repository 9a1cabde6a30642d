/** An act on a model kernel and its expected result, which are compared as a whole. */
export type Row = readonly [name: string, act: () => unknown, expected: unknown];
