import assert from "node:assert/strict";
import { test } from "node:test";
import { DOORS } from "../../src/core/doors.ts";
import { optionUse, runHelp, timeoutHelp, versionText } from "../../src/core/help.ts";
import {
  DOCTOR_OPTIONS,
  KILL_OPTIONS,
  RUN_OPTIONS,
  TIMEOUT_OPTIONS,
} from "../../src/core/options.ts";
import {
  DOCTOR_EXIT_CODES,
  EXIT_CODES,
  KILL_EXIT_CODES,
  RUN_EXIT_CODES,
} from "../../src/core/status.ts";

const TABLES = {
  timeout: [TIMEOUT_OPTIONS.map((option) => [optionUse(option), option.help]), EXIT_CODES],
  run: [RUN_OPTIONS.map((option) => [optionUse(option), option.help]), RUN_EXIT_CODES],
  kill: [KILL_OPTIONS.map((option) => [optionUse(option), option.help]), KILL_EXIT_CODES],
  doctor: [DOCTOR_OPTIONS.map((option) => [optionUse(option), option.help]), DOCTOR_EXIT_CODES],
} as const;

test("an option is written as its user types it", () => {
  const uses = Object.values(TABLES).flatMap(([rows]) => rows.map(([use = ""]) => use));
  for (const use of ["-f, --foreground", "-k, --kill-after=DURATION", "    --help"]) {
    assert.ok(uses.includes(use), use);
  }
  for (const use of uses) assert.match(use, /^(-[a-z], | {4})--[a-z-]+(=[A-Z]+)?$/);
});

for (const { name, help } of DOORS) {
  test(`S6: the help of ${name} has every option and exit code, and the name it was called by`, () => {
    const lines = help(`/usr/bin/${name}`).split("\n");
    assert.ok(lines[0]?.startsWith(`Usage: /usr/bin/${name} [OPTION]...`));
    const [options, exits] = TABLES[name];
    const codes = exits.map(({ code, meaning }) => [String(code), meaning]);
    for (const [left, right] of [...options, ...codes]) {
      const shown = lines.filter((line) => line.startsWith(`  ${left} `));
      assert.equal(shown.length, 1, left);
      assert.ok(shown[0]?.endsWith(` ${right}`));
    }
  });

  test(`the help of ${name} fits a page, and ends with the exit codes`, () => {
    const lines = help(name).split("\n");
    assert.equal(lines.pop(), "");
    for (const line of lines) assert.match(line, /^[ -~]{0,100}$/);
    assert.ok(lines.length <= 40, `${lines.length} lines`);
    const exits = lines.slice(lines.indexOf("Exit codes:") + 1);
    assert.ok(exits.length >= 2);
    for (const line of exits) assert.match(line, /^ {2}(\d+|otherwise) {2,}[a-z]/);
  });
}

test("timeout: GNU's options come first, then curfew's own under their own line", () => {
  const lines = timeoutHelp("timeout").split("\n");
  const at = lines.findIndex((line) => line.startsWith("curfew's own"));
  for (const option of TIMEOUT_OPTIONS) {
    const line = lines.findIndex((line) => line.startsWith(`  ${optionUse(option)} `));
    assert.equal(line < at, option.shortens === true, option.long);
  }
});

test("DESIGN 4.7: run follows a command that was killed, so it has no 137 of its own", () => {
  assert.ok(!/^ {2}137/m.test(runHelp("run")));
  assert.match(runHelp("run"), /^ {2}125 .*something survived/m);
});

test("S6: the version names the program and the product", () => {
  assert.equal(versionText("timeout", "1.2.3"), "timeout (curfew) 1.2.3\n");
});
