import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type Duration,
  formatDuration,
  NO_LIMIT,
  parseDuration,
  parseGnuDuration,
} from "../../../src/core/values/duration.ts";
import {
  COMMA_DURATIONS,
  CURFEW_DURATIONS,
  DURATIONS,
  GNU_DURATIONS,
  WRITTEN_DURATIONS,
} from "./rows/duration.ts";

type Parse = (text: string) => number | undefined;
const gnu: Parse = (text) => parseGnuDuration(text, ".");
const gnuComma: Parse = (text) => parseGnuDuration(text, ",");

const TABLES = [
  { grammar: "GNU", parse: gnu, rows: [...DURATIONS, ...GNU_DURATIONS] },
  { grammar: "GNU with a comma", parse: gnuComma, rows: COMMA_DURATIONS },
  { grammar: "curfew", parse: parseDuration, rows: [...DURATIONS, ...CURFEW_DURATIONS] },
];

for (const { grammar, parse, rows } of TABLES) {
  for (const [cites, text, us] of rows) {
    const shown = text.length > 50 ? `${text.slice(0, 50)}...` : text;
    test(`${cites}: ${grammar} duration ${JSON.stringify(shown)} is ${us ?? "refused"}`, () => {
      assert.equal(parse(text), us);
    });
  }
}

for (const [us, text] of WRITTEN_DURATIONS) {
  test(`${us} us is written ${text}`, () => assert.equal(formatDuration(us as Duration), text));
}

const digits = (maxLength: number) => fc.stringMatching(new RegExp(`^[0-9]{0,${maxLength}}$`));
const nibbles = (maxLength: number) =>
  fc.stringMatching(new RegExp(`^[0-9a-fA-F]{0,${maxLength}}$`));
const number = fc.oneof(
  fc.record({ base: fc.constant(10n), whole: digits(20), fraction: digits(40) }),
  fc.record({ base: fc.constant(16n), whole: nibbles(16), fraction: nibbles(30) }),
);
const exponent = fc.oneof(fc.integer({ min: -60, max: 60 }), fc.integer({ min: -5000, max: 5000 }));
const unit = fc.constantFrom("", "s", "m", "h", "d", "ms", "us");
const MICROSECONDS: Record<string, bigint> = {
  us: 1n,
  ms: 1_000n,
  s: 1_000_000n,
  m: 60_000_000n,
  h: 3_600_000_000n,
  d: 86_400_000_000n,
};

type Amount = { base: bigint; whole: string; fraction: string; exponent: number; unit: string };

function written({ base, whole, fraction, exponent, unit }: Amount): string {
  return base === 10n
    ? `${whole}.${fraction}e${exponent}${unit}`
    : `0x${whole}.${fraction}p${exponent}${unit}`;
}

// The same value as a fraction of two integers of any size: no digit is ever dropped.
function exact({ base, whole, fraction, exponent, unit }: Amount): number {
  const scale = (base === 10n ? 10n : 2n) ** BigInt(Math.abs(exponent));
  let top =
    BigInt((base === 10n ? "0" : "0x0") + whole + fraction) * (MICROSECONDS[unit] ?? 1000000n);
  let bottom = base ** BigInt(fraction.length);
  if (exponent < 0) bottom *= scale;
  else top *= scale;
  const us = (top + bottom - 1n) / bottom;
  return us > BigInt(Number.MAX_SAFE_INTEGER) ? NO_LIMIT : Number(us);
}

test("S13: every amount is the next whole microsecond, exactly; only overflow is no limit", () => {
  const amount = fc
    .tuple(number, exponent, unit)
    .map(([n, exponent, unit]): Amount => ({ ...n, exponent, unit }))
    .filter(({ whole, fraction }) => whole + fraction !== "");
  fc.assert(
    fc.property(amount, (amount) => {
      assert.equal(parseDuration(written(amount)), exact(amount));
      const gnuWants = amount.unit.length > 1 ? undefined : exact(amount);
      assert.equal(gnu(written(amount)), gnuWants);
      assert.equal(gnuComma(written(amount).replace(".", ",")), gnuWants);
    }),
    { numRuns: 3000 },
  );
});

test("S11: any text gives a whole number that is not negative, or is refused", () => {
  const grammarish = fc.string({
    unit: fc.constantFrom(..."0019.,eExXpP+-dhmsuinfINFty \t".split("")),
  });
  fc.assert(
    fc.property(fc.oneof(grammarish, fc.string({ unit: "binary" })), (text) => {
      for (const parse of [gnu, gnuComma, parseDuration]) {
        const us = parse(text);
        assert.ok(us === undefined || (Number.isSafeInteger(us) && us >= 0 && !Object.is(us, -0)));
      }
    }),
    { numRuns: 5000 },
  );
});

test("S11: curfew's grammar is GNU's and more", () => {
  const grammarish = fc.string({ unit: fc.constantFrom(..."01.exp+-dhmsu ".split("")) });
  fc.assert(
    fc.property(grammarish, (text) => {
      const us = gnu(text);
      if (us !== undefined) assert.equal(parseDuration(text), us);
    }),
    { numRuns: 3000 },
  );
});

test("S8: a hundred thousand digits take no time worth a limit", () => {
  const many = "1".repeat(100_000);
  for (const text of [
    many,
    `${many}x`,
    `.${many}`,
    `1e${many}`,
    `0x${many}z`,
    ` ${many}.${many}!`,
  ]) {
    parseDuration(text);
  }
  assert.equal(parseDuration(`.${many}`), 111_112);
});

test("every duration survives being written and read", () => {
  fc.assert(
    fc.property(
      fc.maxSafeNat(),
      fc.constantFrom(1, 1e3, 1e6, 60e6, 3_600e6, 86_400e6),
      (n, unit) => {
        const us = n - (n % unit);
        assert.equal(parseDuration(formatDuration(us as Duration)), us);
      },
    ),
    { numRuns: 3000 },
  );
});
