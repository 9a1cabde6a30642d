import assert from "node:assert/strict";
import { test } from "node:test";
import type { NarrationMessage } from "../../../src/core/messages/narration-sentence.ts";
import { narrationSentence } from "../../../src/core/messages/narration-sentence.ts";
import type { ExitCode } from "../../../src/core/spec/status.ts";

const ROWS: readonly [NarrationMessage, string][] = [
  [{ kind: "command-started", pid: 7, command: "a\n", isAlone: false }, "started process 7 'a\\n'"],
  [
    { kind: "command-ended", pid: 7, status: { kind: "exited", code: 3 } },
    "process 7 exited with code 3",
  ],
  [
    {
      kind: "command-ended",
      pid: 7,
      status: { kind: "signaled", signal: "SIGKILL", coreDumped: false },
    },
    "process 7 was ended by signal KILL",
  ],
  [{ kind: "signal-received", signal: "SIGTERM", becomes: undefined }, "signal TERM was received"],
  [{ kind: "leaving", code: 3 as ExitCode }, "leaving with exit code 3"],
];

for (const [message, words] of ROWS) {
  test(words, () => assert.equal(narrationSentence(message, true), words));
}
