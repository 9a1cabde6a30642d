import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, intOf, parseBlocked } from "../../../src/core/look/blocked.ts";
import { systemCallName } from "../../../src/core/look/system-calls.ts";
import { mutated, TIMES } from "./mutated.ts";

const nameOf = (number: number) => systemCallName(0, number);
const READ = "0 0x3 0x7ffe0 0x400 0x0 0x0 0x0 0x7ffe16e7a2a8 0x7f5a8aef4e4c\n";

test("a thread in a system call", () => {
  assert.deepEqual(parseBlocked(READ, nameOf), {
    kind: "call",
    name: "read",
    args: ["0x3", "0x7ffe0", "0x400", "0x0", "0x0", "0x0"],
  });
});

test("a thread that runs, one that is blocked elsewhere, and other texts", () => {
  assert.deepEqual(parseBlocked("running\n", nameOf), { kind: "running" });
  assert.deepEqual(parseBlocked("-1 0x7ffe16e7a2a8 0x7f5a\n", nameOf), { kind: "elsewhere" });
  for (const text of ["", "0", "-1", "0 0x3", READ.replace("0x3", "3"), `${READ} 0x1`]) {
    assert.equal(parseBlocked(text, nameOf), undefined, text);
  }
});

test("the calls of a program of 32 bits have other numbers", () => {
  const text = "3 0x0 0x0 0x0 0x0 0x0 0x0 0xffd2a1c0 0xf7f0\n";
  assert.deepEqual(parseBlocked(text, nameOf), {
    kind: "call",
    name: undefined,
    args: Array(6).fill("0x0"),
  });
});

test("arguments as numbers", () => {
  const values = ["0x3", "0xffffff9c", "0xffffffffffffff9c", undefined].map((word) => intOf(word));
  assert.deepEqual(values, [3, -100, -100, 0]);
  assert.equal(addressOf("0x7ffe16e7a2a8"), 0x7ffe16e7a2a8);
});

test("any text is a wait or none", () => {
  for (const text of mutated(READ, TIMES)) {
    const blocked = parseBlocked(text, nameOf);
    if (blocked?.kind === "call") assert.equal(blocked.args.length, 6);
  }
});
