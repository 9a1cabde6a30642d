// The Linux host on a model kernel: what each row does, and what is to come of it.
// The model comes first: the host looks for its window when it is loaded.
import "./model/install.ts";

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Row } from "./model/row.ts";
import { GUARDIAN_NEWS } from "./rows/guardian-news.ts";
import { SIGNAL_NEWS } from "./rows/news.ts";
import { OUTPUTS } from "./rows/outputs.ts";

const TABLES: Readonly<Record<string, readonly Row[]>> = {
  "signals to us": SIGNAL_NEWS,
  "news of the guardian": GUARDIAN_NEWS,
  outputs: OUTPUTS,
};

for (const [subject, rows] of Object.entries(TABLES)) {
  for (const [name, act, expected] of rows) {
    test(`${subject}: ${name}`, () => assert.deepEqual(act(), expected));
  }
}
