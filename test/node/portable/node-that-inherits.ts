// A Node that hands down its own stdout and stderr, which are watched for silence.
import type { Duration } from "../../../src/core/values/duration.ts";
import { begin, orderOf } from "./order.ts";

process.stdout.write("before\n");
const inherit = { kind: "inherit" } as const;
const told = begin(
  orderOf([], ["sh", "-c", "echo out; echo err >&2; exec sleep 1000"], {
    stdout: inherit,
    stderr: inherit,
    relay: { idleTimeout: 200_000 as Duration },
  }),
);
const { outcome } = await told.report;
console.log(outcome);
