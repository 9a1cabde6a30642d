import assert from "node:assert/strict";
import { test } from "node:test";
import type { ScinitFields } from "../../../../src/core/cli/drop-in/scinit-options.ts";
import { SCINIT_ALIASES, SCINIT_UNSET } from "../../../../src/core/cli/drop-in/scinit-options.ts";
import { BUDGET_OPTIONS } from "../../../../src/core/cli/options/budget.ts";
import { INIT_OPTIONS } from "../../../../src/core/cli/options/init.ts";
import { INSPECT_OPTIONS } from "../../../../src/core/cli/options/inspect.ts";
import {
  CONFIG_OPTIONS,
  DOCTOR_OPTIONS,
  KILL_OPTIONS,
} from "../../../../src/core/cli/options/kill.ts";
import type { Option } from "../../../../src/core/cli/options/option.ts";
import {
  COMMON_OPTIONS,
  RUN_OPTIONS,
  TIMEOUT_EXTENSIONS,
  TIMEOUT_OPTIONS,
} from "../../../../src/core/cli/options/options.ts";
import { PROGRAM_OPTIONS } from "../../../../src/core/cli/options/program.ts";
import { nameOf } from "../../../../src/core/cli/options/scan.ts";
import { SHOW_OPTIONS } from "../../../../src/core/cli/options/show.ts";
import {
  INIT_DEFAULTS,
  RUN_DEFAULTS,
  STOP_SIGNALS,
  TIMEOUT_DEFAULTS,
} from "../../../../src/core/spec/defaults.ts";
import { INSPECT_DEFAULTS } from "../../../../src/core/spec/inspect-spec.ts";
import { DOCTOR_DEFAULTS, KILL_DEFAULTS } from "../../../../src/core/spec/kill-spec.ts";
import { SHOW_DEFAULTS } from "../../../../src/core/spec/show-spec.ts";
import { SIGNALS } from "../../../../src/core/values/signal.ts";

/** What holds of every subcommand's table, whatever its fields are. */
function forEach(check: <F>(name: string, options: readonly Option<F>[], defaults: F) => void) {
  check("timeout", TIMEOUT_OPTIONS, TIMEOUT_DEFAULTS);
  check("run", RUN_OPTIONS, RUN_DEFAULTS);
  check("run of a program", PROGRAM_OPTIONS, RUN_DEFAULTS);
  check("init", INIT_OPTIONS, INIT_DEFAULTS);
  check("kill", KILL_OPTIONS, KILL_DEFAULTS);
  check("doctor", DOCTOR_OPTIONS, DOCTOR_DEFAULTS);
  check("inspect", INSPECT_OPTIONS, INSPECT_DEFAULTS);
  check("show", SHOW_OPTIONS, SHOW_DEFAULTS);
}

test("S3, S4: the options of timeout, with GNU's letters", () => {
  const gnu = TIMEOUT_OPTIONS.filter(({ shortens }) => shortens);
  assert.deepEqual(
    gnu.map(({ long, short, kind }) => [long, short ?? "", kind]),
    [
      ["--foreground", "-f", "flag"],
      ["--kill-after", "-k", "value"],
      ["--preserve-status", "-p", "flag"],
      ["--signal", "-s", "value"],
      ["--verbose", "-v", "flag"],
      ["--help", "-h", "print"],
      ["--version", "-V", "print"],
    ],
  );
});

test("what is not GNU's has no letter and is spelled in full", () => {
  const own = TIMEOUT_OPTIONS.filter(({ shortens }) => shortens !== true);
  assert.deepEqual(own, TIMEOUT_EXTENSIONS);
  assert.deepEqual(own.slice(1, 1 + COMMON_OPTIONS.length), COMMON_OPTIONS);
  for (const { short } of own) assert.equal(short, undefined);
  const others = [
    ...RUN_OPTIONS,
    ...INIT_OPTIONS,
    ...KILL_OPTIONS,
    ...DOCTOR_OPTIONS,
    ...INSPECT_OPTIONS,
    ...SHOW_OPTIONS,
  ];
  for (const { long, shortens } of others) assert.equal(shortens, undefined, long);
});

