import type { InspectFields } from "../../spec/inspect-spec.ts";
import { FOLLOW } from "../../spec/inspect-spec.ts";
import { JSON_ROW } from "./kill.ts";
import type { Option } from "./option.ts";
import { flag, optional } from "./option.ts";
import { PRINTS } from "./options.ts";
import { INTERVAL } from "./values.ts";

/** The options of `inspect`. */
export const INSPECT_OPTIONS: readonly Option<InspectFields>[] = [
  flag(JSON_ROW),
  optional({
    long: "--follow",
    heading: "Reports",
    key: "follow",
    takes: INTERVAL,
    bare: FOLLOW,
    help: "look again every second (or DURATION), until Ctrl-C",
  }),
  ...PRINTS,
];
