import assert from "node:assert/strict";
import { test } from "node:test";
import { DROP_INS, SUBCOMMANDS } from "../../../src/core/cli/commands.ts";
import { CATATONIT } from "../../../src/core/cli/drop-in/catatonit.ts";
import type { Tool } from "../../../src/core/cli/drop-in/drop-in.ts";
import { DUMB_INIT } from "../../../src/core/cli/drop-in/dumb-init.ts";
import { SCINIT } from "../../../src/core/cli/drop-in/scinit.ts";
import { SCINIT_ALIASES } from "../../../src/core/cli/drop-in/scinit-options.ts";
import { TINI } from "../../../src/core/cli/drop-in/tini.ts";
import {
  initHelp,
  licenseText,
  optionUse,
  runHelp,
  timeoutHelp,
  toolExitCodes,
  toolHelp,
  versionText,
} from "../../../src/core/cli/help.ts";
import { INIT_OPTIONS } from "../../../src/core/cli/options/init.ts";
import { DOCTOR_OPTIONS, KILL_OPTIONS } from "../../../src/core/cli/options/kill.ts";
import type { Option } from "../../../src/core/cli/options/option.ts";
import { RUN_OPTIONS, TIMEOUT_OPTIONS } from "../../../src/core/cli/options/options.ts";
import { nameOf } from "../../../src/core/cli/options/scan.ts";
import type { ExitRow } from "../../../src/core/spec/status.ts";
import {
  DOCTOR_EXIT_CODES,
  EXIT_CODES,
  KILL_EXIT_CODES,
  RUN_EXIT_CODES,
} from "../../../src/core/spec/status.ts";

type Row = readonly [use: string, help: string];
/** What a help must show, and the lines that it may have. */
type Table = readonly [options: readonly Row[], exits: readonly ExitRow[], lines: number];

const rowsOf = <F>(options: readonly Option<F>[]) =>
  options.map((option): Row => [optionUse(option), option.help]);

function tableOf<F>(tool: Tool<F>): Table {
  const theirs = tool.usage === undefined ? [...rowsOf(tool.options), ...tool.variables] : [];
  return [[...theirs, ...rowsOf(tool.extra)], toolExitCodes(tool), 80];
}

const TABLES: Readonly<Record<string, Table>> = {
  timeout: [rowsOf(TIMEOUT_OPTIONS), EXIT_CODES, 40],
  run: [rowsOf(RUN_OPTIONS), RUN_EXIT_CODES, 46],
  init: [[...rowsOf(INIT_OPTIONS), ...rowsOf(SCINIT_ALIASES)], RUN_EXIT_CODES, 66],
  kill: [rowsOf(KILL_OPTIONS), KILL_EXIT_CODES, 40],
  doctor: [rowsOf(DOCTOR_OPTIONS), DOCTOR_EXIT_CODES, 40],
  tini: tableOf(TINI),
  "dumb-init": tableOf(DUMB_INIT),
  catatonit: tableOf(CATATONIT),
  scinit: tableOf(SCINIT),
};

const ENTRANCES = [
  ...SUBCOMMANDS.map(({ name, help }) => ({ name: name as string, help })),
  ...DROP_INS.map(({ names, help }) => ({ name: names[0] ?? "", help })),
];

/** The first line of the tool's own help text. */
const USAGES: Readonly<Record<string, RegExp>> = {
  tini: /^Usage: tini \[OPTIONS\] PROGRAM -- \[ARGS\] \| --version$/,
  "dumb-init": /^Usage: \/usr\/bin\/dumb-init \[option\] command \[\[arg\] \.\.\.\]$/,
};

test("the help of a tool contains its own text, with each of its letters and variables", () => {
  const kept = [
    [TINI, toolHelp(TINI, "tini", "1.2.3")],
    [DUMB_INIT, toolHelp(DUMB_INIT, "dumb-init", "1.2.3")],
  ] as const;
  for (const [{ name, options, variables, usage }, help] of kept) {
    assert.ok(help.startsWith(usage?.(name, "1.2.3").trimEnd() ?? "-"));
    const [theirs = ""] = help.split("This is curfew");
    for (const { short, long } of options)
      assert.match(theirs, new RegExp(`  ${short ?? long}\\b`));
    if (name === "tini") for (const [variable] of variables) assert.ok(theirs.includes(variable));
  }
});

