import { execFile } from "node:child_process";
import { allProcesses, hasOwnProc } from "./proc.ts";
import { PS_ARGUMENTS, PS_ENVIRONMENT, parsePs } from "./ps.ts";
import type { ProcessTable } from "./table.ts";
import { tableOf } from "./table.ts";

/** A look at all processes; undefined: they cannot be seen. It begins after the call. */
export type Look = () => ProcessTable | undefined | Promise<ProcessTable | undefined>;

/** Looks by /proc where there is one, at once; elsewhere by ps(1). */
export const look: Look = () => (hasOwnProc() ? tableOf(allProcesses()) : psTable());

/** How long ps(1) may take, in milliseconds. A look that takes longer shows nothing. */
const PS_LIMIT = 2000;
const PS_OUTPUT = 64 << 20;

type Running = { readonly current: Promise<unknown>; next?: Promise<ProcessTable | undefined> };

/** The ps(1) that runs, and the one that will run after it for all who have asked meanwhile. */
let running: Running | undefined;

/** Many runs that end together share the next ps(1): the one that runs has perhaps seen too little. */
function psTable(): Promise<ProcessTable | undefined> {
  if (running === undefined) return startPs();
  running.next ??= running.current.then(startPs);
  return running.next;
}

function startPs(): Promise<ProcessTable | undefined> {
  const current = new Promise<ProcessTable | undefined>((resolve) => {
    const options = {
      env: { PATH: "/bin:/usr/bin:/usr/sbin", ...PS_ENVIRONMENT },
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
