export type ShowFormat = "text" | "svg" | "html" | "markdown";

/** What the user asked `curfew show` for. */
export type ShowSpec = {
  /** The events file; `-` stands for standard input. */
  readonly path: string;
  readonly format: ShowFormat;
};

export const SHOW_DEFAULTS: Omit<ShowSpec, "path"> = { format: "text" };
