// Which processes belong to what; the courses of test/core/kill/kill.test.ts show the rest.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Caller, Discovery, KillProgress } from "../../../src/core/kill/members.ts";
import { withDiscoveries } from "../../../src/core/kill/members.ts";
import { membersOf } from "../../../src/core/kill/refusal.ts";
import { KILL_DEFAULTS } from "../../../src/core/spec/kill-spec.ts";

const CALLER: Caller = {
  ...{ pid: 100, group: 90, ancestors: [99], hasProc: true, unseen: undefined },
};
const SPEC = { ...KILL_DEFAULTS, pids: [10, 12] };

function discovery(pid: number, under: number): Discovery {
  return { id: pid, pid, startTime: 1, command: "", under };
}

describe("kill: members", () => {
  const targets = SPEC.pids.map((pid) => ({ pid, verdict: undefined }));
  const none: KillProgress = {
    caller: CALLER,
    targets,
    members: new Map(),
    receivers: [],
    doubts: new Map(),
  };
  const found = SPEC.pids.map((pid) => {
    return { kind: "found", members: [discovery(pid, 0)], isKernel: false } as const;
  });
  const known = { ...none, ...membersOf(SPEC, none, found) };

  const ORDERS: readonly (readonly (readonly [pid: number, under: number])[])[] = [
    [
      [11, 10],
      [12, 11],
      [13, 12],
    ],
    [
      [13, 12],
      [12, 11],
      [11, 10],
    ],
  ];
  for (const order of ORDERS) {
    test(`a tree in a tree, seen as ${order.map(([pid]) => pid).join(" ")}`, () => {
      const all = order.map(([pid, under]) => discovery(pid, under));
      const { members } = withDiscoveries(SPEC, known, all);
      const counts = [10, 11, 12, 13].map((id) => members.get(id)?.targets.toSorted());
      assert.deepEqual(counts, [[0], [0], [0, 1], [0, 1]]);
    });
  }

  test("what is seen below a candidate is a candidate", () => {
    assert.equal(withDiscoveries(SPEC, known, [discovery(50, 49)]).members.size, 2);
  });
});
