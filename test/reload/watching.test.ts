// What `--watch` meets in the world: names and patterns, folders that come and go.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BINARIES, type Binary } from "../cli/binary.ts";
import { endOfRun } from "../cli/run.ts";
import { serve } from "./serving.ts";

function watching(binary: Binary): void {
  for (const pattern of ["*a".repeat(30).concat("b"), "{a,aa}".repeat(90).concat("b")]) {
    test(`no name keeps ${pattern.slice(0, 8)}... busy`, async (t) => {
      const name = "a".repeat(200);
      const script = `: >"$0"; echo "$CURFEW_GENERATION up."; exec sleep 1000`;
      const served = serve(t, binary, [
        ["--ignore", pattern],
        ["sh", "-c", script, name],
      ]);
      await served.says(/^2 up\.$/m);
      assert.equal(endOfRun((await served.stop()).ended), "143");
    });
  }
}

for (const binary of BINARIES) {
  describe(`watching, ${binary.name}`, () => watching(binary));
}
