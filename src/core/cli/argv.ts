import { INIT_DEFAULTS, TIMEOUT_DEFAULTS } from "../spec/defaults.ts";
import type { UsageError } from "../spec/error.ts";
import { CONFIG_DEFAULTS, DOCTOR_DEFAULTS } from "../spec/kill-spec.ts";
import type { Fields, Spec } from "../spec/spec.ts";
import type { Env } from "../values/locale.ts";
import type { Configured } from "./config/options.ts";
import type { ScinitFields } from "./drop-in/scinit-options.ts";
import { INIT_WITH_SCINIT, SCINIT_ALIASES, withScinit } from "./drop-in/scinit-options.ts";
import type { CommandLine, Request } from "./options/command-line.ts";
import {
  badOperand,
  extraOperand,
  missingOperand,
  parseCommand,
  requestOf,
} from "./options/command-line.ts";
import { INIT_OPTIONS, unmetNeed } from "./options/init.ts";
import { CONFIG_OPTIONS, DOCTOR_OPTIONS } from "./options/kill.ts";
import type { Names } from "./options/option.ts";
import { LINK_OPTIONS, TIMEOUT_OPTIONS } from "./options/options.ts";
import { formatOptions, scanOptions } from "./options/scan.ts";
import { GNU_DURATION } from "./options/values.ts";

import { RUN } from "./run-line.ts";

export { parseInspect } from "./inspect-line.ts";
export { parseKill } from "./kill-line.ts";
export { formatRun, parseRun } from "./run-line.ts";
export { parseShow } from "./show-line.ts";

type Grammar = Pick<CommandLine<Fields>, "options" | "defaults">;
const TIMEOUT: Grammar = { options: TIMEOUT_OPTIONS, defaults: TIMEOUT_DEFAULTS };
/**
 * The grammar under the name of GNU timeout, which knows nothing of the tree, and has neither -h
 * nor -V.
 */
const TIMEOUT_LINK: Grammar = {
  options: LINK_OPTIONS,
  defaults: { ...TIMEOUT_DEFAULTS, snapshots: "never" },
};
const INIT = { options: INIT_OPTIONS, defaults: INIT_DEFAULTS };
/** The grammar of `init`, with the aliases that it accepts and `formatInit` never writes. */
const INIT_AND_ALIASES: CommandLine<ScinitFields> = {
  options: [...INIT_OPTIONS, ...SCINIT_ALIASES],
  defaults: INIT_WITH_SCINIT,
  resolve: withScinit,
  readsDeadline: true,
  unmet: unmetInInit,
};
const CONFIG = { options: CONFIG_OPTIONS, defaults: CONFIG_DEFAULTS };
const DOCTOR = { options: DOCTOR_OPTIONS, defaults: DOCTOR_DEFAULTS };

/**
 * Parses `[OPTION]... DURATION COMMAND [ARG]...`. Options end at the first operand (S2). The first
 * bad value from the left is the error (S5).
 */
export function parseTimeout(words: readonly string[], env: Env): Request {
  return parseLimited(TIMEOUT, words, env);
}

/** The same under the name `timeout`, where -h and -V are as unknown as they are to GNU's. */
export function parseTimeoutLink(words: readonly string[], env: Env): Request {
  return parseLimited(TIMEOUT_LINK, words, env);
}

function parseLimited(grammar: Grammar, words: readonly string[], env: Env): Request {
  const scan = scanOptions(grammar, words, env);
  if (scan.kind !== "scanned") return scan;
  const duration = scan.operands[0];
  const rest = scan.operands.slice(1);
  // GNU timeout would run a program called "--".
  const command = rest[0] === "--" ? rest.slice(1) : rest;
  if (duration === undefined || command.length === 0) {
    return missingOperand(duration === undefined ? "DURATION" : "COMMAND", TIMEOUT_OPERANDS);
  }
  const timeout = GNU_DURATION.parse(duration, env);
  if (timeout === undefined) return badOperand(GNU_DURATION, duration);
  return requestOf(Object.assign(scan.fields, { timeout, command }), env);
}

const TIMEOUT_OPERANDS = "DURATION COMMAND [ARG]...";

/** Parses `[OPTION]... [--] COMMAND [ARG]...` of `init`, scinit's option names included. */
export function parseInit(words: readonly string[], env: Env): Request {
  return parseCommand(INIT_AND_ALIASES, words, env);
}

/**
 * The first option of `init` without what it needs, which a configuration may have. With scinit's
 * names nothing is refused: there --watch-path without --live-reload has no effect (S83), nor has
 * what goes with it.
 */
function unmetInInit(fields: ScinitFields, given: readonly Names[]): UsageError | undefined {
  const { liveReload, watchPaths, config, profile } = fields;
  const isConfigured = config !== undefined || profile !== undefined;
  return isConfigured || liveReload || watchPaths.length > 0 ? undefined : unmetNeed(fields, given);
}

/** Parses `[OPTION]...` of `doctor`. */
export function parseDoctor(words: readonly string[], env: Env): Request {
  const scan = scanOptions(DOCTOR, words, env);
  if (scan.kind !== "scanned") return scan;
  const [operand] = scan.operands;
  if (operand !== undefined) return extraOperand("OPERAND", operand, "options only");
  return { kind: "doctor", spec: scan.fields };
}

/** The options that words give a subcommand; none where the words are mistaken. */
export function givenOptions(
  subcommand: Configured,
  words: readonly string[],
  env: Env,
): readonly Names[] {
  const scan =
    subcommand === "init"
      ? scanOptions(INIT_AND_ALIASES, words, env)
      : scanOptions(subcommand === "run" ? RUN : TIMEOUT, words, env);
  return scan.kind === "scanned" ? scan.given : [];
}

/** Parses `[OPTION]...` of `config`. */
export function parseConfig(words: readonly string[], env: Env): Request {
  const scan = scanOptions(CONFIG, words, env);
  if (scan.kind !== "scanned") return scan;
  const [operand] = scan.operands;
  if (operand !== undefined) return extraOperand("OPERAND", operand, "options only");
  return { kind: "config", spec: scan.fields };
}

/**
 * The words that `parseTimeout` reads as this spec again, without defaults. `metrics` has no words:
 * the environment decides it.
 */
export function formatTimeout(spec: Spec): readonly string[] {
  return [
    ...formatOptions(TIMEOUT, spec),
    GNU_DURATION.format(spec.timeout),
    "--",
    ...spec.command,
  ];
}

/** The words that `parseInit` reads as this spec again, without defaults. */
export function formatInit(spec: Spec): readonly string[] {
  return [...formatOptions(INIT, spec), "--", ...spec.command];
}
