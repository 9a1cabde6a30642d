// The man pages: every option has its entry, formatters have nothing to say, links lead to pages.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { after, test } from "node:test";
import { manPages } from "../../scripts/man/man.ts";
import { fileOf } from "../../scripts/man/page.ts";
import { PAGES } from "../../scripts/man/pages.ts";
import { literal } from "../../scripts/man/roff.ts";
import { SUBCOMMANDS } from "../../src/core/cli/commands.ts";
import { ROOT } from "../cli/binary.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-man-"));
after(() => rmSync(FOLDER, { recursive: true }));
const TEXTS = manPages({ version: "1.2.3", date: "2001-02-03" });
for (const [file, text] of TEXTS) {
  mkdirSync(dirname(join(FOLDER, file)), { recursive: true });
  writeFileSync(join(FOLDER, file), text);
}

/** Documents for users of the library and for those who work on curfew: no man page shows them. */
const WITHOUT_PAGE = ["docs/benchmarks.md", "docs/facts.md", "docs/library.md", "docs/machine.md"];

/** The formatters that are installed, each with the words that make it report what it dislikes. */
const FORMATTERS = [
  // Whether a line is shorter than 80 bytes is a matter of style, and paths cannot be broken.
  ["mandoc", ["-T", "lint", "-W", "warning"]],
  ["man", ["--warnings", "-E", "UTF-8", "-l"]],
] as const;

for (const [formatter, words] of FORMATTERS) {
  const isHere = spawnSync("sh", ["-c", `command -v ${formatter}`]).status === 0;
  const skip = isHere ? false : `no ${formatter} here`;
  for (const file of TEXTS.keys()) {
    test(`${formatter} has nothing to say about ${file}`, { skip }, () => {
      const env = { ...process.env, MANWIDTH: "80", MANPAGER: "cat" };
      const { stdout, stderr } = spawnSync(formatter, [...words, join(FOLDER, file)], {
        encoding: "utf8",
        env,
      });
      assert.equal(formatter === "man" ? stderr : stdout + stderr, "");
    });
  }
}

for (const page of PAGES) {
  const text = TEXTS.get(fileOf(page)) ?? "";
  const { command } = page;

  test(`${page.name}(${page.section}) has each option of its table, with what it does`, () => {
    for (const { long, short, help } of command?.options ?? []) {
      for (const name of [long, short]) {
        if (name === undefined) continue;
        const entry = new RegExp(`^\\.TP\\n.*\\\\fB${escaped(literal(name))}\\\\fR`, "m");
        assert.match(text, entry, name);
      }
      const sentence = text.replace(/\s+/g, " ").toLowerCase();
      assert.ok(sentence.includes(shown(help)), help);
    }
  });

  test(`${page.name}(${page.section}) names no file of the repository`, () => {
    assert.doesNotMatch(text.replace(/\s+/g, " "), /\w\.md\b(?! in curfew's source)/);
    assert.doesNotMatch(text, /<!--/);
  });

  test(`${page.name}(${page.section}) has a name, a summary and the release`, () => {
    assert.match(text, /^\.TH "[A-Z-]+" "[157]" "2001-02-03" "curfew 1\.2\.3"$/m);
    assert.ok(text.includes(`.SH NAME\n${page.name} \\- ${page.summary.replace("'", "'")}\n`));
  });
}

test("each subcommand has a page of its own, with its options", () => {
  for (const { name, options } of SUBCOMMANDS) {
    const page = PAGES.find((one) => one.name === `curfew-${name}` && one.section === 1);
    const listed = page?.command?.options.map(({ long }) => long) ?? [];
    for (const { long } of options) assert.ok(listed.includes(long), `curfew-${name}: ${long}`);
  }
});

test("a document for users of the command that another one links to has a page", () => {
  const without = new Set<string>();
  for (const { document } of PAGES) {
    const text = readFileSync(join(ROOT, document), "utf8");
    for (const [, target = ""] of text.matchAll(/\]\(([\w./-]+\.md)(?:#[\w-]+)?\)/g)) {
      const file = posix.join(posix.dirname(document), target);
      const hasPage = PAGES.some((page) => page.document === file);
      if (file.startsWith("docs/") && !hasPage) without.add(file);
    }
  }
  assert.deepEqual([...without].sort(), WITHOUT_PAGE);
});

test("an option that is in no page is missed", () => {
  const text = TEXTS.get("man1/curfew-run.1") ?? "";
  assert.doesNotMatch(text, new RegExp(escaped(literal("--no-such-option"))));
});

test("each reference leads to a page", () => {
  for (const text of TEXTS.values()) {
    for (const [, name = "", section] of text.matchAll(/\\fB(curfew[\w\\-]*)\\fR\((\d)\)/g)) {
      const file = `man${section}/${name.replaceAll("\\", "")}.${section}`;
      assert.ok(TEXTS.has(file), file);
    }
  }
});

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** A help text as the page has it, on one line. */
function shown(help: string): string {
  return help.replace(/\s+/g, " ").toLowerCase();
}
