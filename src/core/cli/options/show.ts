import type { ShowFields } from "../../spec/show-spec.ts";
import type { Option } from "./option.ts";
import { flag } from "./option.ts";
import { PRINTS } from "./options.ts";

/** The options of `show`. */
export const SHOW_OPTIONS: readonly Option<ShowFields>[] = [
  flag({ long: "--svg", key: "format", value: "svg", help: "draw a picture, as one file of SVG" }),
  flag({ long: "--html", key: "format", value: "html", help: "write a page, as one file of HTML" }),
  flag({
    long: "--markdown",
    key: "format",
    value: "markdown",
    help: "write Markdown, for instance for the summary of a CI job",
  }),
  ...PRINTS,
];
