import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { jsonText, onOneLine, quote } from "../../../src/core/values/quote.ts";
import { DIRECTIONS, QUOTES } from "./rows/quote.ts";

for (const [name, c, utf8] of QUOTES) {
  test(`S7: the name ${JSON.stringify(name)} is shown on one line`, () => {
    assert.equal(quote(name, false), c);
    assert.equal(quote(name, true), utf8);
  });
}

const LONE = fc.integer({ min: 0xdc80, max: 0xdcff }).map((unit) => String.fromCharCode(unit));
const CHARACTER = fc.oneof(LONE, fc.string({ unit: "binary", maxLength: 2 }), fc.constant("\n"));
const NAME = fc.oneof(
  fc.array(CHARACTER).map((parts) => parts.join("")),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);

// Python's surrogateescape, backwards: what the name was before it became a string.
function bytesOf(name: string): number[] {
  return [...name].flatMap((character) => {
    const point = character.codePointAt(0) ?? 0;
    return point >= 0xdc80 && point <= 0xdcff ? [point - 0xdc00] : [...Buffer.from(character)];
  });
}

const ESCAPED: Record<string, number> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };

function unquoted(shown: string): number[] {
  const parts = shown.slice(1, -1).match(/\\[0-7]{3}|\\.|[^\\]/gsu) ?? [];
  return parts.flatMap((part) => {
    if (/^\\[0-7]/.test(part)) return [Number.parseInt(part.slice(1), 8)];
    const character = part.replace(/^\\(?=.)/s, "");
    return part.length > 1 && part[0] === "\\" && character in ESCAPED
      ? [ESCAPED[character] ?? 0]
      : bytesOf(character);
  });
}

test("S7: no control byte, no line break and no broken UTF-8 is ever shown", () => {
  fc.assert(
    fc.property(NAME, (name) => {
      assert.match(quote(name, false), /^'[ -~]*'$/);
      assert.match(quote(name, true), /^'[^\p{Cc}\p{Cs}\u2028\u2029]*'$/u);
    }),
    { numRuns: 3000 },
  );
});

test("S7: what is shown names exactly one name, byte by byte", () => {
  const wellFormed = NAME.filter((name) => !/[\ud800-\udc7f\udd00-\udfff]/u.test(name));
  fc.assert(
    fc.property(wellFormed, (name) => {
      assert.deepEqual(unquoted(quote(name, false)), bytesOf(name));
      assert.deepEqual(unquoted(quote(name, true)), bytesOf(name));
    }),
    { numRuns: 3000 },
  );
});

test("S7: our own name is as we were called, but on one line", () => {
  assert.equal(onOneLine("/opt/bin/timeout"), "/opt/bin/timeout");
  assert.equal(onOneLine("/d'ü \\/timeout"), "/d'ü \\/timeout");
  assert.equal(onOneLine("a\nb\u001b[1m\u007f"), "a\\nb\\033[1m\\177");
  assert.equal(onOneLine("\u009b31m\udcff"), "\\302\\23331m\\377");
});

for (const mark of DIRECTIONS) {
  const code = mark.charCodeAt(0).toString(16).padStart(4, "0");
  test(`U+${code} never changes the order in which a line is shown`, () => {
    const bytes = [...Buffer.from(mark)].map((byte) => `\\${byte.toString(8)}`).join("");
    assert.equal(quote(mark, false), `'${bytes}'`);
    assert.equal(quote(mark, true), `'${bytes}'`);
    assert.equal(onOneLine(mark), bytes);
    assert.equal(jsonText([mark]), `["\\u${code}"]`);
  });
}

const UNSAFE = /[\p{Cc}\p{Cs}\u2028\u2029\p{Bidi_Control}]/u;

test("no text that is printed has a control character, a line break or a mark of direction", () => {
  fc.assert(
    fc.property(NAME, (name) => {
      for (const shown of [quote(name, true), onOneLine(name), jsonText({ [name]: name })]) {
        assert.doesNotMatch(shown, UNSAFE);
      }
    }),
    { numRuns: 3000 },
  );
});

test("JSON with escapes means what it means without", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.equal(JSON.stringify(JSON.parse(jsonText(value))), JSON.stringify(value));
    }),
  );
});
