import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  diagnose,
  formatDiagnosisJson,
  formatDiagnosisText,
} from "../../../src/core/doctor/doctor.ts";
import { RELIABILITY_REASONS } from "../../../src/core/spec/tree.ts";
import { GOOD, MACHINES } from "./rows/doctor.ts";

describe("doctor", () => {
  for (const [name, facts, text] of MACHINES) {
    test(name, () => {
      assert.equal(formatDiagnosisText(diagnose({ ...GOOD, ...facts })), text);
    });
  }

  test("JSON has the same, under stable keys", () => {
    const json = formatDiagnosisJson(diagnose(GOOD));
    assert.equal(json.indexOf("\n"), json.length - 1);
    const cgroup = { available: true, detail: "below /sys/fs/cgroup/a.scope" };
    const tree = { mechanism: "cgroup", scope: "tree" };
    const detail = "the whole tree, below /sys/fs/cgroup/a.scope";
    const yes = { available: true, detail: "" };
    assert.deepEqual(JSON.parse(json), {
      schema_version: 1,
      auto: "subreaper",
      tree_kill_reliability: "best_effort",
      reliability_reasons: ["no_cgroup", "foreign_pidns_possible"],
      explanations: diagnose(GOOD).reasons,
      containment: {
        cgroup,
        pidns: { available: true, detail: "as root; the command sees other PIDs" },
        subreaper: { available: true, detail: "needs nothing; with a guardian" },
      },
      limits: {
        cpu_limit: { mechanism: "rlimit", scope: "process", detail: "each process for itself" },
        mem_limit: { ...tree, detail },
        process_limit: { ...tree, detail },
      },
      kernel: {
        release: "6.12.0",
        pidfd: yes,
        proc: yes,
        children_lists: yes,
        cgroup_kill: yes,
        process_1: {
          available: false,
          detail: "as PID 1, the kernel would kill the tree with curfew",
        },
      },
      user: 0,
    });
  });

  test("JSON has the same keys whatever is found", () => {
    const keysOf = (value: unknown): unknown =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.entries(value).map(([key, inner]) => [key, keysOf(inner)])
        : typeof value;
    const shapes = MACHINES.map(([, facts]) => {
      const json = JSON.parse(formatDiagnosisJson(diagnose({ ...GOOD, ...facts })));
      for (const limit of Object.values<Record<string, unknown>>(json.limits)) {
        limit.mechanism = limit.scope = "";
      }
      return JSON.stringify(keysOf(json));
    });
    assert.equal(new Set(shapes).size, 1);
  });

  test("every reason is explained, with a remedy", () => {
    const auto = { mechanism: "child", reasons: RELIABILITY_REASONS } as const;
    for (const { means, remedy } of diagnose({ ...GOOD, auto }).reasons) {
      assert.match(means, /^[A-Z].*\.$/);
      assert.match(remedy, /^(--containment|a|Linux \d\S* or) .*[^.]$/);
    }
  });
});
