import type { Receiver } from "../output/receiver.ts";
import { CurfewError, type Result } from "../result/result.ts";

/** What must be known of a run. */
export type Waiting = {
  readonly started: Promise<number | null>;
  readonly settled: Promise<Result<string | Uint8Array>>;
  readonly owns: (pid: number) => boolean | undefined;
  /** Gives both output streams to one more receiver each. */
  readonly attach: (receiver: () => Receiver) => void;
};

export function notReady(
  text: string,
  details: { detail?: string; cause?: unknown } = {},
): CurfewError {
  return new CurfewError("not_ready", `not ready: ${text}`, details);
}

export async function whenStarted(run: Waiting): Promise<void> {
  if ((await run.started) !== null) return;
  const { error } = await run.settled;
  throw notReady("the command was not started", { cause: error ?? undefined });
}
