import assert from "node:assert/strict";
import { test } from "node:test";
import { interpreterOf } from "../../../src/core/values/interpreter.ts";

const LOADER = "/lib64/ld-linux-x86-64.so.2";

/** The beginning of a file, and what runs it. Bytes that are no UTF-8 are U+DC00 + byte. */
const ROWS: readonly (readonly [head: string, interpreter: string | undefined])[] = [
  ["#!/bin/sh\n", "/bin/sh"],
  ["#!/usr/bin/env python3\necho\n", "/usr/bin/env"],
  ["#! \t/bin/sh -e\n", "/bin/sh"],
  ["#!/bin/sh", "/bin/sh"],
  ["#!/bin/sh\r\n", "/bin/sh\r"],
  ["#!relative/sh\n", "relative/sh"],
  ["#!/b\udcff/sh\n", "/b\udcff/sh"],
  ["#!\n/bin/sh\n", undefined],
  ["#!", undefined],
  [" #!/bin/sh\n", undefined],
  ["echo true\n", undefined],
  ["", undefined],
  [`\x7fELF\x02\x01\0\0\x03\0>\0\udce0\0\0\0${LOADER}\0\x04\0\0\0GNU\0`, LOADER],
  ["\x7fELF\x02\x01\0\0\x03\0>\0\x01\0\0\0\x04\0\0\0GNU\0", undefined],
];

for (const [head, interpreter] of ROWS) {
  test(`a file that begins ${JSON.stringify(head)}: ${interpreter}`, () => {
    assert.equal(interpreterOf(head), interpreter);
  });
}
