// The folder and the environment of a command, read at each call: Node's own may have changed.
import { builtin } from "../builtin/builtin.ts";
import { ownFolder } from "../way/folder.ts";
import { badOption } from "./check.ts";
import { localPath } from "./local-path.ts";
import type { Options } from "./options.ts";
import { isPassable, isUrl, shown } from "./values.ts";

/**
 * The path of an option, absolute. `from`: where a relative one counts from; empty where that
 * folder was removed, and then such a path is empty, too.
 */
export function pathOf(option: string, value: string | URL, from: string): string {
  if (isUrl(value)) return urlPath(option, value);
  if (value === "" || !isPassable(value)) throw badOption(option, `${shown(value)} is no path`);
  const { isAbsolute, resolve } = builtin("node:path");
  // resolve() asks for Node's own folder, and throws where there is none.
  return from === "" && !isAbsolute(value) ? "" : resolve(from, value);
}

function urlPath(option: string, url: URL): string {
  try {
    return builtin("node:url").fileURLToPath(url);
  } catch {
    throw badOption(option, `${url.href} is no file: URL`);
  }
}

/** The folder of the command. */
export function folderOf({ cwd }: Options): string {
  return cwd === undefined ? ownFolder() : pathOf("cwd", cwd, ownFolder());
}

type Environment = Record<string, string>;

/** The whole environment of the command. */
export function environmentOf(options: Options, cwd: string): Environment {
  const { env = {}, extendEnv = true, preferLocal = false } = options;
  const all: Environment = extendEnv ? ownEnvironment() : Object.create(null);
  for (const [name, value] of Object.entries(env)) {
    if (name === "" || name.includes("=") || !isPassable(name)) {
      throw badOption("env", `${shown(name)} is no name of a variable`);
    }
    if (value === undefined) delete all[name];
    else if (typeof value !== "string" || !isPassable(value)) {
      throw badOption("env", `${name} is ${shown(value)}, not a string without NUL`);
    } else all[name] = value;
  }
  if (preferLocal === false) return all;
  const folder = preferLocal === true ? cwd : pathOf("preferLocal", preferLocal, cwd);
  return { ...all, PATH: localPath(folder, all.PATH) };
}

/** A copy of process.env. Reading its keys first is three times as fast as a `for in` loop. */
function ownEnvironment(): Environment {
  const all: Environment = Object.create(null);
  for (const name of Reflect.ownKeys(process.env)) {
    if (typeof name === "string") all[name] = process.env[name] ?? "";
  }
  return all;
}
