/** What is done on a model kernel, and what is to come of it: compared as a whole. */
export type Row = readonly [name: string, act: () => unknown, expected: unknown];
