import type { ChildProcess, StdioOptions } from "node:child_process";
import { spawn } from "node:child_process";
import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { SpawnCode, SpawnError } from "../../core/spec/error.ts";
import { HEAD_SIZE, interpreterOf } from "../../core/values/interpreter.ts";
import { executableCandidates, SHELL } from "../../core/values/path-search.ts";
import type { Order } from "../way/way.ts";

/** What child_process has begun to start; it fails at once or a moment later. */
export type Spawning =
  | { readonly kind: "started"; readonly process: ChildProcess; readonly pid: number }
  | { readonly kind: "failing"; readonly process: ChildProcess }
  | { readonly kind: "failed"; readonly errno: string };

/** Starts the command. `leads`: in a session of its own, which it leads. */
export function spawnCommand(order: Order, stdio: StdioOptions, leads: boolean): Spawning {
  const [file = "", ...args] = order.command;
  try {
    const child = spawn(file, args, {
      cwd: order.cwd,
      env: order.env,
      stdio,
      detached: leads,
    });
    const { pid } = child;
    if (pid === undefined) return { kind: "failing", process: child };
    return { kind: "started", process: child, pid };
  } catch (error) {
    return { kind: "failed", errno: errnoOf(error) };
  }
}

export function errnoOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "EIO";
}

/**
 * Why the working directory cannot be entered; undefined: it can. Node says ENOENT for it, as it
 * does for a command that is missing.
 */
export function cwdErrno(cwd: string): string | undefined {
  try {
    if (!statSync(cwd).isDirectory()) return "ENOTDIR";
    accessSync(cwd, constants.X_OK);
    return undefined;
  } catch (error) {
    return errnoOf(error);
  }
}

export function cwdErrorOf({ command: [command = ""], cwd }: Order, errno: string): SpawnError {
  return { kind: "spawn", code: "bad_cwd", command, errno, detail: cwd };
}

/** Errors of the machine, which say nothing of the command. */
const RESOURCES: readonly string[] = ["EAGAIN", "ENOMEM", "EMFILE", "ENFILE"];

/** The error of a failed start. */
export function spawnErrorOf(order: Order, errno: string): SpawnError {
  const code = codeOf(errno);
  const interpreter = code === "not_found" ? missingInterpreter(order) : undefined;
  const [command = ""] = order.command;
  return { kind: "spawn", code, command, errno, ...(interpreter !== undefined && { interpreter }) };
}

/** Only ENOENT means "not found". After any other error of execve(2) the file was found (S24). */
function codeOf(errno: string): SpawnCode {
  if (errno === "ENOENT") return "not_found";
  return RESOURCES.includes(errno) ? "resource" : "not_executable";
}

/** The interpreter of a script may be a script: the kernel follows five of them. */
const MOST_SCRIPTS = 5;

/** The missing interpreter of a command that exists: execve(2) says "no such file" for it, too. */
function missingInterpreter({ command: [name = ""], cwd, env }: Order): string | undefined {
  const files = executableCandidates(name, env.PATH).map((file) => resolve(cwd, file));
  let file = files.find(isRegular);
  for (let count = 0; file !== undefined && count < MOST_SCRIPTS; count++) {
    const head = headOf(file);
    if (head === undefined) return undefined;
    const interpreter = interpreterOf(head) ?? SHELL;
    if (!isRegular(interpreter)) return interpreter;
    file = interpreter;
  }
  return undefined;
}

function isRegular(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function headOf(path: string): string | undefined {
  try {
    const fd = openSync(path, "r");
    try {
      const head = Buffer.alloc(HEAD_SIZE);
      return head.toString("latin1", 0, readSync(fd, head));
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}
