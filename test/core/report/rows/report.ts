import type {
  Outcome,
  RelayedOutput,
  Report,
  RunFacts,
  Sent,
} from "../../../../src/core/report/report.ts";
import { TIMEOUT_DEFAULTS } from "../../../../src/core/spec/defaults.ts";
import type { Exit } from "../../../../src/core/spec/exit.ts";
import type { Spec } from "../../../../src/core/spec/spec.ts";
import type { ExitCode, WaitStatus } from "../../../../src/core/spec/status.ts";
import type {
  AppliedContainment,
  AppliedLimit,
  Survivor,
  Usage,
} from "../../../../src/core/spec/tree.ts";
import type { Duration, Instant } from "../../../../src/core/values/duration.ts";
import type { Signal } from "../../../../src/core/values/signal.ts";
import type { Bytes } from "../../../../src/core/values/size.ts";

/** A report, and its line for `TIMEOUT_METRICS`. */
export type MetricsRow = readonly [report: Report, line: string];

const us = (microseconds: number) => microseconds as Duration;

/** Signals that were sent to one target, a microsecond apart. */
export const sent = (...signals: Signal[]): readonly Sent[] =>
  signals.map((signal, index) => {
    return { signal, target: "child", at: (100 + index) as Instant, count: 1 };
  });

export const HELD: AppliedContainment = {
  mechanism: "subreaper",
  reasons: ["no_cgroup"],
  limits: [],
};

export const REPORT: Report = {
  command: ["sleep", "9"],
  outcome: "exited",
  timedOut: false,
  exitCode: 0,
  timeout: us(5_000_000),
  elapsed: us(1_250_000),
  child: { pid: 7, end: { kind: "exited", code: 0 } },
  error: undefined,
  cause: undefined,
  startedAt: 0 as Instant,
  signalsSent: [],
  escalated: false,
  stops: [],
  holding: HELD,
  treeGone: true,
  proof: "echild",
  survivors: [],
  leftovers: [],
  waitedFor: [],
  spared: [],
  usage: undefined,
  tree: undefined,
  output: undefined,
};

const PLAIN = '"duration_ms":5000,"timed_out":false,"exit_code":0,"signal_sent":null';
const expired = { ...REPORT, outcome: "timed_out", timedOut: true } as const;

/** Reports and their lines, unusual ones first. */
export const METRICS: readonly MetricsRow[] = [
  [
    { ...REPORT, command: ['a "b"\n', "\udcff", "é\ud83d", "💀"] },
    `{"command":"a \\"b\\"\\n \ufffd é\ufffd 💀",${PLAIN},"elapsed_ms":1250}`,
  ],
  [{ ...REPORT, command: [""] }, `{"command":"",${PLAIN},"elapsed_ms":1250}`],
  [{ ...REPORT, elapsed: us(1) }, `{"command":"sleep 9",${PLAIN},"elapsed_ms":0.001}`],
  [{ ...REPORT, elapsed: us(1_234_567) }, `{"command":"sleep 9",${PLAIN},"elapsed_ms":1234.567}`],
  [
    { ...REPORT, timeout: us(0), exitCode: 255 },
    '{"command":"sleep 9","duration_ms":0,"timed_out":false,"exit_code":255,"signal_sent":null,' +
      '"elapsed_ms":1250}',
  ],
  [
    { ...expired, exitCode: 124, signalsSent: sent("SIGTERM", "SIGCONT") },
    '{"command":"sleep 9","duration_ms":5000,"timed_out":true,"exit_code":124,' +
      '"signal_sent":"SIGTERM","elapsed_ms":1250}',
  ],
  [
    { ...expired, exitCode: 137, signalsSent: sent("SIGTERM", "SIGCONT", "SIGKILL") },
    '{"command":"sleep 9","duration_ms":5000,"timed_out":true,"exit_code":137,' +
      '"signal_sent":"SIGKILL","elapsed_ms":1250}',
  ],
  [
    { ...expired, exitCode: 124, signalsSent: sent("SIGCONT") },
    '{"command":"sleep 9","duration_ms":5000,"timed_out":true,"exit_code":124,' +
      '"signal_sent":"SIGCONT","elapsed_ms":1250}',
  ],
  [
    { ...REPORT, outcome: "cancelled", exitCode: 143, signalsSent: sent("SIGINT", "SIGTERM") },
    '{"command":"sleep 9","duration_ms":5000,"timed_out":false,"exit_code":143,' +
      '"signal_sent":"SIGTERM","elapsed_ms":1250}',
  ],
  [
    { ...REPORT, outcome: "signaled", exitCode: 192 },
    '{"command":"sleep 9","duration_ms":5000,"timed_out":false,"exit_code":192,' +
      '"signal_sent":null,"elapsed_ms":1250}',
  ],
  [
    { ...REPORT, outcome: "spawn_failed", exitCode: 127, elapsed: us(0) },
    '{"command":"sleep 9","duration_ms":5000,"timed_out":false,"exit_code":127,' +
      '"signal_sent":null,"elapsed_ms":0}',
  ],
];

