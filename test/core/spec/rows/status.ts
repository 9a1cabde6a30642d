import type { WaitStatus } from "../../../../src/core/spec/status.ts";

/** What waitid says, how the child ended, and the code a shell would show. */
export type StatusRow = readonly [
  code: number,
  status: number,
  ended: WaitStatus | undefined,
  exitCode: number | undefined,
];

const killed = (signal: Extract<WaitStatus, { kind: "signaled" }>["signal"]): WaitStatus => ({
  kind: "signaled",
  signal,
  coreDumped: false,
});

/** The ends of children, and what is not an end. */
export const STATUSES: readonly StatusRow[] = [
  [3, 6, { kind: "signaled", signal: "SIGABRT", coreDumped: true }, 134],
  [2, 64, killed("SIGRTMAX"), 192],
  [2, 32, killed("SIG32"), 160],
  [2, 34, killed("SIGRTMIN"), 162],
  [2, 9, killed("SIGKILL"), 137],
  [2, 15, killed("SIGTERM"), 143],
  [2, 1, killed("SIGHUP"), 129],
  [1, 137, { kind: "exited", code: 137 }, 137],
  [1, 255, { kind: "exited", code: 255 }, 255],
  [1, 124, { kind: "exited", code: 124 }, 124],
  [1, 0, { kind: "exited", code: 0 }, 0],
  [4, 5, undefined, undefined],
  [5, 19, undefined, undefined],
  [6, 18, undefined, undefined],
  [0, 0, undefined, undefined],
  [2, 65, undefined, undefined],
];

/** The codes that the exit status table of the manual has beyond the command's own. */
export const NAMED_EXIT_CODES: readonly (readonly [code: number, name: string])[] = [
  [124, "EXIT_TIMED_OUT"],
  [125, "EXIT_FAILED"],
  [126, "EXIT_CANNOT_INVOKE"],
  [127, "EXIT_NOT_FOUND"],
  [137, "EXIT_KILLED"],
];
