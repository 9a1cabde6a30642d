import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  formatInit,
  formatRun,
  formatTimeout,
  parseDoctor,
  parseInit,
  parseInspect,
  parseKill,
  parseRun,
  parseShow,
  parseTimeout,
} from "../../../src/core/cli/argv.ts";
import { SCINIT_ALIASES } from "../../../src/core/cli/drop-in/scinit-options.ts";
import type { Request } from "../../../src/core/cli/options/command-line.ts";
import { INIT_OPTIONS } from "../../../src/core/cli/options/init.ts";
import { INSPECT_OPTIONS } from "../../../src/core/cli/options/inspect.ts";
import { DOCTOR_OPTIONS, KILL_OPTIONS } from "../../../src/core/cli/options/kill.ts";
import type { Option } from "../../../src/core/cli/options/option.ts";
import { RUN_OPTIONS, TIMEOUT_OPTIONS } from "../../../src/core/cli/options/options.ts";
import { PROGRAM_OPTIONS } from "../../../src/core/cli/options/program.ts";
import { nameOf } from "../../../src/core/cli/options/scan.ts";
import { SHOW_OPTIONS } from "../../../src/core/cli/options/show.ts";
import { asksForBudget } from "../../../src/core/spec/budget.ts";
import {
  GIVEN_KILL_AFTER,
  GIVEN_SIGNAL,
  INIT_DEFAULTS,
  RUN_DEFAULTS,
  TIMEOUT_DEFAULTS,
} from "../../../src/core/spec/defaults.ts";
import type { UsageCode } from "../../../src/core/spec/error.ts";
import { RELAY_DEFAULTS } from "../../../src/core/spec/relay.ts";
import type { Fields, Listen, Ready, Spec } from "../../../src/core/spec/spec.ts";
import { CONTAINMENTS, isServing, LEFTOVERS, ON_STOP } from "../../../src/core/spec/spec.ts";
import type { Duration } from "../../../src/core/values/duration.ts";
import { isMalformed } from "../../../src/core/values/glob-tokens.ts";
import { PID_MAX } from "../../../src/core/values/pid.ts";
import type { Signal } from "../../../src/core/values/signal.ts";
import { parseSignal, SIGNALS } from "../../../src/core/values/signal.ts";
import type { Bytes } from "../../../src/core/values/size.ts";
import type { WallTime } from "../../../src/core/values/wall-time.ts";
import { asked, entryPointOf, wordsOf } from "./asked.ts";
import { COMMAND_LINES } from "./rows/argv.ts";
import { SUBCOMMAND_LINES } from "./rows/commands.ts";
import { INIT_LINES } from "./rows/init-argv.ts";

const NOTHING = () => undefined;

for (const [cites, line, asks, environment] of COMMAND_LINES) {
  const title = [environment, "timeout", JSON.stringify(line).slice(1, -1)].join(" ").trim();
  test(`${cites}: ${title}`, () => assert.equal(asked(line, environment), asks));
}

for (const [cites, subcommand, line, asks, environment] of [...SUBCOMMAND_LINES, ...INIT_LINES]) {
  const title = [environment, subcommand, line].join(" ").trim();
  test(`${cites}: ${title}`, () => assert.equal(asked(line, environment, subcommand), asks));
}

