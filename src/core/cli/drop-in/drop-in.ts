import { INIT_DEFAULTS } from "../../spec/defaults.ts";
import type { Fields } from "../../spec/spec.ts";
import { isServing } from "../../spec/spec.ts";
import type { ExitCode } from "../../spec/status.ts";
import { NO_LIMIT } from "../../values/duration.ts";
import type { Env } from "../../values/locale.ts";
import type { CommandLine, Request } from "../options/command-line.ts";
import { parseCommand } from "../options/command-line.ts";
import { INIT_OPTIONS } from "../options/init.ts";
import type { Names, Option } from "../options/options.ts";

/** A tool that we stand in for where we are called by its name: its command line over our Spec. */
export type Tool<F> = CommandLine<F> & {
  readonly name: string;
  /** What it is, in the words of its help; behind the tool's own help, where that is kept. */
  readonly about: string;
  /** The tool's own help, for the name that it is called by and curfew's version. */
  readonly usage?: (name: string, version: string) => string;
  /** The options of `init` that it takes besides its own. */
  readonly extra: readonly Option<F>[];
  /** Variables of the environment that it reads, and what they say. */
  readonly variables: readonly (readonly [name: string, meaning: string])[];
  /** What it exits with where it is used wrongly. */
  readonly usageExitCode: ExitCode;
};

/** Reads a tool's words. */
export function parseTool<F extends Fields>(
  tool: Tool<F>,
  words: readonly string[],
  env: Env,
): Request {
  return parseCommand({ ...tool, options: [...tool.options, ...tool.extra] }, words, env);
}

/**
 * What `init` has and the tool has not, nor would mean something else there. Without letters: those
 * are the tool's.
 */
export function extraOptions(
  theirs: readonly Names[],
  ...others: readonly string[]
): readonly Option<Fields>[] {
  const taken: readonly unknown[] = [...theirs.map(({ long }) => long), ...others];
  return INIT_OPTIONS.filter(({ long }) => !taken.includes(long)).map(({ short, ...row }) => row);
}

/** The same for who reads the help. */
export const PATIENT_HELP: string = `
A signal that asks for the end is passed on, and COMMAND is waited for, however long it takes:
--kill-after, --stop-signals or --drain change that. What is left behind is ended.`.trim();

/** What is the same under every name of a tool that we stand in for. */
export const AS_TOOL: Pick<
  Fields,
  | "exit137OnGuardianKill"
  | "sayLimits"
  | "killAfterAsPid1"
  | "receivesIgnored"
  | "leavesAfterStopSignal"
> = {
  exit137OnGuardianKill: true,
  sayLimits: false,
  killAfterAsPid1: undefined,
  // They block or catch every signal, whatever was made of it before.
  receivesIgnored: "always",
  // They never end more than the command and its group.
  leavesAfterStopSignal: true,
};

/** The defaults of a tool that never ends a command by force. */
export const PATIENT_DEFAULTS: Fields = {
  ...INIT_DEFAULTS,
  killAfter: NO_LIMIT,
  ...AS_TOOL,
};

/**
 * tini, dumb-init and catatonit pass a stop signal on and then wait for the command, however long
 * it takes. So do we, until an option asks for more. What is left behind, or outlives a time limit,
 * ends.
 */
export function withPatience(fields: Fields): Fields {
  const { killAfter, stopSignals, drain } = fields;
  const isTheirs = killAfter === NO_LIMIT && stopSignals === PATIENT_DEFAULTS.stopSignals;
  const stopsNobody = isTheirs && drain === NO_LIMIT && !isServing(fields);
  return {
    ...fields,
    killAfter: killAfter === NO_LIMIT ? INIT_DEFAULTS.killAfter : killAfter,
    stopSignals: stopsNobody ? new Set() : stopSignals,
  };
}
