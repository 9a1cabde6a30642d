// The kernel's numbers, compared with those that Node has from the C library's headers.
import assert from "node:assert/strict";
import { constants as files } from "node:fs";
import { constants as system } from "node:os";
import { test } from "node:test";
import { errnoName } from "../../../src/core/values/errno.ts";
import * as abi from "../../../src/linux/kernel/abi.ts";

const NUMBERS: ReadonlyMap<string, unknown> = new Map(Object.entries(abi));
const named = (pattern: RegExp) => [...NUMBERS].filter(([name]) => pattern.test(name));

test("errno: the header's number, and the name that messages have for it, if they have one", () => {
  const known: Readonly<Record<string, number>> = system.errno;
  const errnos = named(/^E[A-Z0-9]+$/);
  assert.ok(errnos.length > 10);
  for (const [name, number] of errnos) {
    assert.equal(number, known[name], name);
    assert.ok([name, `E${number}`].includes(errnoName(Number(number))), name);
  }
});

test("types of files and permissions", () => {
  const known: Readonly<Record<string, unknown>> = { ...files };
  const types = named(/^S_I(F|WGRP|WOTH)/);
  assert.ok(types.length > 5);
  for (const [name, number] of types) assert.equal(number, known[name], name);
  assert.equal(abi.S_IRWXG_IRWXO, files.S_IRWXG | files.S_IRWXO);
});
