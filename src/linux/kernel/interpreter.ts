import { HEAD_SIZE, interpreterOf } from "../../core/values/interpreter.ts";
import { executableCandidates, SHELL } from "../../core/values/path-search.ts";
import { S_IFDIR, S_IFREG } from "./abi.ts";
import { sys } from "./window.ts";

/** The interpreter of a script may be a script: the kernel follows five of them. */
const MOST_SCRIPTS = 5;

/**
 * The missing interpreter of a command that exists: execve(2) says "no such file" for it, too.
 * Undefined: the command itself is missing. Called only after execve(2) has failed.
 */
export function missingInterpreter(name: string): string | undefined {
  const files = executableCandidates(name, sys.env("PATH"));
  let file = files.find(isRegular);
  for (let count = 0; file !== undefined && count < MOST_SCRIPTS; count++) {
    const head = sys.readText(file, HEAD_SIZE);
    if (typeof head === "number") return undefined;
    const interpreter = interpreterOf(head) ?? SHELL;
    if (typeof sys.fileState(interpreter, 1) === "number") return interpreter;
    file = isRegular(interpreter) ? interpreter : undefined;
  }
  return undefined;
}

/** Whether a command that execve(2) has refused is a directory. Called only after that. */
export function isDirectory(name: string): boolean {
  const files = executableCandidates(name, sys.env("PATH"));
  return !files.some(isRegular) && files.some((file) => typeOf(file) === S_IFDIR);
}

function isRegular(path: string): boolean {
  return typeOf(path) === S_IFREG;
}

function typeOf(path: string): number | undefined {
  const state = sys.fileState(path, 1);
  return typeof state === "number" ? undefined : state[0];
}