test("every code that a subcommand's words can have is among the rows", () => {
  const codes: readonly UsageCode[] = [
    "unknown_option",
    "ambiguous_option",
    "missing_value",
    "unexpected_value",
    "missing_operand",
    "missing_option",
    "extra_operand",
    "bad_duration",
    "bad_size",
    "bad_number",
    "bad_output",
    "bad_path",
    "bad_time",
    "bad_pattern",
    "bad_address",
    "bad_pid",
    "unknown_choice",
    "unknown_signal",
  ];
  const subcommands = [...SUBCOMMAND_LINES, ...INIT_LINES].map((row) => row[3]);
  const asked = [...COMMAND_LINES.map(([, , asks]) => asks), ...subcommands];
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

const caught = fc.constantFrom(...INIT_DEFAULTS.forward);

const memory = fc.integer({ min: 65_536, max: Number.MAX_SAFE_INTEGER }).map((n) => n as Bytes);
const size = fc.maxSafeNat().map((bytes) => bytes as Bytes);

const pattern = fc.string({ unit: "binary", minLength: 1 }).filter((glob) => !isMalformed(glob));

/** Every field that words can say. */
const FIELDS = {
  config: fc.option(fc.string({ unit: "binary", minLength: 1 }), { nil: undefined }),
  profile: fc.option(fc.string({ unit: "binary", minLength: 1 }), { nil: undefined }),
  noConfig: fc.boolean(),
  timeout: duration,
  killAfter: duration,
  signal: fc.constantFrom(...SIGNALS),
  stopSignals: fc.uniqueArray(caught, { minLength: 1, maxLength: 4 }).map((some) => new Set(some)),
  containment: fc.constantFrom(...CONTAINMENTS),
  leftovers: fc.constantFrom(...LEFTOVERS),
  linger: fc.option(duration, { nil: undefined }),
  spare: fc.array(pattern, { maxLength: 3 }),
  onStop: fc.constantFrom(...ON_STOP),
  dieWithParent: fc.oneof(fc.boolean(), fc.integer({ min: 1, max: PID_MAX })),
  cpuLimit: duration,
  memLimit: fc.oneof(
    fc.constant(0 as Bytes),
    memory,
    memory.map((tree) => ({ tree })),
  ),
  processLimit: fc.nat(4_194_304),
  idleTimeout: duration,
  maxOutput: size,
  report: place,
  events: place,
  verbose: fc.boolean(),
  command,
};
const WALL_FIELDS = {
  until: fc.option(
    fc.maxSafeNat().map((us) => us as WallTime),
    { nil: undefined },
  ),
  propagatesDeadline: fc.boolean(),
  ignoresDeadline: fc.boolean(),
  heartbeat: duration,
};
const TIMEOUT_FIELDS = {
  ...FIELDS,
  group: fc.constantFrom("own" as const, "caller" as const),
  preserveStatus: fc.boolean(),
};
const side = fc.integer({ min: 1, max: 65_535 });
const windowSize = fc.tuple(side, side).map(([columns, rows]) => ({ columns, rows }));
const pty = fc.oneof(fc.boolean(), windowSize);
const RUN_FIELDS = {
  ...FIELDS,
  ...WALL_FIELDS,
  endsWithStdin: fc.boolean(),
  pty,
  telling: fc.constantFrom("tree" as const, "nothing" as const),
  log: place,
  group: fc.constantFrom("job" as const, "alone" as const, "caller" as const, "session" as const),
  keepOutput: fc.option(
    fc.tuple(size, size).map(([head, tail]) => ({ head, tail })),
    { nil: undefined },
  ),
  pipeDrain: duration,
  control: fc.option(fc.integer({ min: 3, max: 1_048_575 }), { nil: undefined }),
  mergesOutput: fc.boolean(),
  callerVersion: fc.option(fc.string({ unit: "binary", minLength: 1 }), { nil: undefined }),
  chdir: fc.option(fc.string({ unit: "binary", minLength: 1 }), { nil: undefined }),
};

const signal = fc.constantFrom(...SIGNALS);
const text = fc.string({ unit: "binary", minLength: 1 });
const addresses: readonly Listen[] = [
  { name: "web", text: ":80", at: { kind: "tcp", host: "*", port: 80 } },
  { name: "[__1]_0", text: "[::1]:0", at: { kind: "tcp", host: "::1", port: 0 } },
  { name: "unix_/a=b", text: "unix:/a=b", at: { kind: "unix", path: "/a=b" } },
];
const ready: fc.Arbitrary<Ready> = fc.oneof(
  fc.constantFrom({ kind: "none" as const }, { kind: "notify" as const }),
  fc.integer({ min: 99, max: 1_048_575 }).map((fd) => ({ kind: "fd" as const, fd })),
);
const INIT_FIELDS = {
  ...FIELDS,
  ...WALL_FIELDS,
  pty,
  telling: fc.constantFrom("ends" as const, "nothing" as const),
  log: place,
  singleChild: fc.boolean(),
  rewrite: fc
    .array(fc.tuple(caught, signal), { maxLength: 3 })
    .map((pairs) => new Map<Signal, Signal>(pairs)),
  drain: duration,
  expectExit: fc.array(fc.nat(255), { maxLength: 3 }),
  listen: fc.subarray([...addresses]),
  watch: fc.array(text, { maxLength: 3 }),
  ignore: fc.array(pattern, { maxLength: 3 }),
  extensions: fc.subarray(["js", "d.ts", "py"]),
  defaultIgnores: fc.boolean(),
  debounce: duration,
  restartDelay: duration,
  ready,
  readyTimeout: duration,
  exitOnError: fc.boolean(),
  poll: duration,
  reloadSignal: fc.option(caught, { nil: undefined }),
};

/** What cannot be together is not asked for. */
function canBe(spec: Spec): boolean {
  const { report, events, log, stopSignals, reloadSignal, config, noConfig, control } = spec;
  if (config !== undefined && (noConfig || control !== undefined)) return false;
  const isEnd = reloadSignal !== undefined && stopSignals.has(reloadSignal);
  const places = [report, events, log].filter(Boolean).map((one) => JSON.stringify(one));
  return !isEnd && new Set(places).size === places.length;
}

/** What may be passed on: something else becomes it, or it asks for the end. */
function forwarding(spec: Spec): Spec {
  const { forward, rewrite, stopSignals } = spec;
  const targets = [...rewrite.values()].filter((to) => to !== "SIG0");
  return { ...spec, forward: new Set([...forward, ...targets, ...stopSignals]) };
}

/** Whether any of the options about budgets was given. */
function budgeted(spec: Spec): Spec {
  return { ...spec, isBudgeted: asksForBudget(spec) };
}

/** Without its option it is the default. */
const given = <F extends { readonly signal: Signal }>(fields: F): F => ({
  ...fields,
  ...(fields.signal !== INIT_DEFAULTS.signal && GIVEN_SIGNAL),
});

/** Without what it needs, an option cannot be given. */
function met<F extends Pick<Spec, "watch" | "reloadSignal" | "ready">>(fields: F): F {
  const { ignore, extensions, defaultIgnores, debounce, poll } = INIT_DEFAULTS;
  const { exitOnError, restartDelay, readyTimeout } = INIT_DEFAULTS;
  const isWatching = fields.watch.length > 0;
  const isReloading = isWatching || fields.reloadSignal !== undefined;
  return {
    ...fields,
    ...(!isWatching && { ignore, extensions, defaultIgnores, debounce, poll }),
    ...(!isReloading && { exitOnError, restartDelay }),
    ...(fields.ready.kind === "none" && { readyTimeout }),
  };
}

const spec: fc.Arbitrary<Spec> = fc
  .record(TIMEOUT_FIELDS)
  .map((fields) => forwarding({ ...TIMEOUT_DEFAULTS, ...fields }))
  .filter(canBe);
const runSpec: fc.Arbitrary<Spec> = fc
  .record(RUN_FIELDS)
  .map((fields) => budgeted(forwarding({ ...RUN_DEFAULTS, ...given(fields) })))
  .filter(canBe);
const { killAfter: DEFAULT } = INIT_DEFAULTS;
const initSpec: fc.Arbitrary<Spec> = fc
  .record(INIT_FIELDS)
  // Without its option killAfter is the default.
  .map((fields) => ({ ...fields, ...(fields.killAfter !== DEFAULT && GIVEN_KILL_AFTER) }))
  .map((fields) => budgeted(forwarding({ ...INIT_DEFAULTS, ...met(given(fields)) })))
  // Generations have no relay.
  .map((spec) => (isServing(spec) ? { ...spec, ...RELAY_DEFAULTS } : spec))
  .filter(canBe);

test("every option's field is among those that are tried below", () => {
  const sees = (options: readonly Option<Fields>[], fields: object) => {
    for (const option of options) {
      assert.ok(option.kind === "print" || option.key in fields, nameOf(option));
    }
  };
  sees(TIMEOUT_OPTIONS, TIMEOUT_FIELDS);
  sees([...RUN_OPTIONS, ...PROGRAM_OPTIONS], RUN_FIELDS);
  sees(INIT_OPTIONS, INIT_FIELDS);
});

test("what `init` was asked for survives being written as words and read", () => {
  fc.assert(
    fc.property(initSpec, (spec) => {
      assert.deepEqual(parseInit(formatInit(spec), NOTHING), { kind: "run", spec });
    }),
    { numRuns: 3000 },
  );
});

test("the defaults of `init` are not written; a list is, value by value", () => {
  const plain: Spec = { ...INIT_DEFAULTS, command: ["a"] };
  assert.deepEqual(formatInit(plain), ["--", "a"]);
  const odd: Spec = {
    ...plain,
    rewrite: new Map<Signal, Signal>([
      ["SIGTERM", "SIG0"],
      ["SIGINT", "SIGHUP"],
    ]),
    expectExit: [143, 0],
    listen: addresses,
    watch: ["-x", "--"],
    ready: { kind: "fd", fd: 9 },
    reloadSignal: "SIGUSR2",
  };
  const words =
    "--rewrite=SIGTERM:SIG0 --rewrite=SIGINT:SIGHUP --expect-exit=143 --expect-exit=0 " +
    "--listen=web=:80 --listen=[::1]:0 --listen=unix:/a=b --watch=-x --watch=-- --ready=fd:9 " +
    "--reload-signal=SIGUSR2 -- a";
  assert.deepEqual(formatInit(odd), wordsOf(words));
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
      const request = parseTimeout(["-vk", "1", "--", "5", ...guarded], NOTHING);
      assert.ok(request.kind === "run");
      assert.deepEqual(request.spec.command, command);
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
    .map(([option, length, rest]) => nameOf(option).slice(0, 2 + length) + rest),
  fc
    .tuple(
      fc.constantFrom(...INIT_OPTIONS, ...RUN_OPTIONS, ...KILL_OPTIONS, ...DOCTOR_OPTIONS),
      fc.constantFrom("", "=", "=1", "=kill", "=INT"),
    )
    .map(([option, rest]) => nameOf(option) + rest),
);

function assertRefusal(request: Request, words: readonly string[]): void {
  if (request.kind !== "usage") return;
  assert.ok(request.part !== "" && request.expected !== "");
  // Of bundled options and attached values only the part that is wrong is named.
  const given = request.given?.replace(/^-/, "");
  assert.ok(given === undefined || words.some((word) => word.includes(given) || isAs(word, given)));
}

/** A signal that two options name has its own name in the error, whatever the words call it. */
function isAs(word: string, given: string): boolean {
  const signal = parseSignal(given);
  return signal !== undefined && parseSignal(word.slice(word.indexOf("=") + 1)) === signal;
}

/** The name that was called, and what reads its words. */
const PARSERS = [parseTimeout, parseRun, ...["init", "tini", "dumb-init", "scinit"].map(parserOf)];

function parserOf(name: string): typeof parseRun {
  return entryPointOf(name).parse;
}

test("any words are a request or refused", () => {
  fc.assert(
    fc.property(fc.array(optionish), fc.constantFrom(...PARSERS), (words, parse) => {
      const request = parse(words, NOTHING);
      assertRefusal(request, words);
      if (request.kind !== "run") return;
      const { command } = request.spec;
      assert.ok(command.length > 0);
      assert.deepEqual(words.slice(-command.length), command);
    }),
    { numRuns: 10_000 },
  );
});

test("any words are a request of `kill`, or refused; `doctor` takes no operand, `show` one", () => {
  const word = fc.oneof(optionish, fc.nat(5_000_000).map(String));
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const request = parseKill(words, NOTHING);
      assertRefusal(request, words);
      if (request.kind === "kill") {
        const { pids, requireStartTime } = request.spec;
        assert.deepEqual(words.slice(-pids.length).map(Number), pids);
        assert.ok(pids.length === 1 || (pids.length > 1 && requireStartTime === undefined));
      }
      const asked = parseDoctor(words, NOTHING);
      assertRefusal(asked, words);
      if (asked.kind === "doctor") {
        for (const word of words) assert.ok(word === "--json" || word === "--", word);
      }
      const inspected = parseInspect(words, NOTHING);
      assertRefusal(inspected, words);
      if (inspected.kind === "inspect") assert.ok(inspected.spec.pids.every((pid) => pid > 0));
      const shown = parseShow(words, NOTHING);
      assertRefusal(shown, words);
      if (shown.kind === "show") assert.ok(words.includes(shown.spec.path));
    }),
    { numRuns: 5000 },
  );
});