test("the options of the subcommands", () => {
  const usesOf = (options: readonly { long?: string; short?: string }[]) =>
    options
      .flatMap(({ long = "", short }) => (short === undefined ? long : [short, long]))
      .join(" ");
  const common =
    "--cpu-limit --mem-limit --process-limit --idle-timeout --max-output --containment " +
    "--leftovers --linger --spare --on-stop --die-with-parent --report --events";
  const budget = "--until --propagate-deadline --ignore-deadline --heartbeat";
  assert.equal(usesOf(COMMON_OPTIONS), common);
  const configuration = "--config --profile --no-config";
  assert.equal(usesOf(BUDGET_OPTIONS), budget);
  assert.equal(
    usesOf(RUN_OPTIONS),
    `--timeout -s --signal -k --kill-after ${budget} --end-with-stdin --stop-signals ` +
      "--process-group --new-session --pty -v --verbose -q --quiet --log " +
      `${common} ${configuration} -h --help -V --version`,
  );
  assert.equal(
    usesOf(PROGRAM_OPTIONS),
    "--control --chdir --merge-output --caller-version --keep-output --pipe-drain",
  );
  assert.equal(
    usesOf(INIT_OPTIONS),
    `--timeout -s --signal -k --kill-after ${budget} --single-child --rewrite --stop-signals ` +
      "--drain --expect-exit --pty --listen --watch --ignore --ext --no-default-ignores " +
      "--debounce --restart-delay --ready --ready-timeout --exit-on-error --poll " +
      `--reload-signal -v --verbose -q --quiet --log ${common} ${configuration} -h --help -V --version`,
  );
  assert.equal(
    usesOf(SCINIT_ALIASES),
    "--live-reload --watch-path --ports --bind-addr --debounce-ms --restart-delay-ms " +
      "--graceful-timeout-secs",
  );
  assert.equal(
    usesOf(KILL_OPTIONS),
    "-s --signal -k --kill-after --tree --group --require-start-time --force --json -v --verbose " +
      "-h --help -V --version",
  );
  assert.equal(usesOf(CONFIG_OPTIONS), `--json ${configuration} -h --help -V --version`);
  assert.equal(usesOf(DOCTOR_OPTIONS), "--json -h --help -V --version");
});

test("no option hides behind another, and each help is a sentence on one line", () => {
  forEach((subcommand, options) => {
    const names = options.flatMap(({ long, short }) => [long, short ?? []].flat());
    assert.ok(!names.includes(undefined), subcommand);
    assert.equal(new Set(names).size, names.length, subcommand);
    for (const option of options) {
      const { short = "-x", help } = option;
      assert.match(nameOf(option), /^--[a-z]+(-[a-z]+)*$/);
      assert.match(short, /^-[a-zV]$/);
      assert.match(help, /^[a-z][^\n]*[^.\n]$/i);
    }
  });
});

/** Options that set a field which another one sets, too: `--new-session`, `--tree`, `--html`. */
const SECOND: Readonly<Record<string, number>> = { run: 1, kill: 1, show: 2 };

test("a field is set by one option, and no option asks for the default, except --tree", () => {
  forEach((subcommand, options, defaults) => {
    const rows = options.filter((option) => option.kind !== "print");
    const fields = new Set(rows.map(({ key }) => key));
    assert.equal(fields.size, rows.length - (SECOND[subcommand] ?? 0), subcommand);
    for (const option of rows) {
      if (option.kind !== "flag" || option.long === "--tree") continue;
      assert.notEqual(option.value, defaults[option.key], option.long);
    }
  });
});

test("scinit's names set fields of init, or what these are made of", () => {
  const defaults: ScinitFields = { ...INIT_DEFAULTS, ...SCINIT_UNSET };
  const keys = new Set(INIT_OPTIONS.flatMap((option) => ("key" in option ? option.key : [])));
  for (const option of SCINIT_ALIASES) {
    assert.ok(option.kind !== "print" && option.key in defaults, nameOf(option));
    assert.ok(keys.has(option.key as keyof typeof INIT_DEFAULTS) || option.key in SCINIT_UNSET);
  }
});

