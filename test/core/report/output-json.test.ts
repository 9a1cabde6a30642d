import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonOf } from "../../../src/core/report/json-shape.ts";
import { OUTPUT } from "../../../src/core/report/output-json.ts";

test("what was passed on of each stream, and whether a pipe was held", () => {
  const totals = (bytes: number, omitted: number) => ({ bytes, omitted });
  const output = { stdout: totals(7, 2), stderr: totals(0, 0), isPipeHeld: true };
  assert.deepEqual(JSON.parse(JSON.stringify(jsonOf(OUTPUT, output as never))), {
    stdout: { bytes: 7, omitted: 2 },
    stderr: { bytes: 0, omitted: 0 },
    pipe_held: true,
  });
});
