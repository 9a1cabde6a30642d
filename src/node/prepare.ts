import { wayFor } from "./backend/backend.ts";
import { CurfewError } from "./result/result.ts";

/**
 * What curfew can promise on this machine without options. The words are those of docs/report.md.
 */
export interface Guarantees {
  /** What tracks the tree by default. */
  readonly containment: string;
  /** Why the end of the whole tree is not guaranteed in advance; empty if it is. */
  readonly reasons: readonly string[];
}

/**
 * Finds out what can be promised on this machine. Call it early where the first run has to be
 * quick. Rejects with `no_binary` where curfew cannot run commands here.
 *
 * @example
 * const { containment } = await prepare();
 * assert.equal(containment, "subreaper");
 */
export async function prepare(): Promise<Guarantees> {
  const way = wayFor("auto");
  if (way === undefined) throw new CurfewError("no_binary", "nothing here can run commands");
  const answer = await way.prepare();
  if (answer.kind === "failed") throw new CurfewError(answer.code, answer.text);
  const { containment, reasons } = answer;
  return { containment, reasons };
}
