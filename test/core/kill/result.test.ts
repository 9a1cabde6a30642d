import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { KillResult } from "../../../src/core/kill/result.ts";
import {
  formatKillJson,
  formatKillText,
  formatSending,
  formatUnused,
  isSuccess,
} from "../../../src/core/kill/result.ts";
import type { KillSpec } from "../../../src/core/spec/kill-spec.ts";
import { KILL_DEFAULTS } from "../../../src/core/spec/kill-spec.ts";

const SURVIVOR = { pid: 7, startTime: 70, uid: 0, command: "a\udcff", state: "D" } as const;

const RESULTS: readonly (readonly [result: KillResult, text: string, json: string])[] = [
  [
    { pid: 42, outcome: "graceful_exit", reason: undefined, members: 3, survivors: [] },
    "42 graceful_exit\n",
    '{"pid":42,"outcome":"graceful_exit","members":3,"survivors":[]}\n',
  ],
  [
    {
      ...{ pid: 42, outcome: "error", reason: "not permitted: 7", members: 2 },
      survivors: [{ ...SURVIVOR, why: "eperm" }],
    },
    "42 error: not permitted: 7\n",
    '{"pid":42,"outcome":"error","reason":"not permitted: 7","members":2,"survivors":' +
      '[{"pid":7,"start_time":70,"uid":0,"command":"a\ufffd","state":"D","why":"eperm"}]}\n',
  ],
];

describe("kill: what is printed", () => {
  for (const [result, text, json] of RESULTS) {
    test(text.trimEnd(), () => {
      assert.equal(formatKillText(result), text);
      assert.equal(formatKillJson(result), json);
    });
  }

  test("-v names whom a signal went to, on one line", () => {
    const voice = { name: "curfew kill", utf8: false };
    const process = { kind: "process", pid: 42, command: "a\nb" } as const;
    assert.equal(
      formatSending(voice, "SIGTERM", process),
      "curfew kill: sending signal TERM to process 42 'a\\nb'\n",
    );
    assert.equal(
      formatSending(voice, "SIGKILL", { kind: "group", group: 42 }),
      "curfew kill: sending signal KILL to process group 42\n",
    );
  });
});

const SPEC: KillSpec = { ...KILL_DEFAULTS, pids: [] };
const QUESTION: KillSpec = { ...SPEC, signal: "SIG0" };

function result(outcome: KillResult["outcome"], pid = 1, isUnused = false): KillResult {
  return { pid, outcome, reason: undefined, members: 0, survivors: [], isUnused };
}

describe("kill: what it comes to", () => {
  test("the default grace period is that of run", () => assert.equal(SPEC.killAfter, 5_000_000));

  const DONE = ["graceful_exit", "forceful_kill", "already_exited"] as const;
  test("all are gone: 0, and 1 where one is not", () => {
    assert.equal(
      isSuccess(
        SPEC,
        DONE.map((outcome) => result(outcome)),
      ),
      true,
    );
    assert.equal(isSuccess(SPEC, [result("graceful_exit"), result("error")]), false);
  });

  test("a question: 0 where all are running", () => {
    assert.equal(isSuccess(QUESTION, [result("running"), result("running")]), true);
    for (const outcome of ["already_exited", "error"] as const) {
      assert.equal(isSuccess(QUESTION, [result("running"), result(outcome)]), false);
    }
  });

  const free = (count: number) =>
    Array.from({ length: count }, (_, at) => result("already_exited", at + 1, true));
  const voice = { name: "curfew\nkill" };
  const LINES: readonly (readonly [KillSpec, readonly KillResult[], string | undefined])[] = [
    [SPEC, [result("already_exited"), result("graceful_exit")], undefined],
    [QUESTION, free(1), undefined],
    [SPEC, free(1), "no process has the PID 1"],
    [SPEC, [...free(1), ...free(1)], "no process has the PID 1"],
    [SPEC, free(2), "no process has any of the PIDs 1, 2"],
    [{ ...SPEC, reach: "group" }, free(1), "no process group has the ID 1"],
    [SPEC, free(10), "no process has any of the PIDs 1, 2, 3, 4, 5, 6, 7, 8 and 2 more"],
  ];
  for (const [spec, results, says] of LINES) {
    test(`numbers that no process has: ${says ?? "nothing is said"}`, () => {
      const line = says && `curfew\\nkill: ${says}\n`;
      assert.equal(formatUnused(voice, spec, results), line);
    });
  }
});
