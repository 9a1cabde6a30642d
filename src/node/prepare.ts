import { wayFor } from "./backend/backend.ts";
import { CurfewError } from "./result/result.ts";

/**
 * What curfew can promise here, without options: what tracks the tree, and why the end of all of it
 * is not guaranteed beforehand (the words of docs/report.md; empty: it is).
 */
export interface Guarantees {
  readonly containment: string;
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
