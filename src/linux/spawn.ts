import { errnoName } from "../core/errno.ts";
import type { SpawnCode, SpawnError } from "../core/error.ts";
import { candidatesOf, SHELL } from "../core/path-search.ts";
import { signalNumber } from "../core/signal.ts";
import { NO_SIZE_LIMIT } from "../core/size.ts";
import type { Spec } from "../core/spec.ts";
import { sys } from "./syscalls.ts";

/** A command that was started. `pidfd` is -1 where the kernel gave none. */
export type Started = { readonly kind: "started"; readonly pid: number; readonly pidfd: number };

// getrlimit(2)
const RLIMIT_DATA = 2;
// spawn's answer: no child could be made.
const NOT_CLONED = 1;

/** Starts the command. It dies with us: the first signal is its parent-death signal (S31). */
export function spawn(spec: Spec): Started | SpawnError {
  const [name = ""] = spec.command;
  const files = candidatesOf(name, sys.env("PATH"));
  const [failure, errno, pid, pidfd] = sys.spawn(
    files,
    spec.command,
    SHELL,
    signalNumber(spec.signal),
    limitsOf(spec),
  );
  if (failure === 0) return { kind: "started", pid, pidfd };
  const errnoWord = errnoName(errno);
  const code = failure === NOT_CLONED ? "resource" : codeOf(errnoWord);
  return { kind: "spawn", code, command: name, errno: errnoWord };
}

/** RLIMIT_DATA, not RLIMIT_AS: Node and others reserve far more addresses than they use. */
function limitsOf({ memLimit }: Spec): readonly number[] {
  return memLimit === NO_SIZE_LIMIT ? [] : [RLIMIT_DATA, memLimit, memLimit];
}

/** Only a file that is not there is "not found"; whatever else exec says, it was found (S24). */
function codeOf(errno: string): SpawnCode {
  return errno === "ENOENT" ? "not_found" : "not_executable";
}
