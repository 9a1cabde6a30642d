import assert from "node:assert/strict";
import { test } from "node:test";
import { distrustOf } from "../../../src/core/spec/trusted-file.ts";

const ME = 1000;

/** Owner, mode of the file, mode of its folder, and why it is not obeyed. */
const ROWS: readonly (readonly [number, number, number | undefined, string | undefined])[] = [
  [ME, 0o100644, 0o40755, undefined],
  [ME, 0o100600, 0o40700, undefined],
  [0, 0o100644, 0o40755, undefined],
  [ME, 0o100664, 0o40775, undefined],
  [1001, 0o100644, 0o40755, "foreign"],
  [ME, 0o100646, 0o40755, "writable"],
  [0, 0o100666, 0o40755, "writable"],
  [ME, 0o100644, 0o40777, "folder-writable"],
  [ME, 0o100644, 0o41777, undefined],
  [ME, 0o100644, 0o40757, "folder-writable"],
  [ME, 0o100644, undefined, "folder-writable"],
];

for (const [owner, mode, folderMode, why] of ROWS) {
  test(`user ${owner}, ${mode.toString(8)} in ${folderMode?.toString(8)}: ${why ?? "obeyed"}`, () => {
    assert.equal(distrustOf({ isRegular: true, owner, mode, folderMode }, ME), why);
  });
}

test("what is no regular file is nothing else", () => {
  const facts = { isRegular: false, owner: ME, mode: 0o20666, folderMode: 0o40777 };
  assert.equal(distrustOf(facts, ME), "irregular");
});

test("root obeys its own files alone", () => {
  const facts = { isRegular: true, owner: ME, mode: 0o100644, folderMode: 0o40755 };
  assert.equal(distrustOf(facts, 0), "foreign");
});
