import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { KillResult } from "../../src/core/kill-result.ts";
import { formatKilling, formatKillJson, formatKillText } from "../../src/core/kill-result.ts";

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
      formatKilling(voice, "SIGTERM", process),
      "curfew kill: sending signal TERM to process 42 'a\\nb'\n",
    );
    assert.equal(
      formatKilling(voice, "SIGKILL", { kind: "group", group: 42 }),
      "curfew kill: sending signal KILL to process group 42\n",
    );
  });
});
