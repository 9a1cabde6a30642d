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
  readonly descriptors: readonly number[];
  readonly title: readonly string[];
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
  "descriptors",
  "title",
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
export const LEADS = ["nothing", "session", "group"] as const;

/** Values by their names, as a list in the order of the names. */
export function inOrder<Name extends string, Value>(
  names: readonly Name[],
  values: Readonly<Record<Name, Value>>,
): readonly Value[] {
  return names.map((name) => values[name]);
}
