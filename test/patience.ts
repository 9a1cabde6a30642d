// How long tests wait. A limit in a test is what a fact may take on an idle machine; `patiently`
// stretches it where the machine is busy. A limit that passes is always a failure, never a success.
import { availableParallelism, loadavg } from "node:os";

/** What a busy machine may stretch a limit to: a hang must still be found. */
const MOST = 6;

/**
 * The factor for all limits: CURFEW_TEST_PATIENCE if it is set, else one for each process that
 * wants a processor at the moment, and at least 1.
 */
export function patience(): number {
  const given = Number(process.env.CURFEW_TEST_PATIENCE);
  if (given > 0) return given;
  const [load = 0] = loadavg();
  return Math.min(MOST, Math.max(1, load / availableParallelism()));
}

/** A limit in whole milliseconds on the machine as it is now: Node's timers take no fraction. */
export function patiently(limit_ms: number): number {
  return Math.ceil(limit_ms * patience());
}
