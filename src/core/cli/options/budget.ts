// Options about an end by the time of day, by stdin, or in view of a curfew above.
import type { InheritedDeadline } from "../../spec/budget.ts";
import { DEADLINE, DEADLINE_FROM } from "../../spec/budget.ts";
import type { UsageError } from "../../spec/error.ts";
import { usageError } from "../../spec/error.ts";
import type { Fields } from "../../spec/spec.ts";
import type { Env } from "../../values/locale.ts";
import { PID_MAX } from "../../values/pid.ts";
import type { WallTime } from "../../values/wall-time.ts";
import { formatEpochSeconds, parseEpochSeconds, parseWallTime } from "../../values/wall-time.ts";
import type { Option } from "./option.ts";
import { flag, value } from "./option.ts";
import type { Value } from "./values.ts";
import { DURATION } from "./values.ts";

export const TIME: Value<WallTime | undefined> = {
  metavar: "TIME",
  unset: "none",
  code: "bad_time",
  expected:
    "a time such as 2027-01-31T17:30:00Z or 2027-01-31T18:30:00+01:00, or @ and seconds since 1970",
  parse: parseWallTime,
  format: (time) => (time === undefined ? "" : `@${formatEpochSeconds(time)}`),
};

/** The options of `run` and `init` about an end by the time of day, and about signs of life. */
export const BUDGET_OPTIONS: readonly Option<Fields>[] = [
  value({
    long: "--until",
    heading: "Time limits",
    key: "until",
    takes: TIME,
    help: "terminate the tree if the command still runs at this date and time",
  }),
  flag({
    long: "--propagate-deadline",
    heading: "Time limits",
    key: "propagatesDeadline",
    value: true,
    help: "tell the command when the time limit passes, in CURFEW_DEADLINE",
  }),
  flag({
    long: "--ignore-deadline",
    heading: "Time limits",
    key: "ignoresDeadline",
    value: true,
    help: "do not obey CURFEW_DEADLINE in curfew's own environment",
  }),
  value({
    long: "--heartbeat",
    heading: "Reports",
    key: "heartbeat",
    takes: DURATION,
    usually: "off",
    help: "print the state of the run on stderr when nothing was printed for this time",
  }),
];

export const END_WITH_STDIN: Option<Fields> = flag({
  long: "--end-with-stdin",
  heading: "Ending",
  key: "endsWithStdin",
  value: true,
  help: "terminate the tree when the last writer of stdin is gone",
});

/**
 * The deadline that the environment hands down; undefined: none. Without the variable that says
 * whose deadline it is, no process can be above curfew for which it holds.
 */
export function inheritedDeadline(env: Env): InheritedDeadline | UsageError | undefined {
  const text = env(DEADLINE);
  if (text === undefined || text === "") return undefined;
  const from = env(DEADLINE_FROM);
  const at = parseEpochSeconds(text);
  if (at === undefined) {
    const expected = "seconds since 1970, such as 1800000000.5";
    return usageError("bad_time", { part: DEADLINE, given: text, expected });
  }
  if (from === undefined || from === "") return undefined;
  const [, pid = "", startTime = ""] = /^(\d{1,10}):(\d{1,15})$/.exec(from) ?? [];
  const identity = { pid: Number(pid), startTime: Number(startTime) };
  if (startTime !== "" && identity.pid >= 1 && identity.pid <= PID_MAX) {
    return { at, from: identity };
  }
  const expected = "PID:START_TIME, such as 4711:123456";
  return usageError("bad_pid", { part: DEADLINE_FROM, given: from, expected });
}
