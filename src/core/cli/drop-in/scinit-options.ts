import { GIVEN_KILL_AFTER, INIT_DEFAULTS } from "../../spec/defaults.ts";
import type { Fields, Listen } from "../../spec/spec.ts";
import type { Duration } from "../../values/duration.ts";
import { parseListen } from "../options/listen.ts";
import type { Option } from "../options/option.ts";
import { flag, list, value } from "../options/option.ts";
import { without } from "../options/scan.ts";
import type { Value } from "../options/values.ts";
import { PATH, parseWhole } from "../options/values.ts";

/** The fields that scinit's options set. */
export type ScinitFields = Fields & {
  readonly liveReload: boolean;
  readonly watchPaths: readonly string[];
  readonly ports: readonly (readonly number[])[];
  readonly bindAddress: string;
};

/** Their values if no such option is given. */
export const SCINIT_UNSET: Omit<ScinitFields, keyof Fields> = {
  liveReload: false,
  watchPaths: [],
  ports: [],
  bindAddress: "127.0.0.1",
};

/** The fields of `init`, which accepts scinit's options, if none is given. */
export const INIT_WITH_SCINIT: ScinitFields = { ...INIT_DEFAULTS, ...SCINIT_UNSET };

const PORT_MAX = 65_535;

const PORTS: Value<readonly number[]> = {
  metavar: "PORTS",
  code: "bad_number",
  expected: "ports with commas between them, such as 8080,8081",
  parse: parsePorts,
  format: (ports) => ports.join(","),
};

function parsePorts(text: string): readonly number[] | undefined {
  const ports = text.split(",").map((port) => parseWhole(port, 0, PORT_MAX));
  const known = ports.filter((port) => port !== undefined);
  return known.length < ports.length ? undefined : known;
}

const BIND_ADDRESS: Value<string> = {
  metavar: "HOST",
  code: "bad_address",
  expected: "a number of IPv4 or IPv6, such as 0.0.0.0 or ::1",
  parse: (text) => (addressOf(text, 0)?.at.kind === "tcp" ? text : undefined),
  format: (address) => address,
};

/** The address of a port. `host`: the value of --bind-addr, where IPv6 has no brackets. */
function addressOf(host: string, port: number): Listen | undefined {
  if (host === "" || host.includes("=")) return undefined;
  return parseListen(host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`);
}

/** A duration that is written as a whole number of units of `us` microseconds. */
export function wholeOf(unit: string, us: number, least: number = 0): Value<Duration> {
  const most = Math.floor(Number.MAX_SAFE_INTEGER / us);
  return {
    metavar: "N",
    unset: "0",
    code: "bad_number",
    expected: `a whole number of ${unit}`,
    parse: (text) => {
      const count = parseWhole(text, 0, most);
      return count === undefined ? undefined : (Math.max(least, count * us) as Duration);
    },
    format: (duration) => String(Math.floor(duration / us)),
  };
}

// scinit's 0 means "at once"; a Duration of 0 would mean "never".
const AT_ONCE = 1;

/** scinit's long names, which `init` accepts, too. */
export const SCINIT_ALIASES: readonly Option<ScinitFields>[] = [
  flag({
    long: "--live-reload",
    key: "liveReload",
    value: true,
    help: "watch the paths of --watch-path, or else the command's own file",
  }),
  list({
    long: "--watch-path",
    key: "watchPaths",
    takes: PATH,
    help: "same as --watch=PATH, with --live-reload",
  }),
  list({
    long: "--ports",
    key: "ports",
    takes: PORTS,
    help: "same as --listen, for each of these ports of --bind-addr",
  }),
  value({
    long: "--bind-addr",
    key: "bindAddress",
    takes: BIND_ADDRESS,
    help: "the address for --ports",
  }),
  value({
    long: "--debounce-ms",
    key: "debounce",
    takes: wholeOf("milliseconds", 1000),
    help: "same as --debounce",
  }),
  value({
    long: "--restart-delay-ms",
    key: "restartDelay",
    takes: wholeOf("milliseconds", 1000),
    help: "same as --restart-delay",
  }),
  value({
    long: "--graceful-timeout-secs",
    key: "killAfter",
    takes: wholeOf("seconds", 1_000_000, AT_ONCE),
    help: "same as --kill-after; 0 = at once",
    also: GIVEN_KILL_AFTER,
  }),
];

/** Resolves scinit's fields in place. Without --live-reload curfew watches nothing (S83). */
export function withScinit(given: ScinitFields, [name = ""]: readonly string[]): Fields {
  const { liveReload, watchPaths, ports, bindAddress, watch, listen } = given;
  const fields: Fields = without(given, "liveReload", "watchPaths", "ports", "bindAddress");
  const watched = watchPaths.length > 0 ? watchPaths : [name];
  if (liveReload) Object.assign(fields, { watch: [...watch, ...watched] });
  if (ports.length === 0) return fields;
  // A port that is given twice is one socket (S78).
  const sockets = [...new Set(ports.flat())].flatMap((port) => addressOf(bindAddress, port) ?? []);
  return Object.assign(fields, { listen: [...listen, ...sockets] });
}
