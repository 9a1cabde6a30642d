import assert from "node:assert/strict";
import { isIPv4, isIPv6 } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { formatListen, LISTEN, parseListen } from "../../../../src/core/cli/options/listen.ts";
import { LISTENS, NO_LISTENS } from "../rows/listen.ts";

test("addresses, their names, and what is made of them", () => {
  for (const [text, name, at] of LISTENS) {
    const listen = parseListen(text);
    assert.deepEqual([listen?.name, listen?.at], [name, at], text);
    assert.ok(listen !== undefined);
    assert.equal(formatListen(listen), text);
  }
});

test("what is no address is refused", () => {
  for (const text of NO_LISTENS) assert.equal(parseListen(text), undefined, text);
});

test("a host is a number exactly where the C library says so", () => {
  const unit = fc.constantFrom(..."::::....0129afF", "::", "255", "256", "1.2.3.4", "ffff", "00");
  const host = fc.string({ unit, maxLength: 12 });
  fc.assert(
    fc.property(fc.oneof(host, fc.ipV4(), fc.ipV6()), (text) => {
      assert.equal(parseListen(`[${text}]:1`) !== undefined, isIPv6(text), text);
      // An empty host means all.
      if (text !== "") assert.equal(parseListen(`${text}:1`) !== undefined, isIPv4(text), text);
    }),
    { numRuns: 20_000 },
  );
});

const TEXT = fc.string({ unit: "binary", minLength: 1 });
const ADDRESS = fc.oneof(
  TEXT.map((path) => `unix:${path}`),
  fc.tuple(fc.ipV4(), fc.nat(65535)).map(([host, port]) => `${host}:${port}`),
  fc.tuple(fc.ipV6(), fc.nat(65535)).map(([host, port]) => `[${host}]:${port}`),
);

test("an address is written as it is read, and its name fits into LISTEN_FDNAMES", () => {
  const option = fc.oneof(
    ADDRESS,
    fc.tuple(TEXT, ADDRESS).map(([name, address]) => `${name}=${address}`),
  );
  fc.assert(
    fc.property(option, (text) => {
      const listen = parseListen(text);
      if (listen === undefined) return;
      assert.match(listen.name, /^[\x20-\x39\x3b-\x7e]{1,255}$/);
      assert.deepEqual(parseListen(formatListen(listen)), listen);
    }),
    { numRuns: 5000 },
  );
});

test("it is a value like others", () => {
  assert.equal(LISTEN.metavar, "ADDRESS");
  assert.equal(LISTEN.code, "bad_address");
  assert.deepEqual(
    LISTEN.parse("a=:1", () => undefined),
    parseListen("a=:1"),
  );
});
