import assert from "node:assert/strict";
import { test } from "node:test";
import { holdersOf } from "../../../src/core/look/locks.ts";
import { mutated, TIMES } from "./mutated.ts";

const LOCKS = `1: POSIX  ADVISORY  WRITE 20582 fe:00:10158094 0 EOF
2: FLOCK  ADVISORY  WRITE 301 fe:00:7 0 EOF
2: -> FLOCK  ADVISORY  WRITE 302 fe:00:7 0 EOF
2: -> FLOCK  ADVISORY  READ  303 fe:00:7 0 EOF
3: POSIX  ADVISORY  READ 401 00:2f:9 0 9
3:  -> POSIX  ADVISORY  WRITE 402 00:2f:9 0 EOF
4: OFDLCK ADVISORY  WRITE -1 fe:00:8 0 EOF
4: -> OFDLCK ADVISORY  WRITE 501 fe:00:8 0 EOF
5: LEASE  ACTIVE    READ 601 fe:00:11 0 EOF
`;

/** A process, and the holders of the lock that it waits for. */
const ROWS: readonly (readonly [waiting: number, holders: readonly number[]])[] = [
  [302, [301]],
  [303, [301]],
  [402, [401]],
  [501, []],
  [301, []],
  [20582, []],
  [999, []],
];

for (const [waiting, holders] of ROWS) {
  test(`the holders of the lock that ${waiting} waits for`, () => {
    assert.deepEqual(holdersOf(LOCKS, waiting), holders);
  });
}

test("any text has holders or none", () => {
  for (const text of mutated(LOCKS, TIMES)) {
    assert.ok(holdersOf(text, 302).every((pid) => pid > 0 && pid !== 302));
  }
});
