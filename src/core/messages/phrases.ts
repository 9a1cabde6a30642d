import type { SpawnError, UsageError } from "../spec/error.ts";
import { strerrorText } from "../values/errno.ts";
import { inQuotes, onOneLine, quote } from "../values/quote.ts";
import type { Dialect } from "./messages.ts";

/** The words of getopt(3) for an option that it refuses. Undefined: another kind of mistake. */
export function optionPhrase({ code, part, given = "", choices }: UsageError): string | undefined {
  const word = inQuotes(onOneLine(given));
  switch (code) {
    case "unknown_option":
      return given.startsWith("--")
        ? `unrecognized option ${word}${nearest(given, choices)}`
        : `invalid option -- ${inQuotes(onOneLine(given.slice(1)))}`;
    case "ambiguous_option":
      return `option ${word} is ambiguous; possibilities:${possibilities(choices)}`;
    case "missing_value":
      return part.startsWith("--")
        ? `option ${inQuotes(nameIn(part))} requires an argument`
        : `option requires an argument -- ${inQuotes(nameIn(part).slice(1))}`;
    case "unexpected_value":
      return `option ${inQuotes(nameIn(part))} doesn't allow an argument`;
    default:
      return undefined;
  }
}

/** A word that shares so many letters with a name at the beginning is a misspelling of it. */
const MISSPELLED = "--".length + 5;

/** Names options that were probably meant. Without one the line is the tool's to the letter. */
function nearest(given: string, choices: readonly string[] = []): string {
  const begin = given.slice(0, MISSPELLED);
  const meant = choices.filter((name) => begin.length === MISSPELLED && name.startsWith(begin));
  return meant.length === 0 ? "" : `: expected ${meant.join(" or ")}`;
}

function possibilities(choices: readonly string[] = []): string {
  return choices.map((name) => ` ${inQuotes(name)}`).join("");
}

/** The name of an option, without the name of its value. */
function nameIn(part: string): string {
  return part.split(" ")[0] ?? part;
}

/** Why execve(2) refused a command, in the words of strerror(3), and the missing interpreter. */
export function refusalText({ errno, interpreter }: SpawnError, utf8: boolean): string {
  const missing = interpreter === undefined ? "" : quote(interpreter, utf8);
  const more = missing === "" ? "" : ` (its interpreter ${missing} does not exist)`;
  return `${strerrorText(errno)}${more}`;
}

/** Whether the command could not be executed, as opposed to a resource that curfew lacked. */
export function isRefusal({ code }: SpawnError): boolean {
  return code === "not_found" || code === "not_executable";
}

/** Whether the kernel had no room for another process. */
function isForkRefused({ code, errno, detail }: SpawnError): boolean {
  return code === "resource" && detail === undefined && ["EAGAIN", "ENOMEM"].includes(errno);
}

/** GNU timeout's own options. For values of other options curfew says what would be accepted. */
const GNU_PARTS = ["DURATION", "-k DURATION", "--kill-after DURATION"];
const GNU_SIGNALS = ["-s SIGNAL", "--signal SIGNAL"];

/** GNU timeout's words, as 9.1 says them. */
export const GNU: Dialect = (message, { name, utf8 }) => {
  if (message.kind === "spawn" && isRefusal(message)) {
    const command = quote(message.command, utf8);
    return `${name}: failed to run command ${command}: ${refusalText(message, utf8)}\n`;
  }
  if (message.kind === "spawn" && isForkRefused(message)) {
    return `${name}: fork system call failed: ${strerrorText(message.errno)}\n`;
  }
  if (message.kind !== "usage") return undefined;
  const phrase = optionPhrase(message) ?? valuePhrase(message, utf8);
  const help = inQuotes(`${name} --help`);
  return phrase && `${name}: ${phrase}\nTry ${help} for more information.\n`;
};

function valuePhrase({ part, given = "" }: UsageError, utf8: boolean): string | undefined {
  if (GNU_PARTS.includes(part)) return `invalid time interval ${quote(given, utf8)}`;
  return GNU_SIGNALS.includes(part) ? `${quote(given, utf8)}: invalid signal` : undefined;
}
