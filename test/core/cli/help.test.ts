import assert from "node:assert/strict";
import { test } from "node:test";
import { DROP_INS, SUBCOMMANDS } from "../../../src/core/cli/commands.ts";
import { CATATONIT } from "../../../src/core/cli/drop-in/catatonit.ts";
import type { Tool } from "../../../src/core/cli/drop-in/drop-in.ts";
import { DUMB_INIT } from "../../../src/core/cli/drop-in/dumb-init.ts";
import { SCINIT } from "../../../src/core/cli/drop-in/scinit.ts";
import { SCINIT_ALIASES, SCINIT_UNSET } from "../../../src/core/cli/drop-in/scinit-options.ts";
import { TINI } from "../../../src/core/cli/drop-in/tini.ts";
import {
  initHelp,
  licenseText,
  runHelp,
  timeoutHelp,
  toolExitCodes,
  toolHelp,
  versionText,
} from "../../../src/core/cli/help.ts";
import { optionHelp, optionUse } from "../../../src/core/cli/option-help.ts";
import { INIT_OPTIONS } from "../../../src/core/cli/options/init.ts";
import { INSPECT_OPTIONS } from "../../../src/core/cli/options/inspect.ts";
import {
  CONFIG_OPTIONS,
  DOCTOR_OPTIONS,
  KILL_OPTIONS,
} from "../../../src/core/cli/options/kill.ts";
import type { Option } from "../../../src/core/cli/options/option.ts";
import { RUN_OPTIONS, TIMEOUT_OPTIONS } from "../../../src/core/cli/options/options.ts";
import { nameOf } from "../../../src/core/cli/options/scan.ts";
import { SHOW_OPTIONS } from "../../../src/core/cli/options/show.ts";
import { INIT_DEFAULTS, RUN_DEFAULTS, TIMEOUT_DEFAULTS } from "../../../src/core/spec/defaults.ts";
import { INSPECT_DEFAULTS } from "../../../src/core/spec/inspect-spec.ts";
import {
  CONFIG_DEFAULTS,
  DOCTOR_DEFAULTS,
  KILL_DEFAULTS,
} from "../../../src/core/spec/kill-spec.ts";
import { SHOW_DEFAULTS } from "../../../src/core/spec/show-spec.ts";
import type { ExitRow } from "../../../src/core/spec/status.ts";
import {
  CONFIG_EXIT_CODES,
  DOCTOR_EXIT_CODES,
  EXIT_CODES,
  INSPECT_EXIT_CODES,
  KILL_EXIT_CODES,
  RUN_EXIT_CODES,
  SHOW_EXIT_CODES,
} from "../../../src/core/spec/status.ts";

type Row = readonly [use: string, help: string];
/** What a help must show, and the lines that it may have. */
type Table = readonly [options: readonly Row[], exits: readonly ExitRow[], lines: number];

const rowsOf = <F>(options: readonly Option<F>[], defaults: F) =>
  options.map((option): Row => [optionUse(option), optionHelp(option, defaults)]);

function tableOf<F>(tool: Tool<F>): Table {
  const own = [...rowsOf(tool.options, tool.defaults), ...tool.variables];
  const theirs = tool.usage === undefined ? own : [];
  return [[...theirs, ...rowsOf(tool.extra, tool.defaults)], toolExitCodes(tool), 200];
}

const ALIASES = rowsOf(SCINIT_ALIASES, { ...INIT_DEFAULTS, ...SCINIT_UNSET });

const TABLES: Readonly<Record<string, Table>> = {
  timeout: [rowsOf(TIMEOUT_OPTIONS, TIMEOUT_DEFAULTS), EXIT_CODES, 110],
  run: [rowsOf(RUN_OPTIONS, RUN_DEFAULTS), RUN_EXIT_CODES, 150],
  init: [[...rowsOf(INIT_OPTIONS, INIT_DEFAULTS), ...ALIASES], RUN_EXIT_CODES, 240],
  kill: [rowsOf(KILL_OPTIONS, KILL_DEFAULTS), KILL_EXIT_CODES, 60],
  doctor: [rowsOf(DOCTOR_OPTIONS, DOCTOR_DEFAULTS), DOCTOR_EXIT_CODES, 40],
  inspect: [rowsOf(INSPECT_OPTIONS, INSPECT_DEFAULTS), INSPECT_EXIT_CODES, 60],
  config: [rowsOf(CONFIG_OPTIONS, CONFIG_DEFAULTS), CONFIG_EXIT_CODES, 40],
  show: [rowsOf(SHOW_OPTIONS, SHOW_DEFAULTS), SHOW_EXIT_CODES, 40],
  tini: tableOf(TINI),
  "dumb-init": tableOf(DUMB_INIT),
  catatonit: tableOf(CATATONIT),
  scinit: tableOf(SCINIT),
};

