// What an errno says of the process that was looked at: only two of all say that it is gone.
import assert from "node:assert/strict";
import { constants } from "node:os";
import { describe, test } from "node:test";
import { isMissed, isSeen, isUnknown, unseen } from "../../../src/core/values/unseen.ts";

const MEANINGS: Readonly<Record<string, string>> = {
  ENOENT: "gone",
  ESRCH: "gone",
  EPERM: "hidden",
  EACCES: "hidden",
};

describe("looks", () => {
  for (const [name, errno] of Object.entries(constants.errno)) {
    const meaning = MEANINGS[name] ?? "unknown";
    test(`${name}: ${meaning}`, () => {
      const look = unseen(-errno);
      assert.deepEqual(look, { unseen: meaning, errno });
      const [isGone, isOurs] = [meaning === "gone", meaning === "unknown"];
      assert.deepEqual([isSeen(look), isMissed(look), isUnknown(look)], [false, !isGone, isOurs]);
    });
  }
  test("what was seen", () => {
    const look = { pid: 1 };
    assert.deepEqual([isSeen(look), isMissed(look), isUnknown(look)], [true, false, false]);
  });
});
