// The precedence of all sources, for every kind of option, as the words that they become and as the
// request that these give.
import assert from "node:assert/strict";
import { test } from "node:test";
import { givenOptions } from "../../../../src/core/cli/argv.ts";
import { configuredWords, ofConfiguration } from "../../../../src/core/cli/config/configure.ts";
import type { Configured, SettableOption } from "../../../../src/core/cli/config/options.ts";
import { settableOptions } from "../../../../src/core/cli/config/options.ts";
import { nameOf } from "../../../../src/core/cli/options/scan.ts";
import { usageError } from "../../../../src/core/spec/error.ts";
import { asked, entryPointOf, wordsOf } from "../asked.ts";

const NOTHING = () => undefined;

type Row = readonly [
  etc: string,
  user: string,
  profile: string,
  subcommand: Configured,
  line: string,
  asks: string,
];

/** `;` is a line end. A profile is `NAME`; the line is without --profile. */
const ROWS: readonly Row[] = [
  // A duration: the command line, the profile, the user, the system, built in.
  ["", "", "", "run", "a", "a"],
  ["timeout='1s'", "", "", "run", "a", "timeout=1000000 a"],
  ["timeout='1s'", "timeout='2s'", "", "run", "a", "timeout=2000000 a"],
  ["timeout='1s'", "timeout='2s'", "ci", "run", "a", "timeout=3000000 a"],
  ["timeout='1s'", "timeout='2s'", "ci", "run", "--timeout 4 a", "timeout=4000000 a"],
  ["timeout='1s'", "", "ci", "run", "a", "timeout=3000000 a"],
  ["timeout='1s'", "", "", "run", "--timeout 0 a", "a"],
  // A flag, also switched off again.
  ["verbose=true", "", "", "run", "a", "verbose=true a"],
  ["verbose=true", "verbose=false", "", "run", "a", "a"],
  ["verbose=true", "verbose=false", "", "run", "-v a", "verbose=true a"],
  ["verbose=true", "", "quiet", "run", "a", "a"],
  // A choice, a size, a number, signals.
  ["leftovers='wait'", "leftovers='leave'", "", "run", "a", "leftovers=leave a"],
  ["leftovers='wait'", "", "", "run", "--leftovers fail a", "leftovers=fail a"],
  ["mem_limit='64K'", "mem_limit='128K'", "", "run", "a", "memLimit=131072 a"],
  ["process_limit=5", "", "", "run", "a", "processLimit=5 a"],
  ["stop_signals='TERM,HUP'", "", "", "run", "a", "stopSignals=SIGTERM,SIGHUP a"],
  ["signal='INT'", "", "", "run", "a", "signal=SIGINT isSignalGiven=true a"],
  ["signal='INT'", "", "", "run", "-s TERM a", "isSignalGiven=true a"],
  // A list: the highest one that names it has it whole.
  ["spare=['x']", "", "", "run", "a", 'spare=["x"] a'],
  ["spare=['x']", "spare=['y','z']", "", "run", "a", 'spare=["y","z"] a'],
  ["spare=['x']", "spare=[]", "", "run", "a", "a"],
  ["spare=['x']", "spare=['y']", "", "run", "--spare w a", 'spare=["w"] a'],
  // An optional value.
  ["die_with_parent=true", "", "", "run", "a", "dieWithParent=true a"],
  ["die_with_parent=true", "die_with_parent=7", "", "run", "a", "dieWithParent=7 a"],
  ["die_with_parent=7", "die_with_parent=false", "", "run", "a", "a"],
  // Two options of one field: the later source wins, not the later option.
  ["new_session=true", "", "", "run", "a", "group=session a"],
  ["new_session=true", "process_group='own'", "", "run", "a", "group=alone a"],
  ["process_group='own'", "new_session=true", "", "run", "a", "group=session a"],
  ["process_group='caller'", "new_session=true", "group", "run", "a", "group=alone a"],
  ["new_session=true", "", "", "run", "--process-group own a", "group=alone a"],
  // What a subcommand does not have is for another one.
  ["watch=['src']", "foreground=true", "", "run", "a", "a"],
  ["foreground=true", "", "", "timeout", "5 a", "timeout=5000000 group=caller a"],
  ["kill_after='1m30s'", "", "", "timeout", "5 a", "bad_duration"],
  ["timeout='1s'", "", "", "timeout", "5 a", "timeout=5000000 a"],
  ["timeout='1s';watch=['p']", "", "", "init", "a", 'timeout=1000000 watch=["p"] a'],
  ["kill_after='1s'", "", "", "init", "a", "killAfter=1000000 killAfterAsPid1=undefined a"],
  // What has no effect without another option is for the runs that have it.
  ["debounce='1s';poll=true", "", "", "init", "a", "a"],
  ["debounce='1s'", "watch=[]", "", "init", "a", "a"],
  ["debounce='1s'", "", "", "init", "--watch p a", 'watch=["p"] debounce=1000000 a'],
  ["debounce='1s'", "watch=['p']", "", "init", "a", 'watch=["p"] debounce=1000000 a'],
  [
    "restart_delay='1s'",
    "",
    "",
    "init",
    "--reload-signal HUP a",
    "restartDelay=1000000 reloadSignal=SIGHUP a",
  ],
  ["ready_timeout='1s'", "", "", "init", "a", "a"],
  [
    "ready_timeout='1s'",
    "ready='notify'",
    "",
    "init",
    "a",
    'ready={"kind":"notify"} readyTimeout=1000000 a',
  ],
  // The built-in profile, and one of that name in a file.
  [
    "timeout='1s'",
    "leftovers='leave'",
    "agent",
    "run",
    "a",
    "timeout=1000000 group=session onStop=report dieWithParent=true a",
  ],
  ["", "", "agent", "run", "--on-stop kill a", "group=session onStop=kill dieWithParent=true a"],
  ["", "", "agent", "init", "a", "onStop=report dieWithParent=true a"],
];

