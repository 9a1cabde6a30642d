import type { Dialect } from "../../messages/messages.ts";
import { optionPhrase } from "../../messages/phrases.ts";
import type { Fields } from "../../spec/spec.ts";
import type { ExitCode } from "../../spec/status.ts";
import type { Env } from "../../values/locale.ts";
import type { Signal } from "../../values/signal.ts";
import type { Request } from "../options/command-line.ts";
import type { Option } from "../options/option.ts";
import { flag } from "../options/option.ts";
import { scanOptions, without } from "../options/scan.ts";
import type { Tool } from "./drop-in.ts";
import {
  extraOptions,
  PATIENT_DEFAULTS,
  PATIENT_HELP,
  parseTool,
  withPatience,
} from "./drop-in.ts";

/** The fields that catatonit's options set. */
export type CatatonitFields = Fields & {
  /** Whether curfew starts no command, and reaps orphans until a stop signal comes. */
  readonly pauses: boolean;
};

const OPTIONS: readonly Option<CatatonitFields>[] = [
  flag({
    short: "-g",
    key: "singleChild",
    value: false,
    help: "forward signals to the command's process group, not only to it",
  }),
  flag({
    short: "-P",
    key: "pauses",
    value: true,
    help: "start no COMMAND: reap orphans until INT or TERM, and exit with 0",
  }),
  { kind: "print", short: "-L", prints: "license", help: "print the license" },
  { kind: "print", long: "--help", short: "-h", prints: "help", help: "print this text" },
  { kind: "print", long: "--version", short: "-V", prints: "version", help: "print the version" },
];

/** catatonit does not forward the signals by which a terminal suspends a job (S62). */
const NOT_FORWARDED: readonly Signal[] = ["SIGTSTP", "SIGTTIN", "SIGTTOU"];

const DEFAULTS: CatatonitFields = {
  ...PATIENT_DEFAULTS,
  forward: new Set([...PATIENT_DEFAULTS.forward].filter((one) => !NOT_FORWARDED.includes(one))),
  singleChild: true,
  pauses: false,
};

/** catatonit 0.1.7 (docs/facts.md). */
export const CATATONIT: Tool<CatatonitFields> = {
  name: "catatonit",
  about: `Run COMMAND as the first process of a container, as catatonit does, and exit as COMMAND does.
${PATIENT_HELP}`,
  options: OPTIONS,
  extra: extraOptions(OPTIONS),
  variables: [],
  defaults: DEFAULTS,
  resolve: (fields) => withPatience(without(fields, "pauses")),
  usageExitCode: 1 as ExitCode,
};

/** Parses `[OPTION]... [--] COMMAND [ARG]...`, or `-P`, which ignores a command. */
export function parseCatatonit(words: readonly string[], env: Env): Request {
  const options = [...OPTIONS, ...CATATONIT.extra];
  const scan = scanOptions({ options, defaults: DEFAULTS }, words, env);
  if (scan.kind === "scanned" && scan.fields.pauses) return { kind: "pause" };
  return parseTool(CATATONIT, words, env);
}

/**
 * The text of --version. Docker takes the third word for the version.
 */
export function catatonitVersion(ours: string): string {
  return `tini version 0.1.7_catatonit (curfew ${ours})`;
}

/** catatonit's words about a bad option. All other messages have curfew's words. */
export const catatonitWords: Dialect = (message, { name }) => {
  const phrase = message.kind === "usage" ? optionPhrase(message) : undefined;
  return phrase && `${name}: ${phrase}\nusage: catatonit [-ghLPV] [--] <progname>\n`;
};
