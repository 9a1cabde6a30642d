import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRun } from "../../../../src/core/cli/argv.ts";

/** The words of an option, and its field; `undefined`: refused. */
const ROWS: readonly (readonly [option: string, field: unknown])[] = [
  ["--keep-output=8M,1K", { head: 8 << 20, tail: 1024 }],
  ["--keep-output=0,0", { head: 0, tail: 0 }],
  ["--keep-output=10,20", { head: 10, tail: 20 }],
  ["--keep-output=8M", undefined],
  ["--keep-output=8M,", undefined],
  ["--keep-output=,8M", undefined],
  ["--keep-output=8M,8M,8M", undefined],
  ["--keep-output=-1,1", undefined],
  ["--keep-output=1 ,1", undefined],
  ["--keep-output=", undefined],
  ["--pty", true],
  ["--pty=80x24", { columns: 80, rows: 24 }],
  ["--pty=65535x1", { columns: 65_535, rows: 1 }],
  ["--pty=65536x1", undefined],
  ["--pty=0x24", undefined],
  ["--pty=80", undefined],
  ["--pty=80x", undefined],
  ["--pty=80x24x2", undefined],
  ["--pty=80X24", undefined],
  ["--pty=-1x24", undefined],
  ["--pty= 80x24", undefined],
  ["--pty=", undefined],
  ["--pipe-drain=0", 0],
  ["--pipe-drain=2s", 2_000_000],
  ["--pipe-drain=inf", undefined],
  ["--pipe-drain=", undefined],
];

for (const [option, field] of ROWS) {
  test(`${option}: ${JSON.stringify(field) ?? "refused"}`, () => {
    const request = parseRun([option, "a"], () => undefined);
    if (field === undefined) return assert.equal(request.kind, "usage");
    assert.ok(request.kind === "run");
    const { keepOutput, pipeDrain, pty } = request.spec;
    const fields = { "--keep": keepOutput, "--pipe": pipeDrain, "--pty": pty };
    const [, read] = Object.entries(fields).find(([name]) => option.startsWith(name)) ?? [];
    assert.deepEqual(read, field);
  });
}
