import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLocalDuration, TIMEOUT_OPTIONS } from "../../src/core/options.ts";
import { TIMEOUT_DEFAULTS } from "../../src/core/spec.ts";

test("S3, S4: the options of timeout, with GNU's letters", () => {
  const gnu = TIMEOUT_OPTIONS.filter(({ spelledOut }) => spelledOut !== true);
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
  const own = TIMEOUT_OPTIONS.filter(({ spelledOut }) => spelledOut);
  assert.ok(own.length > 0);
  for (const { short } of own) assert.equal(short, undefined);
});

test("no option hides behind another, and each help is a sentence on one line", () => {
  const names = TIMEOUT_OPTIONS.flatMap(({ long, short }) => [long, short ?? []].flat());
  assert.equal(new Set(names).size, names.length);
  for (const { long, short = "-x", help } of TIMEOUT_OPTIONS) {
    assert.match(long, /^--[a-z]+(-[a-z]+)*$/);
    assert.match(short, /^-[a-z]$/);
    assert.match(help, /^[a-z][^\n]*[^.\n]$/);
  }
});

test("a field is set by one option, and no option asks for the default", () => {
  const rows = TIMEOUT_OPTIONS.filter((option) => option.kind !== "print");
  assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length);
  for (const option of rows) {
    if (option.kind === "flag") assert.notEqual(option.value, TIMEOUT_DEFAULTS[option.key]);
  }
});

test("a value is written as it is read", () => {
  const env = () => undefined;
  for (const option of TIMEOUT_OPTIONS) {
    if (option.kind !== "value") continue;
    const text = option.format(TIMEOUT_DEFAULTS);
    assert.equal(option.parse(text, env), TIMEOUT_DEFAULTS[option.key], option.long);
    assert.equal(option.parse("?", env), undefined);
  }
});

test("S12: only a comma makes us ask for the locale", () => {
  const asked = new Set<string>();
  const env = (name: string) => {
    asked.add(name);
    return name === "LC_ALL" ? "de_DE" : undefined;
  };
  assert.equal(parseLocalDuration("1.5", env), 1_500_000);
  assert.equal(asked.size, 0);
  assert.equal(parseLocalDuration("1,5", env), 1_500_000);
  assert.ok(asked.has("LC_ALL"));
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
