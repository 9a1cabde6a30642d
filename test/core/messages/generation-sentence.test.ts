import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cause, GenerationMessage } from "../../../src/core/messages/generation-sentence.ts";
import { generationSentence } from "../../../src/core/messages/generation-sentence.ts";
import type { WaitStatus } from "../../../src/core/spec/status.ts";
import type { Duration } from "../../../src/core/values/duration.ts";

const changed = (path: string, hasOthers = false): Cause => ({ kind: "changed", path, hasOthers });
const code = (number: number): WaitStatus => ({ kind: "exited", code: number });
const us = (seconds: number) => (seconds * 1e6) as Duration;

const restart = (
  cause: Cause,
  status: WaitStatus | undefined,
  served: "began" | "ready" | "ended" = "began",
  wasOver = false,
): GenerationMessage => ({
  kind: "restarted",
  generation: 2,
  cause,
  before: { generation: 1, status, lived: us(133), wasOver },
  served,
  after: us(0.25),
});

const unused = (addresses: readonly string[], ...command: string[]): GenerationMessage => {
  return { kind: "sockets-unused", generation: 1, addresses, command };
};

const ROWS: readonly (readonly [message: GenerationMessage, sentence: string])[] = [
  [
    restart(changed("src/a.ts"), code(0)),
    "'src/a.ts' changed: generation 1 exited with code 0 after 2m13s, " +
      "generation 2 began 0.25s after the change",
  ],
  [
    restart(changed("a\nb\x1b[31m\u202e", true), code(1), "ready", true),
    "'a\\nb\\033[31m\\342\\200\\256' and others changed: generation 1 had exited with code 1 " +
      "after 2m13s, generation 2 was ready 0.25s after the change",
  ],
  [
    restart(
      { kind: "signal", signal: "SIGHUP" },
      {
        kind: "signaled",
        signal: "SIGKILL",
        coreDumped: false,
      },
    ),
    "signal HUP: generation 1 died of signal KILL after 2m13s, " +
      "generation 2 began 0.25s after the signal",
  ],
  [
    restart(changed("a"), undefined, "ended"),
    "'a' changed: generation 1 ended after 2m13s, " +
      "generation 2 ended before it was ready, 0.25s after the change",
  ],
  [
    unused(["127.0.0.1:3000"], "node", "server.js"),
    "no process accepted a connection on '127.0.0.1:3000': curfew holds that address, so the server has to " +
      "take descriptor 3 (LISTEN_FDS=1): in Node server.listen({ fd: 3 })",
  ],
  [
    unused(["127.0.0.1:3000", "/run/a\x07"], "./server"),
    "no process accepted a connection on '127.0.0.1:3000', '/run/a\\a': curfew holds these addresses, so the " +
      "server has to take descriptors 3 and 4 (LISTEN_FDS=2)",
  ],
  [
    unused(["a", "b", "c", "d"], "./server"),
    "no process accepted a connection on 'a', 'b', 'c', 'd': curfew holds these addresses, so the server has " +
      "to take descriptors 3 to 6 (LISTEN_FDS=4)",
  ],
  [
    unused(["a", "b", "c", "d", "e"], "./server"),
    "no process accepted a connection on 'a', 'b', 'c' and 2 more: curfew holds these addresses, so the server " +
      "has to take descriptors 3 to 7 (LISTEN_FDS=5)",
  ],
  [{ kind: "generation", generation: 3, step: "ready" }, "generation 3 is ready"],
];

test("what curfew says of generations", () => {
  for (const [message, sentence] of ROWS) assert.equal(generationSentence(message, true), sentence);
});
