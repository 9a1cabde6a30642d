import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Wish } from "../../src/core/argv.ts";
import {
  formatRun,
  formatTimeout,
  parseDoctor,
  parseKill,
  parseRun,
  parseTimeout,
} from "../../src/core/argv.ts";
import type { Duration } from "../../src/core/duration.ts";
import type { UsageCode } from "../../src/core/error.ts";
import type { Option } from "../../src/core/options.ts";
import {
  DOCTOR_OPTIONS,
  KILL_OPTIONS,
  RUN_OPTIONS,
  TIMEOUT_OPTIONS,
} from "../../src/core/options.ts";
import { SIGNALS } from "../../src/core/signal.ts";
import type { Bytes } from "../../src/core/size.ts";
import type { Fields, Spec } from "../../src/core/spec.ts";
import {
  CONTAINMENTS,
  LEFTOVERS,
  ON_STOP,
  RUN_DEFAULTS,
  TIMEOUT_DEFAULTS,
} from "../../src/core/spec.ts";
import { asked, wordsOf } from "./asked.ts";
import { COMMAND_LINES } from "./rows/argv.ts";
import { DOOR_LINES } from "./rows/door-argv.ts";

const NOTHING = () => undefined;

for (const [cites, line, asks, environment] of COMMAND_LINES) {
  const title = [environment, "timeout", JSON.stringify(line).slice(1, -1)].join(" ").trim();
  test(`${cites}: ${title}`, () => assert.equal(asked(line, environment), asks));
}

for (const [cites, door, line, asks, environment] of DOOR_LINES) {
  const title = [environment, door, line].join(" ").trim();
  test(`${cites}: ${title}`, () => assert.equal(asked(line, environment, door), asks));
}

test("every code that a door's words can have is among the rows", () => {
  const codes: readonly UsageCode[] = [
    "unknown_option",
    "ambiguous_option",
    "missing_value",
    "unexpected_value",
    "missing_operand",
    "extra_operand",
    "bad_duration",
    "bad_size",
    "bad_number",
    "bad_place",
    "bad_pid",
    "unknown_choice",
    "unknown_signal",
  ];
  const asked = [...COMMAND_LINES.map(([, , asks]) => asks), ...DOOR_LINES.map((row) => row[3])];
  for (const code of codes)
    assert.ok(
      asked.some((asks) => asks.startsWith(`${code}|`)),
      code,
    );
});

const word = fc.oneof(
  fc.constantFrom("--", "-", "-v", "--help", "", "é", "\udcff", "a b"),
  fc.string({ unit: "binary" }),
);
const command = fc.array(word, { minLength: 1 });
const duration = fc
  .oneof(fc.nat(5), fc.nat(90_000_000), fc.maxSafeNat())
  .map((us) => us as Duration);

const place = fc.option(
  fc.oneof(
    fc.nat(0x7fffffff).map((fd) => ({ kind: "fd" as const, fd })),
    fc
      .oneof(fc.constantFrom("--", "=", "./fd:1", "a b"), fc.string({ unit: "binary" }))
      .filter((path) => path !== "" && path !== "-" && !path.startsWith("fd:"))
      .map((path) => ({ kind: "path" as const, path })),
  ),
  { nil: undefined },
);

/** Every field that words can say. */
const FIELDS = {
  timeout: duration,
  killAfter: duration,
  signal: fc.constantFrom(...SIGNALS),
  containment: fc.constantFrom(...CONTAINMENTS),
  leftovers: fc.constantFrom(...LEFTOVERS),
  onStop: fc.constantFrom(...ON_STOP),
  dieWithParent: fc.boolean(),
  cpuLimit: duration,
  memLimit: fc.maxSafeNat().map((bytes) => bytes as Bytes),
  processLimit: fc.nat(4_194_304),
  report: place,
  events: place,
  verbose: fc.boolean(),
  command,
};
const TIMEOUT_FIELDS = {
  ...FIELDS,
  group: fc.constantFrom("own" as const, "caller" as const),
  preserveStatus: fc.boolean(),
};
const RUN_FIELDS = { ...FIELDS, group: fc.constantFrom("caller" as const, "session" as const) };

const spec: fc.Arbitrary<Spec> = fc
  .record(TIMEOUT_FIELDS)
  .map((fields) => ({ ...TIMEOUT_DEFAULTS, ...fields }));
