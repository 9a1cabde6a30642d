/** What `curfew show` writes. */
export type ShowFormat = "text" | "svg" | "html" | "markdown";

/** What the user asked `curfew show` for. */
export type ShowSpec = {
  /** The events file; `-` stands for standard input. */
  readonly path: string;
  readonly format: ShowFormat;
};

/** What options decide: all of a `ShowSpec` except the file. */
export type ShowFields = Omit<ShowSpec, "path">;

export const SHOW_DEFAULTS: ShowFields = { format: "text" };
