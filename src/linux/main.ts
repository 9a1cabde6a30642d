import type { Wish } from "../core/argv.ts";
import type { Door } from "../core/doors.ts";
import { curfewHelp, DOORS } from "../core/doors.ts";
import { drive } from "../core/drive.ts";
import { errnoName } from "../core/errno.ts";
import type { UsageError } from "../core/error.ts";
import { usageError } from "../core/error.ts";
import { versionText } from "../core/help.ts";
import { localeOf } from "../core/locale.ts";
import type { Message, Voice } from "../core/messages.ts";
import type { Spec } from "../core/spec.ts";
import { EXIT_FAILED } from "../core/status.ts";
import { doctorDoor } from "./doctor-door.ts";
import { openHost, say } from "./host.ts";
import { killDoor } from "./kill-door.ts";
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
  const own = doorOf(baseOf(name));
  if (own?.name === "timeout") return enter(own, name, words);
  const [word, ...rest] = words;
  const door = doorOf(word);
  if (door !== undefined) return enter(door, `${name} ${door.name}`, rest);
  if (word === "--help") return print(name, curfewHelp(name));
  if (word === "--version") return print(name, versionText(name, __VERSION__));
  return complain(name, unknownCommand(word));
}

const SET_USER_ID: UsageError = usageError("set_user_id", {
  part: "set-user-ID",
  given: undefined,
  expected: "to run with the caller's own rights",
});

function doorOf(name: string | undefined): Door | undefined {
  return DOORS.find((door) => door.name === name);
}

function unknownCommand(given: string | undefined): UsageError {
  const code = given === undefined ? "missing_operand" : "unknown_command";
  const names = DOORS.map((door) => door.name).join(", ");
  return usageError(code, { part: "COMMAND", given, expected: `${names}, --help or --version` });
}

function enter(door: Door, name: string, words: readonly string[]): number {
  const wish: Wish = door.parse(words, sys.env);
  switch (wish.kind) {
    case "usage":
      return complain(name, wish);
    case "print":
      return print(name, wish.prints === "help" ? door.help(name) : versionText(name, __VERSION__));
    case "run":
      return run(name, wish.spec);
    case "kill":
      return killDoor(name, wish.spec);
    case "doctor":
      return doctorDoor(name, wish.spec);
  }
}

function run(name: string, wish: Spec): number {
  // A group that shall hold the command cannot be the caller's.
  const needsGroup = wish.containment === "group" && wish.group === "caller";
  const spec: Spec = needsGroup ? { ...wish, group: "own" } : wish;
  const host = openHost(spec, () => voiceOf(name));
  if (host.kind === "refused") return complain(name, host.message);
  return host.leave(drive(spec, host));
}

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
