import assert from "node:assert/strict";
import { test } from "node:test";
import { isDate, parseToml, positionAt } from "../../../../src/core/cli/config/toml.ts";

const at = (text: string) => {
  const { line, column, text: why } = parseToml(text) as Record<string, unknown>;
  return `${line}:${column}: ${why}`;
};

test("a file that is no TOML is refused with the place and one line", () => {
  for (const [text, says] of [
    ["a", /^1:\d+: [ -~]+$/],
    ["a = ", /^1:\d+: /],
    ["a = 1\nb = [", /^2:\d+: /],
    ["a = 1\na = 2", /^2:\d+: .*redefine/],
    ["[a]\n[a]", /^2:\d+: /],
    ["a = 'x", /^1:\d+: /],
    ["a = 1 b = 2", /^1:\d+: /],
    ["a = 99999999999999999999", /^1:\d+: /],
    ["a = \x00", /^1:\d+: /],
    ["# \x07", /^1:\d+: /],
    ["\r", /^1:\d+: /],
    ["x = 1\ny = '\udcff'", /^2:6: this is not UTF-8$/],
    ["\ud800", /^1:1: this is not UTF-8$/],
    [`a = ${"[".repeat(100_000)}`, /^1:\d+: /],
    [`a = ${"{a=".repeat(50_000)}`, /^1:\d+: /],
    ["[".repeat(10), /^1:\d+: /],
  ] as const) {
    assert.match(at(text), says);
    assert.match(at(text), /^[ -~]{1,260}$/);
  }
});

test("names of JavaScript's own objects are keys as others", () => {
  const table = parseToml("[__proto__]\nx = 1\n[constructor]\n[toString]");
  assert.deepEqual(Object.keys(table).sort(), ["__proto__", "constructor", "toString"]);
  assert.equal(({} as { x?: unknown }).x, undefined);
});

test("a date is no table", () => {
  const { d, t } = parseToml("d = 1979-05-27T07:32:00Z\nt = 07:32:00") as Record<string, unknown>;
  assert.ok(isDate(d) && isDate(t) && !isDate({}) && !isDate("1979-05-27"));
});

test("a place counts lines and columns from 1", () => {
  assert.deepEqual(positionAt("a\nbc", 0), { line: 1, column: 1 });
  assert.deepEqual(positionAt("a\nbc", 3), { line: 2, column: 2 });
});
