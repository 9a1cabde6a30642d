import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { graceOf } from "../../../core/run/ladder.ts";
import type { Spec } from "../../../core/spec/spec.ts";
import type { Signal } from "../../../core/values/signal.ts";
import { signalLabel } from "../../../core/values/signal.ts";
import { numberOf } from "../processes/signalling.ts";
import { GUARDIAN_SCRIPT } from "./script.ts";

/** What the guardian knows of a run: the process group, and how to end it. */
type Entry = { readonly group: number; readonly signal: string; readonly tenths: number };

/** The guardian of this thread. It is started by the first run, and again if it was ended. */
type Guardian = { process: ChildProcess | undefined; readonly entries: Map<number, Entry> };

/**
 * Two copies of this module, such as those of a test runner that loads modules again for each file,
 * share one guardian. A worker thread has its own: its trees end with the thread.
 */
const KEY = Symbol.for("curfew.portable.guardian.1");

type Holder = { [KEY]?: Guardian };

function guardianOf(holder: Holder = globalThis as Holder): Guardian {
  holder[KEY] ??= { process: undefined, entries: new Map() };
  return holder[KEY];
}

/** The shell that runs the guardian. */
export const SHELL = "/bin/sh";

/**
 * Starts the guardian of this thread if there is none. False: it cannot be started. It has a
 * session of its own, so that a terminal's keys do not end it, and never keeps Node alive.
 */
export function startGuardian(shell: string = SHELL): boolean {
  const guardian = guardianOf();
  if (guardian.process !== undefined) return true;
  const child = spawn(shell, ["-c", GUARDIAN_SCRIPT, "curfew-guardian"], {
    cwd: "/",
    env: { PATH: `/bin:/usr/bin:${process.env.PATH ?? ""}` },
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  // The error that tells of a failed start; and EPIPE, where the exit says the same.
  child.on("error", () => undefined);
  child.stdin?.on("error", () => undefined);
  if (child.pid === undefined) return false;
  child.unref();
  unrefStream(child.stdin);
  guardian.process = child;
  child.on("exit", () => {
    guardian.process = undefined;
    // However it ended: the trees that run now get another one.
    if (guardian.entries.size > 0 && startGuardian(shell)) tellAll(guardian);
  });
  return true;
}

function tellAll(guardian: Guardian): void {
  for (const entry of guardian.entries.values()) tell(guardian, added(entry));
}

/** The pipe of a child's stdin is a socket that keeps Node alive, which its type does not say. */
function unrefStream(stream: Writable & { readonly unref?: () => void }): void {
  stream.unref?.();
}

/** From now on the group ends if Node ends. */
export function guard(group: number, spec: Spec): void {
  const guardian = guardianOf();
  const tenths = Math.ceil(graceOf(spec) / 100_000);
  const entry: Entry = { group, signal: wordOf(spec.signal), tenths };
  guardian.entries.set(group, entry);
  tell(guardian, added(entry));
}

/** The run is over. */
export function unguard(group: number): void {
  const guardian = guardianOf();
  if (guardian.entries.delete(group)) tell(guardian, `- ${group}\n`);
}

/** As kill(1) has it. Shells have no common names of real-time signals. */
function wordOf(signal: Signal): string {
  return signal.startsWith("SIGRT") ? String(numberOf(signal)) : signalLabel(signal);
}

function added({ group, signal, tenths }: Entry): string {
  return `+ ${group} ${signal} ${tenths}\n`;
}

/** Node writes to a pipe at once where there is room: the line is there when this returns. */
function tell({ process }: Guardian, line: string): void {
  process?.stdin?.write(line);
}

/** The guardian's PID, while there is one. */
export function guardianPid(): number | undefined {
  return guardianOf().process?.pid;
}
