import type { UsageCode } from "../../spec/error.ts";
import type { Env } from "../../values/locale.ts";
import type { Value } from "./values.ts";

/** The headings of help, in their order. */
export const HEADINGS = [
  "Time limits",
  "Ending",
  "Process tree",
  "Resource limits",
  "Signals",
  "Sockets and restarts",
  "Input and output",
  "Reports",
  "Configuration",
  "General",
] as const;

export type Heading = (typeof HEADINGS)[number];

/** How an option is written. Some options of tools have no long name. */
export type Names = {
  readonly long?: `--${string}`;
  readonly short?: `-${string}`;
  /** The sentence of `--help` and of the documents, without the default. */
  readonly help: string;
  /** The heading under which help lists the option; without it, the last one. */
  readonly heading?: Heading;
  /** The default in words, where the text of the field's value does not say it. */
  readonly usually?: string;
  /** The long name may be abbreviated, as in GNU tools: to a prefix that no other option has. */
  readonly shortens?: true;
  /** What the option has no effect without. */
  readonly needs?: Need;
};

/** `watch`: for changes; `reload`: later generations; `ready`: they tell when they are ready. */
export type Need = "watch" | "reload" | "ready";

/** An option with a value, which it parses into its field of `F`. */
export type ValueOption<F> = Names & {
  readonly kind: "value";
  readonly key: keyof F;
  readonly metavar: string;
  readonly code: UsageCode;
  readonly expected: string;
  readonly unset?: string;
  readonly choices?: readonly string[];
  /** The option may be given more than once, and each time adds to its field. */
  readonly repeats?: true;
  /** Other fields that the option sets, whatever its value. */
  readonly also?: Partial<F>;
  /** The new value of the field. `fields`: before the option. */
  readonly parse: (text: string, env: Env, fields: F) => F[keyof F] | undefined;
  /** The texts that give the field this value if `parse` reads them one after the other. */
  readonly format: (fields: F) => readonly string[];
};

/** An option whose value may be left out. It follows `=`, and is never the next word. */
export type OptionalOption<F> = Omit<ValueOption<F>, "kind" | "repeats"> & {
  readonly kind: "optional";
  /** The value of the field if the option has no value. */
  readonly bare: F[keyof F];
};

/** An option that sets its field of `F` to a fixed value. */
export type FlagOption<F> = Names & {
  readonly kind: "flag";
  readonly key: keyof F;
  readonly value: F[keyof F];
};

/** An option that adds 1 to its field of `F` each time that it is given. */
export type CountOption<F> = Names & {
  readonly kind: "count";
  readonly key: keyof F;
  /** The new value of the field. `fields`: before the option. */
  readonly next: (fields: F) => F[keyof F];
};

/** An option that prints a text, and nothing is run. */
export type PrintOption = Names & { readonly kind: "print"; readonly prints: Printable };

/** The texts that an option can print; `license` only under the name of tini or catatonit. */
export type Printable = "help" | "version" | "license";

/** A row of a subcommand's table. Parser, `--help` and the documents are made from the rows. */
export type Option<F> =
  | ValueOption<F>
  | OptionalOption<F>
  | FlagOption<F>
  | CountOption<F>
  | PrintOption;

/** Makes a row with a value. A field of another type than the value does not compile. */
export function value<F, K extends keyof F>(
  row: Names & { key: K; takes: Value<F[K]>; also?: Partial<F> },
): Option<F> {
  const { takes, ...names } = row;
  const format = (fields: F) => [takes.format(fields[row.key])];
  return { kind: "value", ...names, ...takes, format };
}

/** Makes a row whose value may be left out. */
export function optional<F, K extends keyof F>(
  row: Names & { key: K; takes: Value<F[K]>; bare: F[K] },
): Option<F> {
  const { takes, ...names } = row;
  const format = (fields: F) => [takes.format(fields[row.key])];
  return { kind: "optional", ...names, ...takes, format };
}

/** The keys of `F` that hold a list of `T`. */
type ListKey<F, T> = { [K in keyof F]: F[K] extends readonly T[] ? K : never }[keyof F];

/** Makes a row that adds a value to a field that is a list. */
export function list<F extends Record<K, readonly T[]>, T, K extends ListKey<F, T>>(
  row: Names & { key: K; takes: Value<T> },
): Option<F> {
  const { takes, ...names } = row;
  return {
    kind: "value",
    repeats: true,
    ...names,
    ...takes,
    parse: (text, env, fields) => {
      const one = takes.parse(text, env);
      const before: readonly T[] = fields[row.key];
      return one === undefined ? undefined : ([...before, one] as readonly T[] as F[K]);
    },
    format: (fields) => fields[row.key].map(takes.format),
  };
}

export function flag<F, K extends keyof F>(row: Names & { key: K; value: F[K] }): Option<F> {
  return { kind: "flag", ...row };
}

/** The keys of `F` that hold a number. */
type NumberKey<F> = { [K in keyof F]: number extends F[K] ? K : never }[keyof F];

export function count<F extends Record<K, number>, K extends NumberKey<F>>(
  row: Names & { key: K },
): Option<F> {
  return { kind: "count", ...row, next: (fields) => (fields[row.key] + 1) as F[K] };
}
