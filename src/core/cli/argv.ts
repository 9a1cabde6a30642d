import { INIT_DEFAULTS, RUN_DEFAULTS, TIMEOUT_DEFAULTS } from "../spec/defaults.ts";
import type { UsageError } from "../spec/error.ts";
import { usageError } from "../spec/error.ts";
import { DOCTOR_DEFAULTS, KILL_DEFAULTS } from "../spec/kill-spec.ts";
import type { Fields, Spec } from "../spec/spec.ts";
import type { Env } from "../values/locale.ts";
import type { ScinitFields } from "./drop-in/scinit-options.ts";
import { SCINIT_ALIASES, SCINIT_UNSET, withScinit } from "./drop-in/scinit-options.ts";
import type { CommandLine, Request } from "./options/command-line.ts";
import { badOperand, missingOperand, parseCommand, requestOf } from "./options/command-line.ts";
import { INIT_OPTIONS, unmetNeed } from "./options/init.ts";
import { DOCTOR_OPTIONS, KILL_OPTIONS } from "./options/kill.ts";
import type { Names } from "./options/options.ts";
import { RUN_OPTIONS, TIMEOUT_OPTIONS } from "./options/options.ts";
import { formatOptions, scanOptions } from "./options/scan.ts";
import { GNU_DURATION, PID } from "./options/values.ts";

const TIMEOUT = { options: TIMEOUT_OPTIONS, defaults: TIMEOUT_DEFAULTS };
const RUN: CommandLine<Fields> = {
  options: RUN_OPTIONS,
  defaults: RUN_DEFAULTS,
  resolve: (fields) => fields,
};
const INIT = { options: INIT_OPTIONS, defaults: INIT_DEFAULTS };
/** What is read, but not written. */
const INIT_AND_ALIASES: CommandLine<ScinitFields> = {
  options: [...INIT_OPTIONS, ...SCINIT_ALIASES],
  defaults: { ...INIT_DEFAULTS, ...SCINIT_UNSET },
  resolve: withScinit,
  unmet: unmetInInit,
};
const KILL = { options: KILL_OPTIONS, defaults: KILL_DEFAULTS };
const DOCTOR = { options: DOCTOR_OPTIONS, defaults: DOCTOR_DEFAULTS };

/**
 * `timeout [OPTION]... DURATION COMMAND [ARG]...`, without the program's name. Parsing stops at the
 * first operand (S2); values are checked in the order they stand in (S5).
 */
export function parseTimeout(words: readonly string[], env: Env): Request {
  const scan = scanOptions(TIMEOUT, words, env);
  if (scan.kind !== "scanned") return scan;
  const [duration, ...rest] = scan.operands;
  // GNU would run a program called "--".
  const command = rest[0] === "--" ? rest.slice(1) : rest;
  if (duration === undefined || command.length === 0) {
    return missingOperand(duration === undefined ? "DURATION" : "COMMAND", TIMEOUT_OPERANDS);
  }
  const timeout = GNU_DURATION.parse(duration, env);
  if (timeout === undefined) return badOperand(GNU_DURATION, duration);
  return requestOf({ ...scan.fields, timeout, command }, env);
}

const TIMEOUT_OPERANDS = "DURATION COMMAND [ARG]...";

/** `run [OPTION]... [--] COMMAND [ARG]...`. */
export function parseRun(words: readonly string[], env: Env): Request {
  return parseCommand(RUN, words, env);
}

/** `init [OPTION]... [--] COMMAND [ARG]...`, with scinit's names for some of the options. */
export function parseInit(words: readonly string[], env: Env): Request {
  return parseCommand(INIT_AND_ALIASES, words, env);
}

/**
 * What scinit's names ask for may be switched off: --watch-path means nothing without --live-reload
 * (S83), and so does what goes with it.
 */
function unmetInInit(fields: ScinitFields, given: readonly Names[]): UsageError | undefined {
  const { liveReload, watchPaths } = fields;
  return liveReload || watchPaths.length > 0 ? undefined : unmetNeed(fields, given);
}

/** `kill [OPTION]... PID...`. */
export function parseKill(words: readonly string[], env: Env): Request {
  const scan = scanOptions(KILL, words, env);
  if (scan.kind !== "scanned") return scan;
  const { fields, operands } = scan;
  if (operands.length === 0) return missingOperand("PID", "PID...");
  const pids: number[] = [];
  for (const word of operands) {
    const pid = PID.parse(word, env);
    if (pid === undefined) return badOperand(PID, word);
    pids.push(pid);
  }
  if (fields.requireStartTime !== undefined && operands.length > 1) {
    return extraOperand("PID", operands[1], "one PID with --require-start-time");
  }
  return { kind: "kill", spec: { ...fields, pids } };
}

/** `doctor [OPTION]...`. */
export function parseDoctor(words: readonly string[], env: Env): Request {
  const scan = scanOptions(DOCTOR, words, env);
  if (scan.kind !== "scanned") return scan;
  const [operand] = scan.operands;
  if (operand !== undefined) return extraOperand("OPERAND", operand, "options only");
  return { kind: "doctor", spec: scan.fields };
}

/**
 * The words that parseTimeout reads as this Spec again; what is as by default is left out. What the
 * environment decides (`metrics`) has no words.
 */
export function formatTimeout(spec: Spec): readonly string[] {
  return [
    ...formatOptions(TIMEOUT, spec),
    GNU_DURATION.format(spec.timeout),
    "--",
    ...spec.command,
  ];
}

/** The words that parseRun reads as this Spec again, in the same way. */
export function formatRun(spec: Spec): readonly string[] {
  return [...formatOptions(RUN, spec), "--", ...spec.command];
}

/** The words that parseInit reads as this Spec again, in the same way. */
export function formatInit(spec: Spec): readonly string[] {
  return [...formatOptions(INIT, spec), "--", ...spec.command];
}

function extraOperand(part: string, given: string | undefined, expected: string): UsageError {
  return usageError("extra_operand", { part, given, expected });
}