const PROFILES = `
[profiles.ci]
timeout = "3s"
[profiles.quiet]
verbose = false
[profiles.group]
process_group = "own"
`;

const fileOf = (path: string, defaults: string, more = "") => ({
  path,
  text: `[defaults]\n${defaults.replaceAll(";", "\n")}\n${more}`,
});

for (const [etc, user, profile, subcommand, line, asks] of ROWS) {
  test(`${etc} | ${user} | ${profile} | ${subcommand} ${line}: ${asks}`, () => {
    const files = [fileOf("/etc", etc), fileOf("/user", user, PROFILES)];
    const words = wordsOf(line);
    const given = givenOptions(subcommand, words, NOTHING);
    const more = configuredWords(subcommand, given, files, profile || undefined, NOTHING);
    assert.ok(!("kind" in more));
    const text = asked([...more, ...words].join(" "), "", subcommand);
    assert.equal(asks === "bad_duration" ? text.split("|")[0] : text, asks);
  });
}

test("a profile of a file replaces the built-in one, and the user's the system's, whole", () => {
  const agent = (text: string) => `[profiles.agent]\n${text}`;
  const wordsFor = (...texts: string[]) =>
    configuredWords(
      "run",
      [],
      texts.map((text) => ({ path: "/f", text })),
      "agent",
      NOTHING,
    );
  assert.deepEqual(wordsFor(agent("verbose = true")), ["--verbose"]);
  assert.deepEqual(wordsFor(agent("verbose = true"), agent("timeout = '1s'")), ["--timeout=1s"]);
  assert.deepEqual(wordsFor(agent("verbose = true"), ""), ["--verbose"]);
});

test("a mistake names the file; of two files the first is named", () => {
  const files = [fileOf("/one", "timout='1s'"), fileOf("/two", "x=1")];
  const flaw = configuredWords("run", [], files, undefined, NOTHING);
  assert.deepEqual(flaw, {
    kind: "config-flaw",
    file: "/one",
    line: 2,
    column: 1,
    text: "unknown key 'timout': did you mean timeout?",
  });
});

test("an unknown profile is a mistake, with those that there are", () => {
  const unknown = (name: string) => {
    const files = [fileOf("/f", "", PROFILES)];
    const error = configuredWords("run", [], files, name, NOTHING);
    return "kind" in error && error.kind === "usage" ? [error.meant, error.expected] : error;
  };
  assert.deepEqual(unknown("agnt"), ["agent", "a profile such as ci, quiet, group, agent"]);
  assert.deepEqual(unknown("x"), [undefined, "a profile such as ci, quiet, group, agent"]);
});

