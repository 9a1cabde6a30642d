// What a user may have meant. All of it is looked for only after a mistake: none of it costs a run
// anything.
import { DEADLINE_FROM } from "../spec/budget.ts";
import type { SpawnError, UsageError } from "../spec/error.ts";
import { formatGnuDuration, NO_LIMIT, parseDuration } from "../values/duration.ts";
import { nearest } from "../values/nearest.ts";
import { onOneLine } from "../values/quote.ts";
import { parseSignal, signalNames } from "../values/signal.ts";
import { INIT_OPTIONS } from "./options/init.ts";
import type { Names } from "./options/option.ts";
import { RUN_OPTIONS } from "./options/options.ts";

/** The options of each subcommand, by its name. */
export type Tables = Readonly<Record<string, readonly Names[]>>;

/** Adds what was probably meant to a mistake in the command line of a subcommand. */
export function advised(error: UsageError, subcommand: string, tables: Tables): UsageError {
  const meant = meantBy(error, subcommand, tables);
  return meant === undefined ? error : { ...error, meant };
}

function meantBy(error: UsageError, subcommand: string, tables: Tables): string | undefined {
  const { code, given = "", part } = error;
  switch (code) {
    case "unknown_option":
      return otherOption(given, subcommand, tables);
    case "bad_duration":
      return subcommand === "timeout" ? inSeconds(given) : undefined;
    case "bad_pid":
      if (part === DEADLINE_FROM) return undefined;
      if (given.startsWith("-") && subcommand === "kill") return killedBefore(given);
      return /^[A-Za-z]/.test(given) ? `a PID such as pgrep ${shown(given)} prints` : undefined;
    case "unknown_signal":
      return part.endsWith(" SIGNAL") ? likeSignal(given) : undefined;
    default:
      return undefined;
  }
}

/** What other tools call options of curfew's. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "-t": "--timeout",
  "--time": "--timeout",
  "--time-limit": "--timeout",
  "--limit": "--timeout",
  "--grace": "--kill-after",
  "--grace-period": "--kill-after",
  "--memory": "--mem-limit",
  "--memory-limit": "--mem-limit",
  "--max-memory": "--mem-limit",
  "--deadline": "--until",
  "--silent": "--quiet",
  "--cpu": "--cpu-limit",
  "--cpu-time": "--cpu-limit",
};

/** An option that has this name elsewhere, or the subcommand that has it. */
function otherOption(given: string, subcommand: string, tables: Tables): string | undefined {
  const [name = ""] = given.split("=");
  const has = (table: readonly Names[] | undefined, wanted: string | undefined) =>
    table?.some(({ long, short }) => wanted !== undefined && (long === wanted || short === wanted));
  const same = ELSEWHERE[name];
  if (has(tables[subcommand], same)) return same;
  if (!name.startsWith("--") && subcommand !== "") return undefined;
  const other = Object.keys(tables).find((one) => has(tables[one], name));
  return other && `curfew ${other} ${name}`;
}

/** Under kill, options end at the first PID. A number is a signal, or a group as kill(1) has it. */
function killedBefore(given: string): string {
  const isGroup = /^-\d{3,}$/.test(given);
  return isGroup
    ? `curfew kill --group ${shown(given.slice(1))}`
    : `curfew kill ${shown(given)} PID`;
}

/** A time that only curfew's own options can be given, as GNU's DURATION. */
function inSeconds(given: string): string | undefined {
  const duration = parseDuration(given);
  return duration === undefined || duration === NO_LIMIT
    ? undefined
    : `${formatGnuDuration(duration)}s`;
}

function likeSignal(given: string): string | undefined {
  const name = given.toUpperCase().replace(/^SIG/, "");
  if (parseSignal(given) !== undefined) return undefined;
  return nearest(name, signalNames()).join(" or ") || undefined;
}

