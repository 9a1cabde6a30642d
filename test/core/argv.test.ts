import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatTimeout, parseTimeout } from "../../src/core/argv.ts";
import type { Duration } from "../../src/core/duration.ts";
import { type Option, TIMEOUT_OPTIONS } from "../../src/core/options.ts";
import { SIGNALS } from "../../src/core/signal.ts";
import type { Bytes } from "../../src/core/size.ts";
import { type Spec, TIMEOUT_DEFAULTS } from "../../src/core/spec.ts";
import { asked, wordsOf } from "./asked.ts";
import { COMMAND_LINES } from "./rows/argv.ts";

const NOTHING = () => undefined;

for (const [cites, line, asks, environment] of COMMAND_LINES) {
  const title = [environment, "timeout", JSON.stringify(line).slice(1, -1)].join(" ").trim();
  test(`${cites}: ${title}`, () => assert.equal(asked(line, environment), asks));
}

const word = fc.oneof(
  fc.constantFrom("--", "-", "-v", "--help", "", "é", "\udcff", "a b"),
  fc.string({ unit: "binary" }),
);
const command = fc.array(word, { minLength: 1 });
const duration = fc
  .oneof(fc.nat(5), fc.nat(90_000_000), fc.maxSafeNat())
  .map((us) => us as Duration);

/** Every field that words can say. */
const FIELDS = {
  timeout: duration,
  killAfter: duration,
  signal: fc.constantFrom(...SIGNALS),
  group: fc.constantFrom("own" as const, "caller" as const),
  memLimit: fc.maxSafeNat().map((bytes) => bytes as Bytes),
  preserveStatus: fc.boolean(),
  verbose: fc.boolean(),
  command,
};

const spec: fc.Arbitrary<Spec> = fc
  .record(FIELDS)
  .map((fields) => ({ ...TIMEOUT_DEFAULTS, ...fields }));

test("every option's field is among those that are tried below", () => {
  for (const option of TIMEOUT_OPTIONS) {
    assert.ok(option.kind === "print" || option.key in FIELDS, option.long);
  }
});

test("a Spec survives being written as words and read", () => {
  fc.assert(
    fc.property(spec, (spec) => {
      assert.deepEqual(parseTimeout(formatTimeout(spec), NOTHING), { kind: "run", spec });
    }),
    { numRuns: 3000 },
  );
});

test("a Spec is read back in every locale", () => {
  fc.assert(
    fc.property(spec, fc.constantFrom("C", "de_DE.UTF-8", "ar_EG"), (spec, locale) => {
      const env = (name: string) => (name === "LC_ALL" ? locale : undefined);
      assert.deepEqual(parseTimeout(formatTimeout(spec), env), { kind: "run", spec });
    }),
  );
});

test("defaults are not written", () => {
  const plain: Spec = { ...TIMEOUT_DEFAULTS, timeout: 5_500_000 as Duration, command: ["a", "-v"] };
  assert.deepEqual(formatTimeout(plain), ["5.5", "--", "a", "-v"]);
  const odd: Spec = { ...plain, signal: "SIG0", group: "caller", killAfter: 1 as Duration };
  assert.deepEqual(formatTimeout(odd), [
    "--foreground",
    "--kill-after=0.000001",
    "--signal=SIG0",
    "5.5",
    "--",
    "a",
    "-v",
  ]);
});

test("S2: the words of the command come through untouched, whatever they are", () => {
  fc.assert(
    fc.property(command, (command) => {
      const guarded = command[0] === "--" ? ["--", ...command] : command;
      const wish = parseTimeout(["-vk", "1", "--", "5", ...guarded], NOTHING);
      assert.ok(wish.kind === "run");
      assert.deepEqual(wish.spec.command, command);
    }),
    { numRuns: 1000 },
  );
});

const optionish = fc.oneof(
  word,
  fc.constantFrom("5", "-k", "-s", "1", "TERM", "-f", "-p", "--kill-after", "--sig", "-vs"),
  fc.string({ unit: fc.constantFrom(..."-=fkpsv5") }),
  fc
    .tuple(fc.constantFrom(...TIMEOUT_OPTIONS), fc.nat(18), fc.constantFrom("", "=", "=1", "=INT"))
    .map(([{ long }, length, rest]) => long.slice(0, 2 + length) + rest),
);

test("any words are a wish or refused", () => {
  fc.assert(
    fc.property(fc.array(optionish), (words) => {
      const wish = parseTimeout(words, NOTHING);
      if (wish.kind === "usage") {
        assert.ok(wish.part !== "" && wish.expected !== "");
        // Of bundled options and attached values only the part that is wrong is named.
        const given = wish.given?.replace(/^-/, "");
        assert.ok(given === undefined || words.some((word) => word.includes(given)));
      }
      if (wish.kind !== "run") return;
      const { command } = wish.spec;
      assert.ok(command.length > 0);
      assert.deepEqual(words.slice(-command.length), command);
    }),
    { numRuns: 5000 },
  );
});

function isBeginning({ long, spelledOut }: Option, word: string): boolean {
  return spelledOut !== true && long.startsWith(word);
}

test("S3: every beginning of a long name of GNU's is that option, or ambiguous", () => {
  for (const { long } of TIMEOUT_OPTIONS) {
    for (let length = 3; length <= long.length; length++) {
      const beginning = long.slice(0, length);
      const meant = TIMEOUT_OPTIONS.filter(
        (other) => other.long === beginning || isBeginning(other, beginning),
      );
      const wish = parseTimeout([beginning, "1", "1", "a"], NOTHING);
      const code = wish.kind === "usage" ? wish.code : undefined;
      assert.equal(code === "ambiguous_option", meant.length > 1, beginning);
      assert.equal(code === "unknown_option", meant.length === 0, beginning);
    }
  }
});

test("the environment is asked for nothing but what a line needs", () => {
  const names: string[] = [];
  const env = (name: string) => {
    names.push(name);
    return undefined;
  };
  parseTimeout(wordsOf("-k 1.5 -s INT 5 a"), env);
  assert.deepEqual(names, ["TIMEOUT_METRICS"]);
});
