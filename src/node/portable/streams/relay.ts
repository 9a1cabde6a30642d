import type { Instant } from "../../../core/values/duration.ts";
import type { Order, StreamName } from "../../way/way.ts";
import { now } from "../clock.ts";
import type { Keeping } from "./keeping.ts";
import { newKeeping } from "./keeping.ts";

/** What is known of the output of a command. */
export type Relay = {
  /** When the command wrote last, or a reader that was slow wanted more again. */
  last: Instant;
  /** Bytes of both streams together. */
  total: number;
  /** Bytes of each beyond the limit. */
  readonly omitted: Record<StreamName, number>;
  /** Of streams of which the library keeps a part. */
  readonly keeping: Readonly<Record<StreamName, Keeping | undefined>>;
};

export function newRelay({ relay: { keep }, stdout, stderr }: Order): Relay {
  const keepingOf = (kind: string) => (kind === "bytes" ? newKeeping(keep) : undefined);
  const keeping = { stdout: keepingOf(stdout.kind), stderr: keepingOf(stderr.kind) };
  return { last: now(), total: 0, omitted: { stdout: 0, stderr: 0 }, keeping };
}
