import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultOf, grouped, optionHelp, optionUse } from "../../../src/core/cli/option-help.ts";
import { INIT_OPTIONS } from "../../../src/core/cli/options/init.ts";
import { KILL_OPTIONS } from "../../../src/core/cli/options/kill.ts";
import type { Option } from "../../../src/core/cli/options/option.ts";
import { HEADINGS } from "../../../src/core/cli/options/option.ts";
import { RUN_OPTIONS, TIMEOUT_OPTIONS } from "../../../src/core/cli/options/options.ts";
import { nameOf } from "../../../src/core/cli/options/scan.ts";
import { INIT_DEFAULTS, RUN_DEFAULTS, TIMEOUT_DEFAULTS } from "../../../src/core/spec/defaults.ts";
import { KILL_DEFAULTS } from "../../../src/core/spec/kill-spec.ts";

/** What is shown as the default; a flag has none, because it is off. */
function shown<F>(options: readonly Option<F>[], defaults: F, name: string): string | undefined {
  const option = options.find((one) => nameOf(one) === name);
  assert.ok(option, name);
  return defaultOf(option, defaults);
}

test("the default of an option is that of its subcommand", () => {
  for (const [name, run, timeout, init] of [
    ["--signal", "TERM", "TERM", "TERM"],
    ["--kill-after", "5s", "never", "8s; as PID 1 after a stop signal inf"],
    ["--leftovers", "kill", "leave", "kill"],
    ["--on-stop", "auto", "ignore", "auto"],
    ["--stop-signals", "TERM,INT", "all that terminate a process", "TERM,INT"],
    ["--mem-limit", "no limit", "no limit", "no limit"],
    ["--process-limit", "no limit", "no limit", "no limit"],
    ["--report", "none", "none", "none"],
    ["--spare", "none", "none", "none"],
    ["--die-with-parent", "off", "off", "off"],
    ["--verbose", undefined, undefined, undefined],
    ["--help", undefined, undefined, undefined],
  ] as const) {
    assert.equal(shown(RUN_OPTIONS, RUN_DEFAULTS, name), run, `run ${name}`);
    assert.equal(shown(TIMEOUT_OPTIONS, TIMEOUT_DEFAULTS, name), timeout, `timeout ${name}`);
    assert.equal(shown(INIT_OPTIONS, INIT_DEFAULTS, name), init, `init ${name}`);
  }
  for (const [name, usual] of [
    ["--poll", "off"],
    ["--debounce", "200ms"],
    ["--drain", "0"],
    ["--ready", "none"],
    ["--ready-timeout", "90s"],
    ["--rewrite", "none"],
    ["--listen", "none"],
    ["--reload-signal", "none"],
  ] as const) {
    assert.equal(shown(INIT_OPTIONS, INIT_DEFAULTS, name), usual, name);
  }
  assert.equal(shown(KILL_OPTIONS, KILL_DEFAULTS, "--tree"), "on");
});

test("no sentence repeats what is shown as the default", () => {
  for (const { help } of [...RUN_OPTIONS, ...TIMEOUT_OPTIONS, ...INIT_OPTIONS, ...KILL_OPTIONS]) {
    assert.doesNotMatch(help, /\(?default/);
  }
});

test("a default is added to the sentence", () => {
  const [timeout] = RUN_OPTIONS;
  assert.ok(timeout);
  assert.match(optionHelp(timeout, RUN_DEFAULTS), / after this time \(default: no limit\)$/);
  assert.equal(optionUse(timeout), "    --timeout=DURATION");
});

test("every option is under one heading, and the headings have an order", () => {
  const groups = grouped(INIT_OPTIONS);
  const headings = groups.map(([heading]) => heading);
  assert.deepEqual(
    headings,
    HEADINGS.filter((heading) => headings.includes(heading)),
  );
  const names = groups.flatMap(([, rows]) => rows.map(nameOf));
  assert.deepEqual(names.toSorted(), INIT_OPTIONS.map(nameOf).toSorted());
  assert.equal(headings.at(-1), "General");
  assert.ok(headings.length >= 6);
});
