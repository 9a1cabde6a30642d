import { INIT_DEFAULTS } from "../../spec/defaults.ts";
import type { Fields } from "../../spec/spec.ts";
import { isServing } from "../../spec/spec.ts";
import type { ExitCode } from "../../spec/status.ts";
import { NO_LIMIT } from "../../values/duration.ts";
import type { Env } from "../../values/locale.ts";
import type { Signal } from "../../values/signal.ts";
import { BUDGET_OPTIONS } from "../options/budget.ts";
import type { CommandLine, Request } from "../options/command-line.ts";
import { parseCommand } from "../options/command-line.ts";
import { INIT_OPTIONS } from "../options/init.ts";
import type { Names, Option } from "../options/option.ts";

/** A tool that curfew behaves as when it is called by the tool's name. */
export type Tool<F> = CommandLine<F> & {
  readonly name: string;
  /** The first lines of its help; below `usage`, where that is given. */
  readonly about: string;
  /** The tool's own help text. `name`: as the program was called; `version`: curfew's. */
  readonly usage?: (name: string, version: string) => string;
  /** The options of `init` that are accepted besides the tool's. */
  readonly extra: readonly Option<F>[];
  /** The environment variables that it reads, and their meanings. */
  readonly variables: readonly (readonly [name: string, meaning: string])[];
  /** The exit code after a mistake in the command line. */
  readonly usageExitCode: ExitCode;
};

/** Parses a tool's command line. */
export function parseTool<F extends Fields>(
  tool: Tool<F>,
  words: readonly string[],
  env: Env,
): Request {
  return parseCommand({ ...tool, options: [...tool.options, ...tool.extra] }, words, env);
}

/**
 * The options of `init` whose names mean nothing else in the tool. They have no short forms,
 * because all letters are the tool's. `others`: names of other versions of the tool. A deadline is
 * handed down by curfew's own commands only.
 */
export function extraOptions(
  theirs: readonly Names[],
  ...others: readonly string[]
): readonly Option<Fields>[] {
  const taken: readonly unknown[] = [...theirs.map(({ long }) => long), ...others];
  // A program that stands in for a tool reads no file and no deadline that the tool does not read.
  const isExtra = (row: Option<Fields>) =>
    !BUDGET_OPTIONS.includes(row) && !taken.includes(row.long) && row.heading !== "Configuration";
  // The defaults are the tool's, so the words for those of `init` go, too.
  return INIT_OPTIONS.filter(isExtra).map(({ short, usually, ...row }) => row);
}

/** The paragraph of `--help` that explains `withPatience`. */
export const PATIENT_HELP: string = `
curfew forwards a stop signal and waits for COMMAND, however long it takes, unless --kill-after,
--stop-signals or --drain is given. It terminates what COMMAND leaves behind.`.trim();

/** The fields that have one value under the name of every tool. */
export const AS_TOOL: Pick<
  Fields,
  | "exit137OnGuardianKill"
  | "sayLimits"
  | "killAfterAsPid1"
  | "receivesIgnored"
  | "leavesAfterStopSignal"
  | "snapshots"
  | "telling"
> = {
  exit137OnGuardianKill: true,
  sayLimits: false,
  killAfterAsPid1: undefined,
  // These tools block or catch every signal, even if it was ignored when they were started.
  receivesIgnored: "always",
  // These tools never signal more than the command and its process group.
  leavesAfterStopSignal: true,
  // These tools end nothing because of a time, and say nothing about the tree.
  snapshots: "never",
  telling: "problems",
};

/** The defaults of a tool that never sends SIGKILL on its own. */
export const PATIENT_DEFAULTS: Fields = Object.freeze<Fields>({
  ...INIT_DEFAULTS,
  killAfter: NO_LIMIT,
  ...AS_TOOL,
});

/**
 * The fields of a tool that forwards a stop signal and then waits for the command, however long it
 * takes, as tini, dumb-init and catatonit do, changed in place. An option of curfew's can ask for
 * more. Leftovers, and a command that outlives a time limit, still get SIGKILL in time.
 */
export function withPatience(fields: Fields): Fields {
  const { killAfter, stopSignals, drain } = fields;
  const isTheirs = killAfter === NO_LIMIT && stopSignals === PATIENT_DEFAULTS.stopSignals;
  const waitsForever = isTheirs && drain === NO_LIMIT && !isServing(fields);
  return Object.assign(fields, {
    killAfter: killAfter === NO_LIMIT ? INIT_DEFAULTS.killAfter : killAfter,
    stopSignals: waitsForever ? new Set<Signal>() : stopSignals,
  });
}
