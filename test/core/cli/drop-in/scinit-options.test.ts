// What scinit's names become; test/core/cli/rows/init-argv.ts has their words.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ScinitFields } from "../../../../src/core/cli/drop-in/scinit-options.ts";
import {
  SCINIT_UNSET,
  wholeOf,
  withScinit,
} from "../../../../src/core/cli/drop-in/scinit-options.ts";
import { INIT_DEFAULTS } from "../../../../src/core/spec/defaults.ts";

const NOTHING = () => undefined;
const UNSET: ScinitFields = { ...INIT_DEFAULTS, ...SCINIT_UNSET };

test("without any of them the fields are init's, and nothing else", () => {
  assert.deepEqual(withScinit({ ...UNSET }, ["a"]), INIT_DEFAULTS);
});

test("S83: without --live-reload nothing is watched", () => {
  assert.deepEqual(withScinit({ ...UNSET, watchPaths: ["p"] }, ["a"]).watch, []);
});

test("S78: one socket a port, in the order of the options", () => {
  const { listen } = withScinit(
    {
      ...UNSET,
      ports: [
        [82, 80],
        [80, 81],
      ],
    },
    ["a"],
  );
  assert.deepEqual(
    listen.map(({ text }) => text),
    ["127.0.0.1:82", "127.0.0.1:80", "127.0.0.1:81"],
  );
});

test("a whole number of a unit stays exact, and beyond that is none", () => {
  const { parse, format, expected } = wholeOf("seconds", 1_000_000, 1);
  assert.equal(expected, "a whole number of seconds");
  for (const [text, us] of [
    ["0", 1],
    ["1", 1_000_000],
    ["9007199254", 9_007_199_254_000_000],
    ["9007199255", undefined],
    ["", undefined],
    ["-1", undefined],
  ] as const) {
    assert.equal(parse(text, NOTHING), us, text);
    if (us !== undefined) assert.equal(format(us as never), text);
  }
});
