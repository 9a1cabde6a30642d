// Orphans that PID 1 adopts, and how they change the end of a tree.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event } from "../../../src/core/report/event.ts";
import type { TreeGone } from "../../../src/core/run/adopted.ts";
import {
  adoptedGone,
  countsAdopted,
  isTreeGone,
  withAdopted,
} from "../../../src/core/run/adopted.ts";
import { INIT_DEFAULTS } from "../../../src/core/spec/defaults.ts";
import type { LeftoversSnapshot } from "../../../src/core/spec/member.ts";
import type { Fields } from "../../../src/core/spec/spec.ts";
import type { Usage } from "../../../src/core/spec/tree.ts";
import type { Instant } from "../../../src/core/values/duration.ts";

const AT = 7 as Instant;
const USAGE = { user: 1, system: 2 } as unknown as Usage;
const ADOPTED = [{ pid: 5, command: "sh" }];
const LOOK: LeftoversSnapshot = { members: [], ours: [], isComplete: true };
const EMPTY: TreeGone = { type: "tree-empty", at: AT, usage: USAGE, proof: "echild" };
const EXITED: TreeGone = {
  type: "exited",
  at: AT,
  pid: 2,
  status: { kind: "exited", code: 3 },
  usage: USAGE,
  proof: "echild",
  leftovers: [],
};

const counts = (isInit: boolean, fields: Partial<Fields> = {}) =>
  countsAdopted({ ...INIT_DEFAULTS, ...fields, command: ["a"] }, isInit);

test("PID 1 counts adopted orphans, unless leftovers stay or the command is replaced", () => {
  assert.deepEqual(
    [
      counts(true),
      counts(true, { leftovers: "fail" }),
      counts(true, { ready: { kind: "notify" } }),
      counts(false),
      counts(true, { leftovers: "leave" }),
      counts(true, { watch: ["/"] }),
      counts(true, { reloadSignal: "SIGHUP" }),
    ],
    [true, true, true, false, false, false, false],
  );
});

test("a tree is gone where that is proven", () => {
  const others: readonly Event[] = [
    { ...EXITED, proof: undefined },
    { type: "continued", at: AT },
  ];
  assert.deepEqual([EXITED, EMPTY, ...others].map(isTreeGone), [true, true, false, false]);
});

test("without adopted orphans the tree ends as it does elsewhere", () => {
  const look = () => assert.fail("nothing is looked at");
  assert.equal(withAdopted(EXITED, [], look), EXITED);
  assert.equal(withAdopted(EMPTY, [], look), EMPTY);
});

test("the command's exit has adopted orphans as leftovers", () => {
  assert.deepEqual(
    withAdopted(EXITED, ADOPTED, () => LOOK),
    { ...EXITED, proof: undefined, leftovers: ADOPTED, look: LOOK },
  );
});

test("a tree that is empty except for adopted orphans is not empty yet", () => {
  assert.equal(
    withAdopted(EMPTY, ADOPTED, () => LOOK),
    undefined,
  );
  assert.deepEqual(adoptedGone(AT, USAGE), EMPTY);
});
