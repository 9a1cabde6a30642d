// What the portable host cannot do is named with the reason why our program does not do it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Options, run } from "../../../src/node/index.ts";
import { refusalOf } from "../../../src/node/portable/refusal.ts";
import { orderOf } from "./order.ts";

test("the caller chose the portable host", () => {
  const refused: Options<"utf8">[] = [{ cpuLimit: "1s" }, { memLimit: "1G" }, { processLimit: 5 }];
  for (const options of refused) {
    const [option] = Object.keys(options);
    const message = `${option}: needs curfew's program, which backend: "portable" does not use`;
    assert.throws(() => run("true", { ...options, backend: "portable" }), {
      code: "unsupported",
      option,
      message,
    });
  }
});

test("no package has the program for this platform, or it cannot be used", () => {
  const order = orderOf(["--cpu-limit=1s"], ["true"]);
  assert.deepEqual(refusalOf(order, "unsupported"), {
    option: "cpuLimit",
    text: "needs curfew's program, which this platform has no package for",
  });
  assert.deepEqual(
    refusalOf(order, "missing")?.text,
    "needs curfew's program, which cannot be used here",
  );
  assert.equal(refusalOf(orderOf([], ["true"]), "unsupported"), undefined);
});
