import { type Signal, signalNumber, signalOfNumber } from "../values/signal.ts";

/** How a child exited, as waitid(2) reports it. */
export type WaitStatus =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signaled"; readonly signal: Signal; readonly coreDumped: boolean };

/** What curfew itself exits with, 0..255. */
export type ExitCode = number & { readonly __unit: "exit code" };

/** The time limit was reached. */
export const EXIT_TIMED_OUT: ExitCode = 124 as ExitCode;

/** curfew itself failed, or was used wrongly. */
export const EXIT_FAILED: ExitCode = 125 as ExitCode;

/** The command was found but cannot be run. */
export const EXIT_CANNOT_INVOKE: ExitCode = 126 as ExitCode;

/** The command was not found. */
export const EXIT_NOT_FOUND: ExitCode = 127 as ExitCode;

/** SIGKILL killed the command, or the process group that curfew leads. */
export const EXIT_KILLED: ExitCode = 137 as ExitCode;

/** A row of the exit code table, from which the documentation is made. */
export type ExitMeaning = {
  readonly code: ExitCode;
  readonly name: string;
  readonly meaning: string;
};

/** Every exit code of `timeout` that has a meaning of its own; all others are the command's. */
export const EXIT_CODES: readonly ExitMeaning[] = [
  {
    code: EXIT_TIMED_OUT,
    name: "EXIT_TIMED_OUT",
    meaning: "the time limit was reached, or the idle limit",
  },
  {
    code: EXIT_FAILED,
    name: "EXIT_FAILED",
    meaning: "curfew failed or was used wrongly, or the output limit was reached",
  },
  {
    code: EXIT_CANNOT_INVOKE,
    name: "EXIT_CANNOT_INVOKE",
    meaning: "the command was found but cannot be run",
  },
  { code: EXIT_NOT_FOUND, name: "EXIT_NOT_FOUND", meaning: "the command was not found" },
  {
    code: EXIT_KILLED,
    name: "EXIT_KILLED",
    meaning: "the command was killed by SIGKILL (128 + 9)",
  },
];

/** A row of a subcommand's table of exit codes. */
export type ExitRow = Pick<ExitMeaning, "code" | "meaning">;

const RUN_FAILED =
  "curfew failed or was misused, a process survived, too much output, or the guardian was lost";

/** The exit codes of `run` and `init`. 137 has no row: it is always the command's own code. */
export const RUN_EXIT_CODES: readonly ExitRow[] = EXIT_CODES.flatMap((row) => {
  if (row.code === EXIT_KILLED) return [];
  return row.code === EXIT_FAILED ? { ...row, meaning: RUN_FAILED } : row;
});

const ANSWERED: ExitRow = { code: 0 as ExitCode, meaning: "the answer was printed" };
const CURFEW_FAILED: ExitRow = {
  code: EXIT_FAILED,
  meaning: "curfew itself failed, or was used wrongly",
};

/** All exit codes of `kill`. */
export const KILL_EXIT_CODES: readonly ExitRow[] = [
  { code: 0 as ExitCode, meaning: "all processes are gone; with --signal 0: all are running" },
  { code: 1 as ExitCode, meaning: "at least one is not, or was refused" },
  CURFEW_FAILED,
];

/** All exit codes of `doctor`. */
export const DOCTOR_EXIT_CODES: readonly ExitRow[] = [ANSWERED, CURFEW_FAILED];

/** All exit codes of `inspect`. */
export const INSPECT_EXIT_CODES: readonly ExitRow[] = [
  { code: 0 as ExitCode, meaning: "all processes were drawn; without a PID: all runs" },
  { code: 1 as ExitCode, meaning: "at least one PID has no process; the others were drawn" },
  CURFEW_FAILED,
];

/** All exit codes of `show`. */
export const SHOW_EXIT_CODES: readonly ExitRow[] = [
  { code: 0 as ExitCode, meaning: "the timeline was drawn, also if the file was cut off" },
  { code: EXIT_FAILED, meaning: "the file cannot be read or holds no events, or a usage error" },
];

/** All exit codes of `config`. */
export const CONFIG_EXIT_CODES: readonly ExitRow[] = [
  ANSWERED,
  { code: EXIT_FAILED, meaning: "a file is mistaken, or curfew failed or was used wrongly" },
];

/** What waitid(2) fills in about a child: si_code and si_status. */
export type ChildInfo = { readonly code: number; readonly status: number };

// waitid(2): the values of si_code for a child that has exited. Others report stops.
const CLD_EXITED = 1;
const CLD_KILLED = 2;
const CLD_DUMPED = 3;

/** How the child ended, or undefined if it has only been stopped or continued. */
export function waitStatusOf({ code, status }: ChildInfo): WaitStatus | undefined {
  if (code === CLD_EXITED) return { kind: "exited", code: status };
  if (code !== CLD_KILLED && code !== CLD_DUMPED) return undefined;
  const signal = signalOfNumber(status);
  return signal && { kind: "signaled", signal, coreDumped: code === CLD_DUMPED };
}

/** The code a shell would report: 128 + N for a death by signal N. */
export function exitCodeOf(status: WaitStatus): ExitCode {
  return (status.kind === "exited" ? status.code : 128 + signalNumber(status.signal)) as ExitCode;
}