export const EXITED: WaitStatus = { kind: "exited", code: 3 };
export const died = (signal: Signal): WaitStatus => ({
  kind: "signaled",
  signal,
  coreDumped: false,
});

export const USAGE: Usage = {
  user: us(300_000),
  system: us(50_001),
  maxRss: 4096 as Bytes,
  accounting: "lower_bound",
  oomKills: undefined,
};

export const SURVIVOR: Survivor = {
  pid: 9,
  command: "st\udcffone",
  startTime: 12345,
  uid: -1,
  state: "D",
  why: "unkillable",
};

export const SPEC: Spec = { ...TIMEOUT_DEFAULTS, timeout: us(5), command: ["a", "b"] };
export const EXIT: Exit = { kind: "code", code: 3 as ExitCode };

export const FACTS: RunFacts = {
  startedAt: 100 as Instant,
  endedAt: 107 as Instant,
  sent: [],
  stops: [],
  reason: undefined,
  isKilled: false,
  child: { pid: 7, end: EXITED },
  error: undefined,
  holding: HELD,
  proof: "echild",
  survivors: [],
  leftovers: [],
  hadLeftovers: false,
  left: undefined,
  usage: USAGE,
  output: undefined,
};

/** More than 2^32 bytes on stdout, and nothing on stderr of its own. */
export const RELAYED: RelayedOutput = {
  stdout: { bytes: 5_000_000_000 as Bytes, omitted: 7 as Bytes, failure: "ENOSPC" },
  stderr: undefined,
  isPipeHeld: true,
  isOverLimit: true,
};

/** What differs from `FACTS`, and the outcome. */
export type OutcomeRow = readonly [facts: Partial<RunFacts>, outcome: Outcome];

const after = (end: WaitStatus | undefined, more: Partial<RunFacts> = {}): Partial<RunFacts> => ({
  child: { pid: 7, end },
  ...more,
});

/** 2 s of processor time as RLIMIT_CPU: SIGXCPU after 2 s, SIGKILL after 3 s. */
const CPU: AppliedLimit = { limit: "cpu", value: 2e6, mechanism: "rlimit", scope: "process" };
const MEM: AppliedLimit = { limit: "mem", value: 1e6, mechanism: "cgroup", scope: "tree" };
const burnt = (user: number, system: number, limits = [CPU]): Partial<RunFacts> => ({
  holding: { ...HELD, limits },
  usage: { ...USAGE, user: us(user), system: us(system) },
});
const killed = (oomKills: number | undefined): Partial<RunFacts> => ({
  holding: { ...HELD, limits: [MEM] },
  usage: { ...USAGE, oomKills },
});
const FAILED = { kind: "spawn", code: "not_found", command: "a", errno: "ENOENT" } as const;
const GONE = { ...FAILED, code: "caller_gone", errno: "ESRCH" } as const;
const OWN_SWEEP = sent("SIGKILL").map((one) => ({ ...one, target: "tree" }) as const);

