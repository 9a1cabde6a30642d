import type { ConfigSpec, DoctorSpec, KillFields } from "../../spec/kill-spec.ts";
import { configurationOptions } from "./configuration.ts";
import type { Option } from "./option.ts";
import { flag, value } from "./option.ts";
import { KILL_AFTER_ROW, PRINTS, SIGNAL_ROW, VERBOSE_ROW } from "./options.ts";
import { TICKS } from "./values.ts";

/** The row of `--json`. */
export const JSON_ROW = {
  long: "--json",
  heading: "Reports",
  key: "json",
  value: true,
  help: "print JSON",
} as const;

/** The options of `kill`. */
export const KILL_OPTIONS: readonly Option<KillFields>[] = [
  value(SIGNAL_ROW),
  value(KILL_AFTER_ROW),
  flag({
    long: "--tree",
    heading: "Process tree",
    key: "reach",
    value: "tree",
    help: "terminate each process and its descendants",
    usually: "on",
  }),
  flag({
    long: "--group",
    heading: "Process tree",
    key: "reach",
    value: "group",
    help: "terminate the process group with this number",
  }),
  value({
    long: "--require-start-time",
    heading: "Process tree",
    key: "requireStartTime",
    takes: TICKS,
    help: "only a process with this start time (/proc/PID/stat, field 22)",
  }),
  flag({
    long: "--force",
    heading: "Process tree",
    key: "force",
    value: true,
    help: "also allow PID 1 and ancestors of curfew",
  }),
  flag(JSON_ROW),
  flag({ ...VERBOSE_ROW, help: "report on stderr which signals are sent" }),
  ...PRINTS,
];

/** The options of `doctor`. */
export const DOCTOR_OPTIONS: readonly Option<DoctorSpec>[] = [flag(JSON_ROW), ...PRINTS];

/** The options of `config`. */
export const CONFIG_OPTIONS: readonly Option<ConfigSpec>[] = [
  flag(JSON_ROW),
  ...configurationOptions<ConfigSpec>("~/.config/curfew/config.toml over /etc/curfew/config.toml"),
  ...PRINTS,
];
