import { parseTimeout } from "../core/argv.ts";
import { drive } from "../core/drive.ts";
import { errnoName } from "../core/errno.ts";
import type { UsageError } from "../core/error.ts";
import { usageError } from "../core/error.ts";
import type { Exit } from "../core/exit.ts";
import { curfewHelp, timeoutHelp, versionText } from "../core/help.ts";
import { localeOf } from "../core/locale.ts";
import type { Message, Voice } from "../core/messages.ts";
import { signalNumber } from "../core/signal.ts";
import type { Spec } from "../core/spec.ts";
import { EXIT_FAILED } from "../core/status.ts";
import { openHost, say } from "./host.ts";
import { sys } from "./syscalls.ts";

declare const __VERSION__: string;

const STDOUT = 1;

/** What native code says if TypeScript fails, before the reason; and the exit code with it. */
export const lastWords = "curfew: internal error: ";
export const failureCode: number = EXIT_FAILED;

/** The program. Its result is the exit code, unless we die of a signal. */
export function main(): number {
  const [name = "curfew", ...words] = sys.argv();
  if (sys.secure() !== 0) return complain(name, SET_USER_ID);
  if (baseOf(name) === "timeout") return timeoutDoor(name, words);
  const [door, ...rest] = words;
  if (door === "timeout") return timeoutDoor(`${name} timeout`, rest);
  if (door === "--help") return print(curfewHelp(name));
  if (door === "--version") return print(versionText(name, __VERSION__));
  return complain(name, unknownCommand(door));
}

const SET_USER_ID: UsageError = usageError("set_user_id", {
  part: "set-user-ID",
  given: undefined,
  expected: "to run with the caller's own rights",
});

function unknownCommand(given: string | undefined): UsageError {
  const code = given === undefined ? "missing_operand" : "unknown_command";
  return usageError(code, { part: "COMMAND", given, expected: "timeout, --help or --version" });
}

function timeoutDoor(name: string, words: readonly string[]): number {
  const wish = parseTimeout(words, sys.env);
  switch (wish.kind) {
    case "usage":
      return complain(name, wish);
    case "print":
      return print(
        wish.prints === "help" ? timeoutHelp(name) : versionText(name, __VERSION__),
      );
    case "run":
      return run(name, wish.spec);
  }
}

function run(name: string, spec: Spec): number {
  const host = openHost(spec, () => voiceOf(name));
  if (typeof host === "number") {
    const errno = errnoName(-host);
    return complain(name, { kind: "spawn", code: "resource", command: spec.command[0] ?? "", errno });
  }
  return leave(drive(spec, host), host.leadsOwnGroup);
}

/** A death by signal is real: our parent sees what it would have seen of the command. */
function leave(exit: Exit, leadsOwnGroup: boolean): number {
  if (exit.kind === "signal") {
    const isTogether = exit.scope === "group" && leadsOwnGroup;
    sys.dieBy(signalNumber(exit.signal), isTogether ? sys.pid() : 0);
  }
  return exit.code;
}

function print(text: string): number {
  return sys.write(STDOUT, text) === 0 ? 0 : EXIT_FAILED;
}

function complain(name: string, message: Message): number {
  say(voiceOf(name), message);
  return EXIT_FAILED;
}

function voiceOf(name: string): Voice {
  return { name, utf8: localeOf(sys.env).utf8 };
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