/** Rows whose default has no words: it is said by leaving the option out. */
const UNSAID = [
  // All signals that terminate a process: KILL, which cannot be caught, is one of them.
  "timeout --stop-signals",
  "--keep-output",
  "--process-group",
  "--process-limit",
  "--report",
  "--config",
  "--profile",
  "--events",
  "--require-start-time",
  "--reload-signal",
];

test("a value is written as it is read", () => {
  const env = () => undefined;
  forEach((subcommand, options, defaults) => {
    for (const option of options) {
      if (option.kind !== "value") continue;
      const name = nameOf(option);
      assert.equal(option.parse("", env, defaults), undefined, name);
      if (UNSAID.includes(name) || UNSAID.includes(`${subcommand} ${name}`)) continue;
      const texts = option.format(defaults);
      assert.equal(texts.length, option.repeats ? 0 : 1, name);
      for (const text of texts) {
        assert.deepEqual(option.parse(text, env, defaults), defaults[option.key], name);
      }
    }
  });
});

test("the defaults of run, and of kill", () => {
  const { timeout, signal, killAfter, group, leftovers, onStop, dieWithParent } = RUN_DEFAULTS;
  assert.deepEqual([timeout, signal, killAfter, group], [0, "SIGTERM", 5_000_000, "job"]);
  assert.deepEqual([leftovers, onStop, dieWithParent], ["kill", "auto", false]);
  assert.equal(RUN_DEFAULTS.stopSignals, STOP_SIGNALS);
  assert.deepEqual([KILL_DEFAULTS.killAfter, KILL_DEFAULTS.reach], [5_000_000, "tree"]);
});

test("the defaults of init", () => {
  const { timeout, signal, killAfter, group, leftovers, onStop, dieWithParent } = INIT_DEFAULTS;
  assert.deepEqual([timeout, signal, killAfter, group], [0, "SIGTERM", 8_000_000, "auto"]);
  assert.deepEqual([leftovers, onStop, dieWithParent], ["kill", "auto", false]);
  const { stopSignals, onSecondStop, dieOfSignal, singleChild, failOnSurvivors } = INIT_DEFAULTS;
  assert.deepEqual([...stopSignals], ["SIGTERM", "SIGINT"]);
  assert.deepEqual(
    [onSecondStop, dieOfSignal, singleChild, failOnSurvivors],
    ["forward", false, false, true],
  );
  const { forward, rewrite, expectExit, expireOn } = INIT_DEFAULTS;
  const unsent = SIGNALS.filter((signal) => !forward.has(signal));
  assert.deepEqual(unsent, ["SIG0", "SIGKILL", "SIGCHLD", "SIGSTOP"]);
  assert.deepEqual([rewrite.size, expectExit, expireOn], [0, [], []]);
});

test("the defaults of what serves; nothing does unless it is asked to", () => {
  const { listen, watch, ignore, debounce, restartDelay } = INIT_DEFAULTS;
  assert.deepEqual([listen, watch, ignore, debounce, restartDelay], [[], [], [], 200_000, 0]);
  const { ready, readyTimeout, reloadSignal, drain } = INIT_DEFAULTS;
  assert.deepEqual(ready, { kind: "none" });
  assert.deepEqual([readyTimeout, reloadSignal, drain], [90_000_000, undefined, 0]);
});

test("the defaults of timeout are GNU's", () => {
  const { expireOn, forward } = TIMEOUT_DEFAULTS;
  const { timeout, signal, killAfter, group } = TIMEOUT_DEFAULTS;
  assert.deepEqual([timeout, signal, killAfter, group], [0, "SIGTERM", 0, "own"]);
  const { preserveStatus, verbose, metrics } = TIMEOUT_DEFAULTS;
  assert.deepEqual([preserveStatus, verbose, metrics], [false, false, false]);
  assert.deepEqual(expireOn, ["SIGALRM"]);
  for (const signal of ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGPIPE"] as const) {
    assert.ok(forward.has(signal));
  }
  for (const signal of ["SIGCHLD", "SIGCONT", "SIGTSTP", "SIGTTIN", "SIGWINCH"] as const) {
    assert.ok(!forward.has(signal));
  }
});