/** What was probably meant by an unknown topic of help. */
export function meantTopic(given: string, tables: Tables): string | undefined {
  const near = nearest(given, Object.keys(tables));
  return near.map((name) => `curfew help ${name}`).join(" or ") || undefined;
}

/** What was probably meant by an unknown subcommand, as words of a command line. */
export function meantCommand(given: string, tables: Tables): string | undefined {
  if (given === "version") return "curfew --version";
  if (given.startsWith("-")) {
    const other = otherOption(given, "", tables);
    return other ?? (nearest(given, ["--help", "--version"]).join(" or ") || undefined);
  }
  const near = nearest(given, [...Object.keys(tables), "help"]);
  if (near.length > 0) return near.map((name) => `curfew ${name}`).join(" or ");
  if (isTime(given)) return `curfew timeout ${given}`;
  return `curfew run ${shown(given)}`;
}

/**
 * What may have been meant by a command that could not be found. `words`: of the command line,
 * which ends with the command.
 */
export function hintFor(
  { code, interpreter }: SpawnError,
  subcommand: string,
  command: readonly string[],
  words: readonly string[],
): string | undefined {
  if (code !== "not_found" || interpreter !== undefined) return undefined;
  const [name = "", ...rest] = command;
  const before = words[words.length - command.length - 1];
  // An optional value is behind `=`, and never the next word.
  if (rest.length > 0 && before !== undefined && OPTIONAL.has(before) && /^\d/.test(name)) {
    return `did you mean ${before}=${shown(name)}?`;
  }
  if (subcommand !== "timeout" && isTime(name) && rest.length > 0) {
    return `did you mean --timeout ${name}?`;
  }
  if (name.startsWith("-") && subcommand === "timeout") {
    return "options of curfew timeout come before DURATION";
  }
  if (TYPOGRAPHIC.test(name))
    return "it begins with a dash that is no hyphen: options begin with -";
  if (/^[A-Za-z_]\w*=/.test(name)) return `did you mean env ${shown(name)} ...?`;
  if (BUILTINS.has(name)) {
    return `it is a command of the shell; did you mean sh -c '${line(command)}'?`;
  }
  if (!/\s/.test(name) || name.includes("/")) return undefined;
  const text = onOneLine(name);
  const isPlain = text === name && text.length <= LONGEST && !text.includes("'");
  if (!isPlain || rest.length > 0) return "it is one word with a blank in it";
  return NEEDS_SHELL.test(name)
    ? `did you mean sh -c '${text}'?`
    : `did you mean ${text}, without quotes?`;
}

/** What word processors and pages make of the hyphens of a command line. */
const TYPOGRAPHIC = /^[\u2010-\u2015\u2212]/;

/** The options that may have a value. */
const OPTIONAL: ReadonlySet<string> = new Set(
  [...RUN_OPTIONS, ...INIT_OPTIONS].flatMap(({ kind, long }) =>
    kind === "optional" && long !== undefined ? long : [],
  ),
);

const NEEDS_SHELL = /[|&;<>()$`\\"*?[#~]/;

/** Commands that shells have, and the system does not, or not usefully. */
const BUILTINS: ReadonlySet<string> = new Set(
  (
    ". : alias bg break cd continue declare disown eval exec exit export fg function hash jobs let " +
    "local pushd popd read readonly return set shift shopt source suspend time times trap type " +
    "ulimit umask unalias unset wait if for while until case"
  ).split(" "),
);

/** A longer text from the command line is left out of a hint. */
const LONGEST = 60;

/** A word as a user would type it, if that is short and plain. */
function shown(word: string): string {
  return word.length <= LONGEST && /^[\w%+,./:=@-]+$/.test(word) ? word : "COMMAND";
}

function line(command: readonly string[]): string {
  const words = command.map(shown);
  const text = words.join(" ");
  return text.length > LONGEST || words.includes("COMMAND") ? `${words[0]} ...` : text;
}

function isTime(word: string): boolean {
  return /^\d/.test(word) && word.length <= LONGEST && parseDuration(word) !== undefined;
}
