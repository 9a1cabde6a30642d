// The report of a run: read, and compared with what the tracker counted (T42).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { validateReport } from "../report-schema.ts";

/** What the tests look at, of a report that `checkReport` has accepted. */
export type Report = {
  readonly outcome: string;
  readonly timed_out: boolean;
  readonly exit_code: number;
  readonly elapsed_ms: number;
  readonly child: { readonly exit_code: number | null; readonly signal: string | null };
  readonly signals_sent: readonly { readonly signal: string }[];
  readonly escalated: boolean;
  readonly containment: string;
  readonly tree_kill_reliability: "guaranteed" | "best_effort" | null;
  readonly reliability_reasons: readonly string[];
  readonly tree_gone: boolean | null;
  readonly proof: string | null;
  readonly survivors: readonly { readonly pid: number; readonly why: string }[];
  readonly leftovers: readonly { readonly pid: number }[];
  readonly resources: Resources;
  readonly limits: unknown;
};

type Resources = {
  readonly user_ms: number;
  readonly system_ms: number;
  readonly accounting: "exact" | "lower_bound";
};

const PROOFS = ["echild", "populated0+echild", "pidns_reaped"];

/** The report in a file: there must be one, and a whole one. */
export function readReport(path: string): Report {
  const report: unknown = JSON.parse(readFileSync(path, "utf8"));
  checkReport(report);
  return report;
}

/** Fails unless the report is one of ours and does not contradict itself. */
export function checkReport(report: unknown): asserts report is Report {
  assert.deepEqual(validateReport(report), [], "what schemas/report-v1.json says");
  const { tree_gone, proof, survivors, ...rest } = report as Report;
  const reliability = rest.reliability_reasons.length === 0 ? "guaranteed" : "best_effort";
  // Where nothing was started, there is nothing to say of it.
  const isStarted = rest.tree_kill_reliability !== null;
  if (isStarted) assert.equal(rest.tree_kill_reliability, reliability, "reliability and reasons");
  assert.equal(tree_gone === true, PROOFS.includes(proof ?? ""), "what is claimed is proven");
  if (tree_gone === true) assert.deepEqual(survivors, [], "what is gone did not survive");
}
