// What crosses the window as a list. A name stands for its place in the list; the enums of
// native/src/window/fields.rs have the same names in the same order, and a test compares the two.

/** What `spawn` is told. */
export type SpawnFields = {
  readonly files: readonly string[];
  readonly argv: readonly string[];
  readonly shell: string;
  /** In the order of `SPAWN_SETTINGS`. */
  readonly settings: readonly number[];
  readonly limits: readonly number[];
  readonly cgroups: readonly string[];
  readonly variables: readonly string[];
  readonly own: readonly string[];
  readonly above: readonly string[];
  readonly descriptors: readonly number[];
  readonly title: readonly string[];
  /** The command's working directory; empty: curfew's. */
  readonly folder: string;
};

export const SPAWN_FIELDS: readonly (keyof SpawnFields)[] = [
  "files",
  "argv",
  "shell",
  "settings",
  "limits",
  "cgroups",
  "variables",
  "own",
  "above",
  "descriptors",
  "title",
  "folder",
];

/** The numbers among them. */
export const SPAWN_SETTINGS = [
  "scope",
  "leads",
  "group",
  "namespaces",
  "user",
  "userGroup",
  "hasLeaf",
  "terminal",
  "saysReaped",
  "stuckLimit",
  "looksForForeign",
  "continuesStoppedOnly",
  "tellsStart",
] as const;

/** What the relay is told. Sizes in bytes; below 0: without end. */
export const RELAY_FIELDS = [
  /** What both outputs may pass on together. */
  "total",
  /** Of each output: what is passed on at once, and how much of the rest is kept until the end. */
  "head",
  "tail",
  /** curfew's controlling terminal; -1: none is known. */
  "terminal",
  /** The size of the command's own terminal; 0: as curfew's; below 0: it gets none. */
  "columns",
  "rows",
] as const;

/** What the guardian does without the supervisor. */
export const WILL_FIELDS = [
  "signal",
  "grace",
  "sweepLimit",
  "signalAt",
  "sweepAt",
  "staysForLeftovers",
  "settleQuiet",
  "settleLimit",
] as const;

/** What a sweep reaches. */
export const SCOPES = ["child", "group", "tree"] as const;

/** What the command leads. */
export const LEADS = ["nothing", "session", "group", "terminal"] as const;

/** The places of names in their list: a list is filled by them. */
function placesOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name, place) => [name, place])) as Record<Name, number>;
}

export const FIELD: Readonly<Record<keyof SpawnFields, number>> = placesOf(SPAWN_FIELDS);
export const SETTING: Readonly<Record<(typeof SPAWN_SETTINGS)[number], number>> =
  placesOf(SPAWN_SETTINGS);
export const RELAY: Readonly<Record<(typeof RELAY_FIELDS)[number], number>> =
  placesOf(RELAY_FIELDS);
export const WILL: Readonly<Record<(typeof WILL_FIELDS)[number], number>> = placesOf(WILL_FIELDS);
