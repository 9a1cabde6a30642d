// Options about what curfew passes on between the command and its caller.
import type { KeepOutput, Relaying } from "../../spec/relay.ts";
import { LONGEST_SIDE } from "../../spec/relay.ts";
import type { Fields } from "../../spec/spec.ts";
import { formatSize, parseSize } from "../../values/size.ts";
import type { Option } from "./option.ts";
import { optional, value } from "./option.ts";
import type { Value } from "./values.ts";
import { DELAY, parseWhole } from "./values.ts";

const TERMINAL_SIZE: Value<Relaying["pty"]> = {
  metavar: "SIZE",
  code: "bad_size",
  expected: `columns and rows such as 80x24, each from 1 to ${LONGEST_SIDE}`,
  parse: (text) => {
    const sideOf = (part: string) => parseWhole(part, 1, LONGEST_SIDE);
    const [columns, rows, ...rest] = text.split("x").map(sideOf);
    if (columns === undefined || rows === undefined || rest.length > 0) return undefined;
    return { columns, rows };
  },
  format: (pty) => (typeof pty === "object" ? `${pty.columns}x${pty.rows}` : String(pty)),
};

/** The option of `run` and `init`: under `timeout` a user who has typed ^Z could not leave. */
export const PTY_OPTION: Option<Fields> = optional({
  long: "--pty",
  heading: "Input and output",
  usually: "off",
  key: "pty",
  takes: TERMINAL_SIZE,
  bare: true,
  help: "give the command a terminal of its own, such as 80x24",
});

/** How much of each output is passed on. */
const KEEP_OUTPUT: Value<KeepOutput | undefined> = {
  metavar: "HEAD,TAIL",
  code: "bad_size",
  expected: "two sizes such as 8M,8M: how much of the beginning, and of the end",
  parse: (text) => {
    const [head, tail, ...rest] = text.split(",").map(parseSize);
    if (head === undefined || tail === undefined || rest.length > 0) return undefined;
    return { head, tail };
  },
  format: (kept) => (kept === undefined ? "" : `${formatSize(kept.head)},${formatSize(kept.tail)}`),
};

/** For a program that starts curfew, as the Node library does. No help and no message has them. */
export const KEPT_OPTIONS: readonly Option<Fields>[] = [
  value({
    long: "--keep-output",
    key: "keepOutput",
    takes: KEEP_OUTPUT,
    help: "pass on the beginning of each output at once, and its end at the end",
  }),
  value({
    long: "--pipe-drain",
    key: "pipeDrain",
    takes: DELAY,
    help: "how long a pipe is read that a process still holds at the end (default 500ms)",
  }),
];