test("only GNU's names may be shortened", () => {
  for (const [parse, options] of [
    [parseRun, RUN_OPTIONS],
    [parseInit, [...INIT_OPTIONS, ...SCINIT_ALIASES]],
    [parseKill, KILL_OPTIONS],
    [parseDoctor, DOCTOR_OPTIONS],
    [parseInspect, INSPECT_OPTIONS],
    [parseShow, SHOW_OPTIONS],
  ] as const) {
    const names = new Set<string>(options.map(nameOf));
    for (const name of names) {
      for (let length = 3; length < name.length; length++) {
        const beginning = name.slice(0, length);
        const request = parse([beginning, "1", "1", "1"], NOTHING);
        const isUnknown = request.kind === "usage" && request.code === "unknown_option";
        assert.equal(isUnknown, !names.has(beginning), beginning);
      }
    }
  }
});

function isBeginning({ long, shortens }: Option<Fields>, word: string): boolean {
  return shortens === true && long?.startsWith(word) === true;
}

test("S3: every beginning of a long name of GNU's is that option, or ambiguous", () => {
  for (const long of TIMEOUT_OPTIONS.map(nameOf)) {
    for (let length = 3; length <= long.length; length++) {
      const beginning = long.slice(0, length);
      const meant = TIMEOUT_OPTIONS.filter(
        (other) => other.long === beginning || isBeginning(other, beginning),
      );
      const request = parseTimeout([beginning, "1", "1", "a"], NOTHING);
      const code = request.kind === "usage" ? request.code : undefined;
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
