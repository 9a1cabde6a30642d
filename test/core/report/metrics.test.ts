import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatMetrics } from "../../../src/core/report/metrics.ts";
import { reportOf } from "../../../src/core/report/report.ts";
import { EXIT, FACTS, METRICS, SPEC } from "./rows/report.ts";

for (const [report, line] of METRICS) {
  test(`TIMEOUT_METRICS: ${JSON.stringify(report.command)} ${report.outcome}`, () => {
    assert.equal(formatMetrics(report), line);
  });
}

test("TIMEOUT_METRICS: one line of Unicode, whatever the words of the command are", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 1 }), (command) => {
      const line = formatMetrics({ ...reportOf(SPEC, FACTS, EXIT), command });
      assert.ok(!line.includes("\n") && line.isWellFormed());
      assert.equal(JSON.parse(line).command, command.join(" ").toWellFormed());
    }),
  );
});
