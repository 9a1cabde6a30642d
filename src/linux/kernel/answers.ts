// What the functions of native code take and answer with, where that is more than a number.

/** A field of `spawn`. */
export type SpawnField = string | readonly string[] | readonly number[];

/** How many bytes were written, and errno; 0: all of them. */
export type Written = readonly [count: number, errno: number];

/** A signal: number, si_code, sender; the sender's user and the value's halves if it was queued. */
export type Arrived = readonly [signal: number, code: number, sender: number, ...queue: number[]];

/** A file: its type (S_IF...), its links, its identity, a text that changes with its content. */
export type FileState = readonly [type: number, links: number, identity: string, content: string];

/** A file in a folder: its mode with its type, its identity, its user and group. */
export type StateAt = readonly [mode: number, identity: string, user: number, group: number];