export const OUTCOME_ROWS: readonly OutcomeRow[] = [
  [after(EXITED, { reason: "timeout" }), "timed_out"],
  [after(died("SIGTERM"), { reason: "timeout" }), "timed_out"],
  [after(died("SIGXCPU"), { reason: "timeout", ...burnt(2e6, 0) }), "timed_out"],
  [after(died("SIGKILL"), { reason: "timeout", ...killed(1) }), "timed_out"],
  [after(undefined, { reason: "timeout" }), "timed_out"],
  [after(EXITED, { reason: "idle" }), "idle_timed_out"],
  [after(died("SIGTERM"), { reason: "idle" }), "idle_timed_out"],
  [after(EXITED, { reason: "output", output: RELAYED }), "output_limit"],
  [after(EXITED, { reason: "cancel" }), "cancelled"],
  [after(died("SIGTERM"), { reason: "signal" }), "cancelled"],
  [after(died("SIGKILL"), { reason: "stopped" }), "cancelled"],
  [after(died("SIGTERM"), { reason: "parent" }), "parent_died"],
  [after(died("SIGKILL"), { reason: "guardian" }), "guardian_lost"],
  [after(undefined), "guardian_lost"],
  [after(EXITED), "exited"],
  [after(died("SIGTERM")), "signaled"],
  [after(died("SIGXCPU")), "signaled"],
  [after(died("SIGXCPU"), burnt(1.9e6, 0.1e6)), "cpu_limit"],
  [after(died("SIGXCPU"), burnt(2e6, 0, [MEM])), "signaled"],
  [after(died("SIGXCPU"), { ...burnt(2e6, 0), sent: sent("SIGXCPU") }), "signaled"],
  [after(died("SIGKILL"), burnt(2e6, 1e6)), "cpu_limit"],
  // The kernel's own count was 3 s.
  [after(died("SIGKILL"), burnt(2.5e6, 0.3e6)), "cpu_limit"],
  [after(died("SIGKILL"), burnt(2e6, 0.3e6)), "signaled"],
  [after(died("SIGKILL"), burnt(2e6, 1e6, [])), "signaled"],
  [after(died("SIGTERM"), burnt(2e6, 1e6)), "signaled"],
  [after({ kind: "exited", code: 0 }, burnt(2e6, 1e6)), "exited"],
  [after(died("SIGKILL"), killed(1)), "memory_limit"],
  [after(died("SIGKILL"), { ...killed(1), sent: OWN_SWEEP }), "memory_limit"],
  [after(died("SIGKILL"), { ...killed(1), sent: sent("SIGKILL") }), "signaled"],
  [after(died("SIGKILL"), killed(0)), "signaled"],
  [after(died("SIGKILL"), killed(undefined)), "signaled"],
  [after(died("SIGTERM"), killed(1)), "signaled"],
  [after(EXITED, killed(1)), "exited"],
  [{ child: undefined, error: FAILED, holding: undefined, proof: undefined }, "spawn_failed"],
  [{ child: undefined, error: GONE, holding: undefined, proof: undefined }, "parent_died"],
];

/** What was sent, in order, and whether that was an escalation. */
export const ESCALATIONS: readonly (readonly [signals: readonly Signal[], isEscalated: boolean])[] =
  [
    [[], false],
    [["SIGTERM"], false],
    [["SIGKILL"], false],
    [["SIGCONT", "SIGKILL"], false],
    [["SIG0", "SIGKILL"], false],
    [["SIGKILL", "SIGTERM"], false],
    [["SIGTERM", "SIGCONT", "SIGKILL"], true],
    [["SIGUSR1", "SIGKILL"], true],
  ];
