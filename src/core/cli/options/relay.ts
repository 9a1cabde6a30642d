// Options about the command's outputs for a program that starts curfew, as the Node library does.
import type { KeepOutput } from "../../spec/relay.ts";
import type { Fields } from "../../spec/spec.ts";
import { formatSize, parseSize } from "../../values/size.ts";
import type { Option } from "./option.ts";
import { value } from "./option.ts";
import type { Value } from "./values.ts";
import { DELAY } from "./values.ts";

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

/** No help and no message lists them. */
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
