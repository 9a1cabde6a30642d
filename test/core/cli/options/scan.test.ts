// Options of a made-up command: what the subcommands' own tables do not show.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Option } from "../../../../src/core/cli/options/option.ts";
import { flag, list, value } from "../../../../src/core/cli/options/option.ts";
import { formatOptions, nameOf, scanOptions } from "../../../../src/core/cli/options/scan.ts";
import { COUNT, PATH } from "../../../../src/core/cli/options/values.ts";

type Fields = { readonly count: number; readonly paths: readonly string[]; readonly on: boolean };

const OPTIONS: readonly Option<Fields>[] = [
  value({ short: "-n", key: "count", takes: COUNT, help: "a letter without a name" }),
  list({ long: "--path", short: "-p", key: "paths", takes: PATH, help: "one more" }),
  flag({ long: "--on", short: "-o", key: "on", value: true, help: "on" }),
  { kind: "print", long: "--help", prints: "help", help: "print this text" },
];
const GRAMMAR = { options: OPTIONS, defaults: { count: 0, paths: [], on: false } };
const NOTHING = () => undefined;

const scanned = (...words: string[]) => scanOptions(GRAMMAR, words, NOTHING);

test("options may be repeated: a list grows, of a value the last counts", () => {
  const scan = scanned("-n1", "-pa", "--path", "b", "-on", "2", "--path=c", "d", "-p", "e");
  assert.ok(scan.kind === "scanned");
  assert.deepEqual(scan.fields, { count: 2, paths: ["a", "b", "c"], on: true });
  assert.deepEqual(scan.operands, ["d", "-p", "e"]);
  const given = ["-n", "--path", "--path", "--on", "-n", "--path"];
  assert.deepEqual(scan.given.map(nameOf), given);
  assert.deepEqual(GRAMMAR.defaults.paths, []);
});

test("a value may look like an option, and -- may be one", () => {
  const scan = scanned("-p", "--", "-p", "-o", "--path=--on", "--", "-o");
  assert.ok(scan.kind === "scanned");
  assert.deepEqual(scan.fields.paths, ["--", "-o", "--on"]);
  assert.deepEqual(scan.operands, ["-o"]);
});

test("an option without a long name is called by its letter", () => {
  assert.deepEqual(OPTIONS.map(nameOf), ["-n", "--path", "--on", "--help"]);
  for (const [words, given, part] of [
    [["-n"], undefined, "-n N"],
    [["-n", "0"], "0", "-n N"],
    [["-on0"], "0", "-n N"],
    [["-p", ""], "", "-p PATH"],
    [["--path="], "", "--path PATH"],
  ] as const) {
    const scan = scanned(...words);
    assert.ok(scan.kind === "usage");
    assert.deepEqual([scan.given, scan.part], [given, part]);
  }
  for (const word of ["--n", "--", "---n", "-x"]) {
    const scan = scanned(word, "1");
    assert.equal(scan.kind, word === "--" ? "scanned" : "usage", word);
  }
});

test("what is printed is printed before the words behind it are looked at, not those before", () => {
  assert.deepEqual(scanned("-o", "--help", "--nonsense"), { kind: "print", prints: "help" });
  const scan = scanned("--nonsense", "--help");
  assert.ok(scan.kind === "usage");
  assert.equal(scan.expected, "an option that --help lists");
});

test("an unknown option may be a misspelling of those that are most like it", () => {
  const choicesOf = (word: string) => {
    const scan = scanOptions(GRAMMAR, [word], NOTHING);
    return scan.kind === "usage" ? scan.choices : undefined;
  };
  assert.deepEqual(choicesOf("--pathos"), ["--path"]);
  assert.deepEqual(choicesOf("--no=1"), ["--on"]);
  assert.deepEqual(choicesOf("--hlep"), ["--help"]);
  assert.deepEqual(choicesOf("--zoo"), []);
  // A long name with one hyphen begins with a letter that is none.
  assert.deepEqual(choicesOf("-help"), ["--help"]);
  assert.deepEqual(choicesOf("-help=1"), ["--help"]);
  assert.deepEqual(choicesOf("-z"), []);
});

test("fields are written as they are read", () => {
  const fields = { count: 3, paths: ["-o", "a b", "="], on: true };
  const words = formatOptions(GRAMMAR, fields);
  assert.deepEqual(words, ["-n3", "--path=-o", "--path=a b", "--path==", "--on"]);
  const scan = scanOptions(GRAMMAR, words, NOTHING);
  assert.deepEqual(scan.kind === "scanned" && scan.fields, fields);
  assert.deepEqual(formatOptions(GRAMMAR, GRAMMAR.defaults), []);
});
