/** When the host answers, in seconds; what it answers; what is asked of it then. */
export type KillRow = readonly [seconds: number, answer: string, asks: string];

/** A kill: its name, the request, what is asked first, and its course. We are 100, child of 99. */
export type KillLife = readonly [name: string, call: string, first: string, ...rows: KillRow[]];