test("an option is written as its user types it", () => {
  const uses = Object.values(TABLES).flatMap(([rows]) => rows.map(([use]) => use));
  for (const use of ["-f, --foreground", "-k, --kill-after=DURATION", "    --help"]) {
    assert.ok(uses.includes(use), use);
  }
  for (const use of ["-V, --version", "--live-reload"])
    assert.ok(uses.some((one) => one.endsWith(use)));
  const USE =
    /^(((-[A-Za-z], | {4})--[a-z-]+(=[A-Z:]+|\[=[A-Z]+\])?)|-[A-Za-z]( [A-Z]+)?|[A-Z]+(_[A-Z]+)+)$/;
  for (const use of uses) assert.match(use, USE);
});

for (const { name, help } of ENTRANCES) {
  test(`S6: the help of ${name} has every option and exit code, and the name it was called by`, () => {
    const lines = help(`/usr/bin/${name}`, "1.2.3").split("\n");
    const [usage = ""] = lines.filter((line) => line.startsWith("Usage: "));
    assert.match(
      usage,
      USAGES[name] ?? new RegExp(`^Usage: /usr/bin/${name} \\[OPTION\\]\\.\\.\\.`),
    );
    const [options = [], exits = []] = TABLES[name] ?? [];
    assert.ok(options.length > 0 && exits.length > 0);
    const codes = exits.map(({ code, meaning }): Row => [String(code), meaning]);
    for (const [left, right] of [...options, ...codes]) {
      const shown = lines.filter((line) => line.startsWith(`  ${left} `));
      assert.equal(shown.length, 1, left);
      assert.ok(shown[0]?.endsWith(` ${right}`));
    }
  });

  test(`the help of ${name} fits a page, and ends with the exit codes`, () => {
    const lines = help(name, "1.2.3").split("\n");
    assert.equal(lines.pop(), "");
    for (const line of lines) assert.match(line, /^[ -~]{0,100}$/);
    assert.ok(lines.length <= (TABLES[name]?.[2] ?? 0), `${lines.length} lines`);
    const exits = lines.slice(lines.indexOf("Exit codes:") + 1);
    assert.ok(exits.length >= 2);
    for (const line of exits) assert.match(line, /^ {2}(\d+|otherwise) {2,}[a-z]/);
  });
}

test("timeout: GNU's options come first, then curfew's extensions under a heading", () => {
  const lines = timeoutHelp("timeout").split("\n");
  const at = lines.findIndex((line) => line.startsWith("curfew's extensions"));
  for (const option of TIMEOUT_OPTIONS) {
    const line = lines.findIndex((line) => line.startsWith(`  ${optionUse(option)} `));
    assert.equal(line < at, option.shortens === true, option.long);
  }
});

test("137 is no exit code of run: curfew dies of the signal that killed the command", () => {
  assert.ok(!/^ {2}137/m.test(runHelp("run")));
  assert.match(runHelp("run"), /^ {2}125 .*a process survived/m);
});

test("init shows 128 + N, and says which options may be given again", () => {
  assert.match(initHelp("init"), /^ {2}otherwise .*128 \+ N if it died of signal N$/m);
  const again = INIT_OPTIONS.filter((option) => option.kind === "value" && option.repeats);
  const [line = ""] = /^.* may be repeated\.$/m.exec(initHelp("init")) ?? [];
  assert.deepEqual(line.match(/--[a-z-]+/g), again.map(nameOf));
});

test("S37, S55: who uses a tool wrongly sees the tool's exit code, and 125 is ours", () => {
  for (const [tool, code] of [
    [toolExitCodes(TINI), 1],
    [toolExitCodes(DUMB_INIT), 1],
    [toolExitCodes(CATATONIT), 1],
    [toolExitCodes(SCINIT), 2],
  ] as const) {
    assert.deepEqual(
      tool.map((row) => row.code),
      [code, 124, 125, 126, 127],
    );
    assert.ok(!tool.some((row) => row.code === 125 && row.meaning.includes("misused")));
  }
});

test("tini -l: whose the program is, and on which terms", () => {
  assert.match(
    licenseText(),
    /^curfew: MIT License\. Copyright \(c\) \d{4} curfew contributors\.$/m,
  );
  for (const line of licenseText().split("\n")) assert.ok(line.length <= 100);
});

test("S6: the version names the program and the product", () => {
  assert.equal(versionText("timeout", "1.2.3"), "timeout (curfew) 1.2.3\n");
});
