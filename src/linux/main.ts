import { parseTimeout } from "../core/argv.ts";
import { drive } from "../core/drive.ts";
import { errnoName } from "../core/errno.ts";
import type { UsageError } from "../core/error.ts";
import { usageError } from "../core/error.ts";
import { curfewHelp, timeoutHelp, versionText } from "../core/help.ts";
import { localeOf } from "../core/locale.ts";
import type { Message, Voice } from "../core/messages.ts";
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
  if (door === "--help") return print(name, curfewHelp(name));
  if (door === "--version") return print(name, versionText(name, __VERSION__));
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
      return print(name, PRINTS[wish.prints](name));
    case "run":
      return run(name, wish.spec);
  }
}

function run(name: string, spec: Spec): number {
  const host = openHost(spec, () => voiceOf(name));
  if (typeof host === "number") {
    const errno = errnoName(-host);
    return complain(name, {
      kind: "spawn",
      code: "resource",
      command: spec.command[0] ?? "",
      errno,
    });
  }
  return host.leave(drive(spec, host));
}

const PRINTS = {
  help: timeoutHelp,
  version: (name: string): string => versionText(name, __VERSION__),
};

function print(name: string, text: string): number {
  const answer = sys.write(STDOUT, text);
  return answer === 0 ? 0 : complain(name, { kind: "unprinted", errno: errnoName(-answer) });
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