const runSpec: fc.Arbitrary<Spec> = fc
  .record(RUN_FIELDS)
  .map((fields) => ({ ...RUN_DEFAULTS, ...fields }));

test("every option's field is among those that are tried below", () => {
  const sees = (options: readonly Option<Fields>[], fields: object) => {
    for (const option of options) {
      assert.ok(option.kind === "print" || option.key in fields, option.long);
    }
  };
  sees(TIMEOUT_OPTIONS, TIMEOUT_FIELDS);
  sees(RUN_OPTIONS, RUN_FIELDS);
});

test("what `run` was asked for survives being written as words and read, in every locale", () => {
  fc.assert(
    fc.property(runSpec, fc.constantFrom("C", "de_DE.UTF-8"), (spec, locale) => {
      const env = (name: string) => (name === "LC_ALL" ? locale : undefined);
      assert.deepEqual(parseRun(formatRun(spec), env), { kind: "run", spec });
    }),
    { numRuns: 3000 },
  );
});

test("the defaults of `run` are not written; a strange path stays the same file", () => {
  const plain: Spec = { ...RUN_DEFAULTS, command: ["-v"] };
  assert.deepEqual(formatRun(plain), ["--", "-v"]);
  const odd: Spec = {
    ...plain,
    killAfter: 0 as Duration,
    group: "session",
    report: { kind: "path", path: "fd:3" },
    events: { kind: "path", path: "-" },
  };
  assert.deepEqual(formatRun(odd), [
    "--kill-after=inf",
    "--new-session",
    "--report=./fd:3",
    "--events=./-",
    "--",
    "-v",
  ]);
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
  fc
    .tuple(
      fc.constantFrom(...RUN_OPTIONS, ...KILL_OPTIONS, ...DOCTOR_OPTIONS),
      fc.constantFrom("", "=", "=1", "=kill"),
    )
    .map(([{ long }, rest]) => long + rest),
);

function assertRefusal(wish: Wish, words: readonly string[]): void {
  if (wish.kind !== "usage") return;
  assert.ok(wish.part !== "" && wish.expected !== "");
  // Of bundled options and attached values only the part that is wrong is named.
  const given = wish.given?.replace(/^-/, "");
  assert.ok(given === undefined || words.some((word) => word.includes(given)));
}

test("any words are a wish or refused", () => {
  fc.assert(
    fc.property(fc.array(optionish), fc.boolean(), (words, isRun) => {
      const wish = (isRun ? parseRun : parseTimeout)(words, NOTHING);
      assertRefusal(wish, words);
      if (wish.kind !== "run") return;
      const { command } = wish.spec;
      assert.ok(command.length > 0);
      assert.deepEqual(words.slice(-command.length), command);
    }),
    { numRuns: 5000 },
  );
});

test("any words are a wish of `kill`, or refused; `doctor` takes no operand", () => {
  const word = fc.oneof(optionish, fc.nat(5_000_000).map(String));
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const wish = parseKill(words, NOTHING);
      assertRefusal(wish, words);
      if (wish.kind === "kill") {
        const { pids, requireStartTime } = wish.spec;
        assert.deepEqual(words.slice(-pids.length).map(Number), pids);
        assert.ok(pids.length === 1 || (pids.length > 1 && requireStartTime === undefined));
      }
      const asked = parseDoctor(words, NOTHING);
      assertRefusal(asked, words);
      if (asked.kind === "doctor") {
        for (const word of words) assert.ok(word === "--json" || word === "--", word);
      }
    }),
    { numRuns: 5000 },
  );
});

test("DESIGN 4: only GNU's names may be shortened", () => {
  for (const [parse, options] of [
    [parseRun, RUN_OPTIONS],
    [parseKill, KILL_OPTIONS],
    [parseDoctor, DOCTOR_OPTIONS],
  ] as const) {
    const names = new Set<string>(options.map(({ long }) => long));
    for (const name of names) {
      for (let length = 3; length < name.length; length++) {
        const beginning = name.slice(0, length);
        const wish = parse([beginning, "1", "1", "1"], NOTHING);
        const isUnknown = wish.kind === "usage" && wish.code === "unknown_option";
        assert.equal(isUnknown, !names.has(beginning), beginning);
      }
    }
  }
});

function isBeginning({ long, shortens }: Option<Fields>, word: string): boolean {
  return shortens === true && long.startsWith(word);
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
