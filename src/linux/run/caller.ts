import type { SpawnError } from "../../core/spec/error.ts";
import type { Spec } from "../../core/spec/spec.ts";
import { errnoName } from "../../core/values/errno.ts";
import { signalNumber } from "../../core/values/signal.ts";
import { ESRCH, NO_DESCRIPTOR } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";

/** How curfew learns of the exit of the process that started it, where that was asked for. */
export type Caller = {
  /** Readable when the caller has exited. */
  readonly pidfd: number;
  /** The caller's PID, where the kernel sends a signal instead; 0: outside of the PID namespace. */
  readonly signalledBy: number | undefined;
  /** The caller had exited before curfew looked. */
  readonly isGone: boolean;
};

const UNWATCHED: Caller = { pidfd: NO_DESCRIPTOR, signalledBy: undefined, isGone: false };
const GONE: Caller = { ...UNWATCHED, isGone: true };

/** The kernel lacks a resource: that says nothing about whether it knows the call. */
const SCARCE: readonly string[] = ["EMFILE", "ENFILE", "ENOMEM"];

/** The signal that the kernel is told to send when the parent exits (PR_SET_PDEATHSIG). */
const PARENT_DIED: number = signalNumber("SIG32");

/** Watches the parent, and asks for the parent's PID again then: it may have exited meanwhile. */
export function watchCaller(spec: Spec): Caller | SpawnError {
  const { dieWithParent: watched } = spec;
  if (watched === false) return UNWATCHED;
  const parent = sys.parentPid();
  if (typeof watched === "number" && watched !== parent) {
    // A parent outside of the PID namespace has no number that could be compared.
    return parent === 0 ? cannotWatchParent(spec, ESRCH) : GONE;
  }
  const pidfd = parent === 0 ? NO_DESCRIPTOR : sys.openProcess(parent);
  if (pidfd >= 0) {
    if (sys.parentPid() === parent) return { ...UNWATCHED, pidfd };
    sys.close(pidfd);
    return GONE;
  }
  if (parent !== 0 && SCARCE.includes(errnoName(-pidfd))) return cannotWatchParent(spec, -pidfd);
  const awaited = sys.awaitParent(PARENT_DIED);
  if (awaited < 0) return cannotWatchParent(spec, -awaited);
  return sys.parentPid() === parent ? { ...UNWATCHED, signalledBy: parent } : GONE;
}

/** Whether a signal is the one that the kernel sends in the parent's name. */
export function isOfCaller({ signalledBy }: Caller, number: number, sender: number): boolean {
  return number === PARENT_DIED && sender === signalledBy;
}

/** Whether the parent has exited: the kernel sends that signal for each exiting thread, too. */
export function hasCallerEnded({ signalledBy }: Caller): boolean {
  return signalledBy === 0 || sys.parentPid() !== signalledBy;
}

/** The error of a run that was not started because its caller had exited. */
export function callerGone(spec: Spec): SpawnError {
  return { ...cannotWatchParent(spec, ESRCH), code: "caller_gone" };
}

/** The error where the caller cannot be watched. */
function cannotWatchParent({ command, dieWithParent }: Spec, errno: number): SpawnError {
  const detail = `--die-with-parent${dieWithParent === true ? "" : `=${dieWithParent}`}`;
  const code = "not_confined";
  return { kind: "spawn", code, command: command[0] ?? "", detail, errno: errnoName(errno) };
}
