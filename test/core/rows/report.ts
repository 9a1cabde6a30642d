import type { Duration, Instant } from "../../../src/core/duration.ts";
import type { Report } from "../../../src/core/report.ts";

/** A report, and its line for `TIMEOUT_METRICS`. */
export type MetricsRow = readonly [report: Report, line: string];

const us = (microseconds: number) => microseconds as Duration;
const sent = (...signals: Report["signalsSent"][number]["signal"][]) =>
  signals.map((signal, index) => ({ signal, at: index as Instant, count: 1 }));

const REPORT: Report = {
  command: ["sleep", "9"],
  outcome: "exited",
  exitCode: 0,
  timeout: us(5_000_000),
  elapsed: us(1_250_000),
  signalsSent: [],
};

const PLAIN = '"duration_ms":5000,"timed_out":false,"exit_code":0,"signal_sent":null';

/** The strange ones first. */
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
    { ...REPORT, outcome: "timed_out", exitCode: 124, signalsSent: sent("SIGTERM") },
    '{"command":"sleep 9","duration_ms":5000,"timed_out":true,"exit_code":124,' +
      '"signal_sent":"SIGTERM","elapsed_ms":1250}',
  ],
  [
    { ...REPORT, outcome: "timed_out", exitCode: 137, signalsSent: sent("SIGTERM", "SIGKILL") },
    '{"command":"sleep 9","duration_ms":5000,"timed_out":true,"exit_code":137,' +
      '"signal_sent":"SIGKILL","elapsed_ms":1250}',
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
