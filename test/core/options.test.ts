import assert from "node:assert/strict";
import { test } from "node:test";
import { DOCTOR_DEFAULTS, KILL_DEFAULTS } from "../../src/core/kill-spec.ts";
import type { Option } from "../../src/core/options.ts";
import {
  COMMON_OPTIONS,
  DOCTOR_OPTIONS,
  KILL_OPTIONS,
  RUN_OPTIONS,
  TIMEOUT_OPTIONS,
} from "../../src/core/options.ts";
import { RUN_DEFAULTS, STOP_SIGNALS, TIMEOUT_DEFAULTS } from "../../src/core/spec.ts";

/** What holds of every door's table, whatever its fields are. */
function forEach(check: <F>(name: string, options: readonly Option<F>[], defaults: F) => void) {
  check("timeout", TIMEOUT_OPTIONS, TIMEOUT_DEFAULTS);
  check("run", RUN_OPTIONS, RUN_DEFAULTS);
  check("kill", KILL_OPTIONS, KILL_DEFAULTS);
  check("doctor", DOCTOR_OPTIONS, DOCTOR_DEFAULTS);
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
      ["--help", "", "print"],
      ["--version", "", "print"],
    ],
  );
});

test("DESIGN 4.2: what is not GNU's has no letter and is spelled in full", () => {
  const own = TIMEOUT_OPTIONS.filter(({ shortens }) => shortens !== true);
  assert.deepEqual(own, COMMON_OPTIONS);
  for (const { short } of own) assert.equal(short, undefined);
  const others = [...RUN_OPTIONS, ...KILL_OPTIONS, ...DOCTOR_OPTIONS];
  for (const { long, shortens } of others) assert.equal(shortens, undefined, long);
});

test("DESIGN 4.3, 4.5, 4.6: the options of the doors", () => {
  const usesOf = (options: readonly { long: string; short?: string }[]) =>
    options.map(({ long, short }) => (short === undefined ? long : `${short} ${long}`)).join(" ");
  const common =
    "--cpu-limit --mem-limit --process-limit --containment --leftovers --on-stop " +
    "--die-with-parent --report --events";
  assert.equal(usesOf(COMMON_OPTIONS), common);
  assert.equal(
    usesOf(RUN_OPTIONS),
    `--timeout -s --signal -k --kill-after --new-session -v --verbose ${common} --help --version`,
  );
  assert.equal(
    usesOf(KILL_OPTIONS),
    "-s --signal -k --kill-after --tree --group --require-start-time --force --json -v --verbose " +
      "--help --version",
  );
  assert.equal(usesOf(DOCTOR_OPTIONS), "--json --help --version");
});

test("no option hides behind another, and each help is a sentence on one line", () => {
  forEach((door, options) => {
    const names = options.flatMap(({ long, short }) => [long, short ?? []].flat());
    assert.equal(new Set(names).size, names.length, door);
    for (const { long, short = "-x", help } of options) {
      assert.match(long, /^--[a-z]+(-[a-z]+)*$/);
      assert.match(short, /^-[a-z]$/);
      assert.match(help, /^[a-z][^\n]*[^.\n]$/i);
    }
  });
});

test("a field is set by one option, and no option asks for the default; but for --tree", () => {
  forEach((door, options, defaults) => {
    const rows = options.filter((option) => option.kind !== "print");
    const twice = door === "kill" ? 1 : 0;
    assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length - twice, door);
    for (const option of rows) {
      if (option.kind !== "flag" || option.long === "--tree") continue;
      assert.notEqual(option.value, defaults[option.key], option.long);
    }
  });
});

/** Rows whose default has no words: it is said by leaving the option out. */
const UNSAID = ["--process-limit", "--report", "--events", "--require-start-time"];

test("a value is written as it is read", () => {
  const env = () => undefined;
  forEach((_door, options, defaults) => {
    for (const option of options) {
      if (option.kind !== "value") continue;
      assert.equal(option.parse("", env), undefined, option.long);
      if (UNSAID.includes(option.long)) continue;
      const text = option.format(defaults);
      assert.equal(option.parse(text, env), defaults[option.key], option.long);
    }
  });
});

test("DESIGN 4.1: the defaults of run, and of kill", () => {
  const { timeout, signal, killAfter, group, leftovers, onStop, dieWithParent } = RUN_DEFAULTS;
  assert.deepEqual([timeout, signal, killAfter, group], [0, "SIGTERM", 5_000_000, "caller"]);
  assert.deepEqual([leftovers, onStop, dieWithParent], ["kill", "mirror", false]);
  assert.equal(RUN_DEFAULTS.clockOn, STOP_SIGNALS);
  assert.deepEqual([KILL_DEFAULTS.killAfter, KILL_DEFAULTS.reach], [500_000, "tree"]);
});

test("DESIGN 4.1: the defaults of timeout are GNU's", () => {
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
