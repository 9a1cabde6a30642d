import assert from "node:assert/strict";
import { test } from "node:test";
import { withRecord } from "../../../src/core/run/records.ts";
import type { Step } from "../../../src/core/run/state.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import { specOf } from "./transcript.ts";

const at = 7 as Instant;
const next: Step = {
  state: { phase: "starting" },
  actions: [
    { type: "kill", target: "child", signal: "SIGTERM" },
    { type: "say", message: { kind: "dumped-core" } },
  ],
};
const typesOf = ({ actions }: Step) => actions.map(({ type }) => type);
const told = specOf("run --events /e cmd");

test("a line comes behind the signals, and before messages", () => {
  const step = withRecord(told, next, { phase: "starting" }, { type: "continued", at });
  assert.deepEqual(typesOf(step), ["kill", "emit", "say"]);
});

test("there is none without --events, after the end, and about what only the core has to know", () => {
  const event = { type: "continued", at } as const;
  assert.equal(withRecord(specOf("run cmd"), next, { phase: "starting" }, event), next);
  assert.equal(withRecord(told, next, { phase: "finished" }, event), next);
  const wrote = { type: "wrote", at, last: at } as const;
  assert.equal(withRecord(told, next, { phase: "starting" }, wrote), next);
});

test("a start that was called off is told by what called it off", () => {
  const by = { type: "caller-gone", at } as const;
  const step = withRecord(told, next, { phase: "starting" }, { type: "called-off", at, by });
  const [, line] = step.actions;
  assert.ok(line?.type === "emit" && line.event.type === "caller-gone");
});
