import { parseKill } from "../core/cli/kill-line.ts";
import { wayFor } from "./backend/backend.ts";
import { badOption, nearest } from "./options/check.ts";
import type { Duration, Signal } from "./options/options.ts";
import { durationText, isRecord, shown, signalText, wholeText } from "./options/values.ts";
import { inCamelCase } from "./result/report.ts";
import { CurfewError, type ErrorCode, type Survivor } from "./result/result.ts";

/** The options of `killTree`. */
export interface KillOptions {
  /** The first signal. Default `"SIGTERM"`. */
  readonly killSignal?: Signal | undefined;
  /** From the first signal to SIGKILL. Default 5s; 0 is `bad_duration`. `"inf"`: no SIGKILL. */
  readonly killAfter?: Duration | undefined;
  /**
   * Only a process with this start time (field 22 of /proc/PID/stat): a PID that is old may be
   * another process's by now. Else `already_exited`.
   */
  readonly startTime?: number | undefined;
  /** Also allow PID 1 and the ancestors of curfew, Node among them. Default false. */
  readonly force?: boolean | undefined;
}

/** How `killTree` went. */
export interface KillResult {
  /** `error`: some processes are not gone, or curfew refused; `reason` says why. */
  readonly outcome: "graceful_exit" | "forceful_kill" | "already_exited" | "error";
  readonly survivors: readonly Survivor[];
  /** Only with `error`. */
  readonly reason?: string;
}

type KillRow = {
  readonly flag: string;
  readonly code: ErrorCode;
  readonly expected: string;
  readonly text: (value: unknown) => string | undefined;
};

const KILL_TABLE: Readonly<Record<keyof KillOptions, KillRow>> = {
  killSignal: {
    flag: "--signal",
    code: "unknown_signal",
    expected: 'a name such as "SIGTERM", or a number from 1 to 64',
    text: signalText,
  },
  killAfter: {
    flag: "--kill-after",
    code: "bad_duration",
    expected: 'milliseconds above 0, or a string such as "10s"; "inf" for never',
    text: durationText,
  },
  startTime: {
    flag: "--require-start-time",
    code: "bad_option",
    expected: "a whole number of ticks",
    text: wholeText,
  },
  force: {
    flag: "--force",
    code: "bad_option",
    expected: "true or false",
    text: (value) => (typeof value === "boolean" ? "" : undefined),
  },
};

/**
 * Ends a process that runs already, with everything it started: `killSignal`, after `killAfter`
 * SIGKILL. It finds the descendants by one look at all processes, so a run of curfew's own, which
 * tracks them from the beginning, is safer. A PID that no process has is `already_exited`.
 *
 * Throws `bad_option` unless the PID is above 0, `bad_duration`, `unknown_signal`; rejects with
 * `no_binary` where curfew cannot be found.
 *
 * @example
 * import { spawn } from "node:child_process";
 * const child = spawn("sleep", ["60"]);
 * const { outcome } = await killTree(child.pid ?? 0);
 * assert.equal(outcome, "graceful_exit");
 */
export function killTree(pid: number, options: KillOptions = {}): Promise<KillResult> {
  if (!Number.isSafeInteger(pid) || pid < 1) {
    throw badOption("pid", `${shown(pid)} is no process: a number above 0 is`);
  }
  return kill(pid, wordsOf(options, pid));
}

async function kill(pid: number, words: readonly string[]): Promise<KillResult> {
  const way = wayFor("auto");
  if (way === undefined) throw new CurfewError("no_binary", "nothing here can end processes");
  const ending = await way.killTree({ pid, words });
  if (ending.kind === "failed") throw new CurfewError(ending.code, ending.text);
  const { outcome, survivors, reason } = inCamelCase(ending.result);
  if (reason === undefined) return { outcome, survivors } as KillResult;
  // The reason is a sentence of the command line's.
  const ours = String(reason).replace("--force overrules", "force: true overrules");
  return { outcome, survivors, reason: ours } as KillResult;
}

function wordsOf(options: unknown, pid: number): readonly string[] {
  if (!isRecord(options)) throw badOption("options", `${shown(options)} is no object`);
  const words = Object.entries(options).flatMap(([name, value]) => wordOf(name, value));
  const request = parseKill([...words, String(pid)], () => undefined);
  if (request.kind !== "usage") return words;
  const [flag] = request.part.split(" ");
  const found = Object.entries(KILL_TABLE).find(([, row]) => row.flag === flag);
  if (found === undefined) throw badOption("pid", `${pid} is not ${request.expected}`);
  throw refusedValue(found[0], found[1], options[found[0]]);
}

function wordOf(name: string, value: unknown): readonly string[] {
  if (!Object.hasOwn(KILL_TABLE, name)) {
    const near = nearest(name, Object.keys(KILL_TABLE));
    throw badOption(name, `killTree has no such option${near ? `; is ${near} meant?` : ""}`);
  }
  if (value === undefined) return [];
  const row = KILL_TABLE[name as keyof KillOptions];
  const text = row.text(value);
  if (text === undefined) throw refusedValue(name, row, value);
  if (row.flag === "--force") return value === true ? [row.flag] : [];
  return [`${row.flag}=${text}`];
}

function refusedValue(option: string, { code, expected }: KillRow, value: unknown): CurfewError {
  return new CurfewError(code, `${option}: ${shown(value)} is not ${expected}`, { option });
}
