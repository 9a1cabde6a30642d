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
  assert.equal(scan.expected, "one of -n, --path, --on, --help");
});

test("of many options those are named that begin most like what was given", () => {
  const many = Array.from({ length: 32 }, (_, at): Option<Fields> => {
    return flag({ long: `--far-${"x".repeat(at + 1)}`, key: "on", value: true, help: "far" });
  });
  const expected = (word: string) => {
    const grammar = { ...GRAMMAR, options: [...OPTIONS, ...many] };
    const scan = scanOptions(grammar, [word], NOTHING);
    return scan.kind === "usage" ? scan.expected : scan.kind;
  };
  assert.equal(expected("--pathos"), "one of --path");
  assert.equal(expected("--of=1"), "one of --on");
  assert.equal(expected("--hello"), "one of --help");
  assert.equal(expected("--zoo"), "an option that --help lists");
  assert.equal(expected("-z"), "one of -n, -p, -o");
});

test("fields are written as they are read", () => {
  const fields = { count: 3, paths: ["-o", "a b", "="], on: true };
  const words = formatOptions(GRAMMAR, fields);
  assert.deepEqual(words, ["-n3", "--path=-o", "--path=a b", "--path==", "--on"]);
  const scan = scanOptions(GRAMMAR, words, NOTHING);
  assert.deepEqual(scan.kind === "scanned" && scan.fields, fields);
  assert.deepEqual(formatOptions(GRAMMAR, GRAMMAR.defaults), []);
});

test("a long name that begins like one of ours in five letters was meant to be it", () => {
  const long: readonly Option<Fields>[] = [
    flag({ long: "--leftovers", key: "on", value: true, help: "on" }),
    flag({ long: "--left", key: "on", value: false, help: "off" }),
  ];
  const choicesOf = (word: string) => {
    const scan = scanOptions({ options: long, defaults: GRAMMAR.defaults }, [word], NOTHING);
    return scan.kind === "usage" ? scan.choices : undefined;
  };
  assert.deepEqual(choicesOf("--leftover"), ["--leftovers"]);
  assert.deepEqual(choicesOf("--leftoX=5"), ["--leftovers"]);
  assert.deepEqual(choicesOf("--lefX"), []);
  assert.deepEqual(choicesOf("--bogus"), []);
  assert.deepEqual(choicesOf("-x"), []);
});