const ENTRANCES = [
  ...SUBCOMMANDS.map(({ name, help }) => {
    return { name: name as string, calledBy: `curfew ${name}`, help };
  }),
  ...DROP_INS.map(({ names: [name = ""], help }) => ({ name, calledBy: name, help })),
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
  for (const use of ["-f, --foreground", "-k, --kill-after=DURATION", "-h, --help"]) {
    assert.ok(uses.includes(use), use);
  }
  for (const use of ["-V, --version", "--live-reload"])
    assert.ok(uses.some((one) => one.endsWith(use)));
  const USE =
    /^(((-[A-Za-z], | {4})--[a-z-]+(=[A-Z:]+|\[=[A-Z]+\])?)|-[A-Za-z]( [A-Z]+)?|[A-Z]+(_[A-Z]+)+)$/;
  for (const use of uses) assert.match(use, USE);
});

/** The words of a text, however it is folded. */
const wordsOf = (text: string) => text.split(/\s+/).filter(Boolean).join(" ");

for (const { name, calledBy, help } of ENTRANCES) {
  test(`S6: the help of ${name} has every option and exit code, and the name it was called by`, () => {
    const text = help(`/usr/bin/${name}`, "1.2.3", 80);
    const [usage = ""] = text.split("\n").filter((line) => line.startsWith("Usage: "));
    assert.match(
      usage,
      USAGES[name] ?? new RegExp(`^Usage: /usr/bin/${name} \\[OPTION\\]\\.\\.\\.`),
    );
    const [options = [], exits = []] = TABLES[name] ?? [];
    assert.ok(options.length > 0 && exits.length > 0);
    const codes = exits.map(({ code, meaning }): Row => [String(code), meaning]);
    const words = wordsOf(text);
    for (const row of [...options, ...codes]) {
      // Under the name timeout, all letters are GNU's.
      const [left, right] = row;
      const isGnu = name === "timeout" && /^-[hV], /.test(left);
      const shown = wordsOf(`${isGnu ? left.slice("-h, ".length) : left} ${right}`);
      assert.ok(words.includes(shown), shown);
    }
  });

  test(`the help of ${name} fits every width, and ends with the exit codes`, () => {
    const [, , most = 0] = TABLES[name] ?? [];
    const texts = [60, 61, 79, 80, 100, 132, 199, 200].map((width) => {
      const text = help(calledBy, "1.2.3", width);
      // Before that stands a tool's own text, which is not ours to fold.
      const own = text.slice(Math.max(0, text.indexOf("curfew's extensions")));
      for (const line of own.split("\n")) {
        if (/^ {2,}\S+$/.test(line)) continue;
        assert.match(line, new RegExp(`^[ -~]{0,${width}}$`));
      }
      assert.ok(text.split("\n").length <= most, `${text.split("\n").length} lines at ${width}`);
      const exits = own.split("\nExit codes:\n")[1]?.split("\n") ?? [];
      assert.equal(exits.pop(), "");
      for (const line of exits) assert.match(line, /^ {2}(\d+|otherwise) {2,}[a-z]|^ {13}\S/);
      return wordsOf(own);
    });
    // The width changes where lines break, and nothing else.
    assert.equal(new Set(texts).size, 1);
  });
}

test("each subcommand shows one example, which is a line of its own", () => {
  for (const { help, name } of SUBCOMMANDS) {
    const examples = help(`curfew ${name}`, "1.2.3", 80).match(/^Example: curfew .*$/gm) ?? [];
    assert.equal(examples.length, 1, name);
    const words = examples[0]?.split(" ").slice(3) ?? [];
    const subcommand = SUBCOMMANDS.find((one) => one.name === name);
    assert.notEqual(subcommand?.parse(words, () => undefined).kind, "usage", name);
  }
});

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
  assert.match(runHelp("run"), /^ {2}125 [\s\S]*a process\s+survived/m);
});

test("init shows 128 + N, and says which options may be given again", () => {
  assert.match(initHelp("init"), /^ {2}otherwise .*128 \+ N if it died of signal N$/m);
  const again = INIT_OPTIONS.filter((option) => option.kind === "value" && option.repeats);
  const [line = ""] = /^.* may be repeated\.$/m.exec(initHelp("init", 200)) ?? [];
  assert.deepEqual(line.match(/--[a-z-]+/g), again.map(nameOf));
});

test("S37, S55: wrong use of a tool gives the tool's exit code, and 125 is ours", () => {
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
  const build = "commit 0123456789ab, linux-x64";
  assert.equal(versionText("timeout", "1.2.3", build), `timeout (curfew) 1.2.3\n${build}\n`);
});
