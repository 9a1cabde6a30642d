import type { SpawnError } from "../../core/spec/error.ts";
import type { Spec } from "../../core/spec/spec.ts";
import { errnoName } from "../../core/values/errno.ts";
import { signalNumber } from "../../core/values/signal.ts";
import { ESRCH, NO_DESCRIPTOR } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";

/** How the end of the process that started us is learnt, where that was asked for. */
export type Caller = {
  /** Readable when it has ended. */
  readonly pidfd: number;
  /** Its number, where the kernel sends a signal instead: 0 outside of our PID namespace. */
  readonly signalledBy: number | undefined;
  /** It had ended before we looked. */
  readonly isGone: boolean;
};

const UNWATCHED: Caller = { pidfd: NO_DESCRIPTOR, signalledBy: undefined, isGone: false };
const GONE: Caller = { ...UNWATCHED, isGone: true };

/** Too little is left of something, which says nothing of the call. */
const SCARCE: readonly string[] = ["EMFILE", "ENFILE", "ENOMEM"];

/** Stands for the end of a parent for which there is no descriptor: the kernel sends it. */
const PARENT_DIED: number = signalNumber("SIG32");

/** Watches our parent. It is asked for again once it is watched: it may have ended meanwhile. */
export function watchCaller(spec: Spec): Caller | SpawnError {
  const { dieWithParent: wish } = spec;
  if (wish === false) return UNWATCHED;
  const parent = sys.parentPid();
  if (typeof wish === "number" && wish !== parent) {
    // Outside of our PID namespace it has no number, and so cannot be compared.
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

/** Whether a signal is the one that the kernel sends in our parent's name. */
export function isOfCaller({ signalledBy }: Caller, number: number, sender: number): boolean {
  return number === PARENT_DIED && sender === signalledBy;
}

/** Whether that signal means the parent's end: a thread of it that ends sends the same. */
export function hasCallerEnded({ signalledBy }: Caller): boolean {
  return signalledBy === 0 || sys.parentPid() !== signalledBy;
}

/** What a run ends with that was not begun, because its caller had ended. */
export function callerGone(spec: Spec): SpawnError {
  return { ...cannotWatchParent(spec, ESRCH), code: "caller_gone" };
}

/** An explicit wish that cannot be kept. */
function cannotWatchParent({ command, dieWithParent }: Spec, errno: number): SpawnError {
  const detail = `--die-with-parent${dieWithParent === true ? "" : `=${dieWithParent}`}`;
  const code = "not_confined";
  return { kind: "spawn", code, command: command[0] ?? "", detail, errno: errnoName(errno) };
}
