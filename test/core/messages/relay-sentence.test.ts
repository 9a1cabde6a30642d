import assert from "node:assert/strict";
import { test } from "node:test";
import { relaySentence } from "../../../src/core/messages/relay-sentence.ts";
import type { Duration } from "../../../src/core/values/duration.ts";
import type { Bytes } from "../../../src/core/values/size.ts";

test("a bare number says that it is bytes; a busy command may be buffering", () => {
  const limit = (size: number) => relaySentence({ kind: "output-limit", size: size as Bytes });
  assert.match(limit(10), / 10 bytes:/);
  assert.match(limit(1024), / 1K:/);
  const idle = (isBusy: boolean) => relaySentence({ kind: "idle", time: 2e6 as Duration, isBusy });
  assert.equal(idle(false), "the command wrote nothing for 2s");
  assert.match(idle(true), /^the command wrote nothing for 2s, but was busy: .*buffered$/);
});

test("an output that takes no more is named", () => {
  const lost = { kind: "output-lost", output: "stderr", errno: "ENOSPC" } as const;
  assert.equal(relaySentence(lost), "cannot write to standard error: no space left on device");
});
