// What holds a tree, and why that is not certain.
import assert from "node:assert/strict";
import { test } from "node:test";
import { RUN_DEFAULTS } from "../../../src/core/spec/defaults.ts";
import type { Doubts } from "../../../src/core/spec/holding.ts";
import { mechanismOf, needsSubreaper, reasonsOf } from "../../../src/core/spec/holding.ts";
import type { Containment, Group, Spec } from "../../../src/core/spec/spec.ts";
import { CONTAINMENTS } from "../../../src/core/spec/spec.ts";
import type { Mechanism } from "../../../src/core/spec/tree.ts";

const spec = (containment: Containment, group: Group = "caller"): Spec => ({
  ...RUN_DEFAULTS,
  containment,
  group,
  command: ["a"],
});

test("what was asked for holds the tree", () => {
  for (const containment of CONTAINMENTS.filter((one) => one !== "auto")) {
    for (const [isInit, isSubreaper] of [
      [false, true],
      [true, true],
      [false, false],
    ] as const) {
      assert.equal(mechanismOf(spec(containment), { isInit, isSubreaper }), containment);
    }
  }
});

/** What `auto` means. */
const AUTO: readonly (readonly [Group, isInit: boolean, isSubreaper: boolean, Mechanism])[] = [
  ["caller", false, true, "subreaper"],
  ["own", false, true, "subreaper"],
  ["caller", true, true, "pidns"],
  ["caller", false, false, "child"],
  ["own", false, false, "group"],
  ["command", false, false, "group"],
  ["alone", false, false, "group"],
  ["session", false, false, "group"],
];

for (const [group, isInit, isSubreaper, expected] of AUTO) {
  test(`auto: ${group}, PID 1: ${isInit}, subreaper: ${isSubreaper}`, () => {
    assert.equal(mechanismOf(spec("auto", group), { isInit, isSubreaper }), expected);
  });
}

test("what proves nothing without a subreaper is refused there", () => {
  const refused = CONTAINMENTS.filter((containment) => needsSubreaper(spec(containment)));
  assert.deepEqual(refused, ["cgroup", "subreaper"]);
});

const NONE: Doubts = {
  canKillCgroup: true,
  mayKillAll: true,
  hasProc: true,
  isParentSignalled: false,
  isForeignSeen: false,
};
const ALL: Doubts = {
  canKillCgroup: false,
  mayKillAll: false,
  hasProc: false,
  isParentSignalled: true,
  isForeignSeen: true,
};
const SAME = ["no_cgroup", "foreign_pidns_possible"];
const MORE = [...SAME, "no_kill_permission_possible", "no_proc", "parent_by_signal"];

/** A mechanism, and its reasons in the best surroundings and in the worst. */
const REASONS: readonly (readonly [
  Mechanism,
  best: readonly string[],
  worst: readonly string[],
])[] = [
  ["cgroup", [], ["no_cgroup_kill", "parent_by_signal"]],
  ["pidns", [], ["parent_by_signal"]],
  ["subreaper", SAME, [...MORE, "foreign_pidns_seen"]],
  ["group", ["process_group_only", ...SAME], ["process_group_only", ...MORE]],
  ["child", ["child_only", ...SAME], ["child_only", ...MORE]],
];

for (const [mechanism, best, worst] of REASONS) {
  test(`${mechanism}: the best and the worst`, () => {
    assert.deepEqual([reasonsOf(mechanism, NONE), reasonsOf(mechanism, ALL)], [best, worst]);
  });
}
