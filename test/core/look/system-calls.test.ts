import assert from "node:assert/strict";
import { test } from "node:test";
import { systemCallName } from "../../../src/core/look/system-calls.ts";

const [X86_64, ARM64] = [0, 1];

/** Calls by the numbers that syscalls(2) and the headers give them. */
const ROWS: readonly (readonly [name: string, x86_64: number, arm64: number])[] = [
  ["read", 0, 63],
  ["write", 1, 64],
  ["close", 3, 57],
  ["connect", 42, 203],
  ["accept4", 288, 242],
  ["flock", 73, 32],
  ["fcntl", 72, 25],
  ["wait4", 61, 260],
  ["waitid", 247, 95],
  ["futex", 202, 98],
  ["openat", 257, 56],
  ["clock_nanosleep", 230, 115],
  ["epoll_pwait", 281, 22],
  ["ppoll", 271, 73],
  ["recvfrom", 45, 207],
  ["clone3", 435, 435],
  ["io_uring_enter", 426, 426],
];

for (const [name, x86_64, arm64] of ROWS) {
  test(`${name} on both processors`, () => {
    assert.equal(systemCallName(X86_64, x86_64), name);
    assert.equal(systemCallName(ARM64, arm64), name);
  });
}

test("gaps in the tables and numbers beyond them have no name", () => {
  for (const number of [-1, 335, 423, 10_000]) {
    assert.equal(systemCallName(X86_64, number), undefined);
  }
  assert.equal(systemCallName(ARM64, 300), undefined);
  assert.equal(systemCallName(2, 0), undefined);
});