test("every subcommand that can be configured reads the words", () => {
  for (const name of ["run", "init", "timeout"] as const) {
    const more = configuredWords(name, [], [], "agent", NOTHING);
    assert.ok(!("kind" in more));
    const words = [...more, ...(name === "timeout" ? ["5", "a"] : ["a"])];
    assert.equal(entryPointOf(name).parse(words, NOTHING).kind, "run");
  }
});

test("a mistake that the words of a file make is not blamed on the command line", () => {
  const more = ["--pty", "--events=r"];
  const partOf = (part: string) => {
    const error = usageError("conflicting_option", { part, given: undefined, expected: "" });
    return ofConfiguration(error, more).part;
  };
  assert.equal(partOf("--pty"), "--pty of the configuration");
  assert.equal(partOf("--events OUTPUT"), "--events OUTPUT of the configuration");
  assert.equal(partOf("--event"), "--event");
  assert.equal(partOf("COMMAND"), "COMMAND");
});

/** Four values of an option, for the four places that may set it, by what stands for its value. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  DURATION: ["1s", "2s", "3s", "4s"],
  SIZE: ["64K", "128K", "192K", "256K"],
  "--pty": ["10x10", "20x20", "30x30", "40x40"],
  TIME: ["@1", "@2", "@3", "@4"],
  SIGNAL: ["HUP", "USR1", "USR2", "WINCH"],
  SIGNALS: ["HUP", "USR1", "USR2", "WINCH"],
  "SIG:SIG": ["HUP:USR1", "USR1:USR2", "USR2:HUP", "WINCH:0"],
  HOW: ["notify", "fd:3", "fd:4", "fd:5"],
  ADDRESS: ["1001", "1002", "1003", "1004"],
  EXT: ["js", "ts", "py", "go"],
  OUTPUT: ["/a", "/b", "/c", "/d"],
  PATH: ["a", "b", "c", "d"],
  GLOB: ["a", "b", "c", "d"],
  N: ["1", "2", "3", "4"],
  PID: ["11", "12", "13", "14"],
  CODE: ["1", "2", "3", "4"],
};

function samplesOf({ row }: SettableOption): readonly (string | boolean)[] {
  // A flag of the command line can only be given.
  if (!("metavar" in row)) return [true, false, true, true];
  const words = SAMPLES[nameOf(row)] ?? row.choices ?? SAMPLES[row.metavar] ?? [];
  assert.ok(words.length > 1, nameOf(row));
  return Array.from({ length: 4 }, (_, at) => words[at % words.length] ?? "");
}

/** What an option has no effect without. */
const WITH = { watch: ["--watch", "w"], reload: ["--watch", "w"], ready: ["--ready", "notify"] };

for (const option of settableOptions().values()) {
  const { key, row, subcommands } = option;
  test(`${key}: the command line wins over the profile, the user's file and the system's`, () => {
    const samples = samplesOf(option);
    const written = (at: number) => {
      const value = JSON.stringify(samples[at]);
      return `${key} = ${"repeats" in row ? `[${value}]` : value}\n`;
    };
    const lineOf = (value: string | boolean | undefined) => {
      if (typeof value === "string") return [`${nameOf(row)}=${value}`];
      return value === true ? [nameOf(row)] : [];
    };
    const texts = [
      [written(0), ""],
      [written(0), `[defaults]\n${written(1)}`],
      [written(0), `[defaults]\n${written(1)}[profiles.p]\n${written(2)}`],
    ];
    for (const subcommand of subcommands) {
      const command = [...(row.needs ? WITH[row.needs] : []), ...operandsOf(subcommand)];
      const { parse } = entryPointOf(subcommand);
      for (const [at, sample] of samples.entries()) {
        const [etc = "", user = ""] = texts[Math.min(at, 2)] ?? [];
        const words = [...(at === 3 ? lineOf(sample) : []), ...command];
        const files = [fileOf("/etc", etc), { path: "/user", text: user }];
        const given = givenOptions(subcommand, words, NOTHING);
        const profile = at < 2 ? undefined : "p";
        const more = configuredWords(subcommand, given, files, profile, NOTHING);
        assert.ok(!("kind" in more), JSON.stringify(more));
        const alone = parse([...lineOf(sample), ...command], NOTHING);
        assert.equal(alone.kind, "run", `${subcommand} ${sample}`);
        assert.deepEqual(parse([...more, ...words], NOTHING), alone, `${subcommand} ${at}`);
      }
    }
  });
}

const operandsOf = (subcommand: Configured) => (subcommand === "timeout" ? ["5", "a"] : ["a"]);
