// The words of a command, checked: what the kernel could not take as it is would run another one.
import { builtin } from "../builtin/builtin.ts";
import { CurfewError } from "../result/result.ts";
import { isPassable, isUrl, shown } from "./values.ts";

/** The command's words, its name first. */
export function commandWords(command: unknown, args: unknown): readonly string[] {
  const name = isUrl(command) ? filePath(command) : command;
  if (typeof name !== "string") throw bad(`the command is ${shown(command)}, not a string or URL`);
  if (name === "") throw bad("the command is an empty string");
  if (typeof args === "string") {
    throw bad(`the arguments are ${shown(args)}, not an array: [${shown(args)}]`);
  }
  if (!Array.isArray(args)) throw bad(`the arguments are ${shown(args)}, not an array`);
  const words: readonly unknown[] = [name, ...args];
  return words.map((word, at) => {
    if (typeof word !== "string") throw bad(`argument ${at} is ${shown(word)}, not a string`);
    if (!isPassable(word)) throw bad(`word ${at} has a NUL or half of a character in it`);
    return word;
  });
}

function filePath(url: URL): string {
  try {
    return builtin("node:url").fileURLToPath(url);
  } catch (cause) {
    throw new CurfewError("bad_command", `the command is ${url.href}, not a file: URL`, { cause });
  }
}

function bad(text: string): CurfewError {
  return new CurfewError("bad_command", text);
}
