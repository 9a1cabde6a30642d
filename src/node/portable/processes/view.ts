import { execFile } from "node:child_process";
import { uptime } from "node:os";
import type { Duration } from "../../../core/values/duration.ts";
import type { ChannelView } from "./channels.ts";
import { channelsOf } from "./channels.ts";
import { hasOwnProc } from "./own-proc.ts";
import { allProcesses, processOf, userOf, wordsOf } from "./proc.ts";
import { PS_ARGUMENTS, PS_ENVIRONMENT, parsePs } from "./ps.ts";
import type { ProcessRow, ProcessTable } from "./table.ts";
import { tableOf } from "./table.ts";

/** How processes are looked at. */
export type View = {
  /** All of them; undefined: they cannot be seen. The look begins after the call. */
  readonly look: () => ProcessTable | undefined | Promise<ProcessTable | undefined>;
  /** One of them at once, while it is there. Undefined: only a look at all can tell. */
  readonly one: ((pid: number) => ProcessRow | undefined) | undefined;
  /** The effective user; -1: unknown. */
  readonly userOf: (row: ProcessRow) => number;
  readonly ageOf: (row: ProcessRow) => Duration;
  /** The words of a process, each with a NUL behind it. Undefined: they cannot be told apart. */
  readonly wordsOf: ((pid: number) => string) | undefined;
  /** Which of these read what others write. Undefined: that cannot be seen. */
  readonly channelsOf: ((pids: readonly number[]) => ChannelView) | undefined;
};

const TICK = 10_000;

/** By /proc. */
export const BY_PROC: View = {
  look: () => tableOf(allProcesses()),
  one: processOf,
  userOf: ({ pid }) => userOf(pid),
  ageOf: ({ startTime }) => ageBy(uptime() * 1e6 - startTime * TICK),
  wordsOf,
  channelsOf,
};

/** By ps(1), which takes longer, and shows start times in whole seconds. */
export const BY_PS: View = {
  look: psTable,
  one: undefined,
  userOf: ({ user }) => user,
  ageOf: ({ startTime }) => ageBy(Date.now() * 1000 - startTime * 1e6),
  wordsOf: undefined,
  channelsOf: undefined,
};

function ageBy(microseconds: number): Duration {
  return Math.max(0, Math.round(microseconds)) as Duration;
}

/** By /proc where there is one. */
export function viewHere(): View {
  return hasOwnProc() ? BY_PROC : BY_PS;
}

/** How long ps(1) may take, in milliseconds. A look that takes longer shows nothing. */
const PS_LIMIT = 2000;
const PS_OUTPUT = 64 << 20;

type Running = { readonly current: Promise<unknown>; next?: Promise<ProcessTable | undefined> };

/**
 * The ps(1) that runs, and the one that will run after it for all calls that have come meanwhile.
 */
let running: Running | undefined;

/** Runs that end together share the next ps(1): the one that runs began too early for them. */
function psTable(): Promise<ProcessTable | undefined> {
  if (running === undefined) return startPs();
  running.next ??= running.current.then(startPs);
  return running.next;
}

function startPs(): Promise<ProcessTable | undefined> {
  const current = new Promise<ProcessTable | undefined>((resolve) => {
    const options = {
      env: { PATH: `/bin:/usr/bin:${process.env.PATH ?? ""}`, ...PS_ENVIRONMENT },
      timeout: PS_LIMIT,
      killSignal: "SIGKILL",
      maxBuffer: PS_OUTPUT,
    } as const;
    execFile("ps", PS_ARGUMENTS, options, (error, stdout) => {
      const { rows } = parsePs(stdout);
      resolve(error !== null || rows.length === 0 ? undefined : tableOf(rows));
    });
  });
  const mine: Running = { current };
  running = mine;
  const done = () => {
    if (running === mine && mine.next === undefined) running = undefined;
  };
  void current.then(done);
  return current;
}
