import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmTableFromMarkdown } from "mdast-util-gfm-table";
import { gfmTable } from "micromark-extension-gfm-table";
import { drawn, HOSTILE, UNSHOWN, withTexts } from "./drawn.ts";
import { FILES, fileOf } from "./rows/files.ts";

type Node = { readonly type: string; readonly value?: string; readonly children?: readonly Node[] };

function nodesOf(markdown: string): readonly Node[] {
  const tree: Node = fromMarkdown(markdown, {
    extensions: [gfmTable()],
    mdastExtensions: [gfmTableFromMarkdown()],
  });
  const all = (node: Node): readonly Node[] => [node, ...(node.children ?? []).flatMap(all)];
  return all(tree);
}

const types = (nodes: readonly Node[]) => [...new Set(nodes.map(({ type }) => type))].sort();
const count = (nodes: readonly Node[], type: string) =>
  nodes.filter((node) => node.type === type).length;

describe("show: Markdown", () => {
  for (const [name, lines] of Object.entries(FILES)) {
    test(`${name}: a heading, facts, bars, and a table with a row for each event`, () => {
      const markdown = drawn(fileOf(lines), "markdown");
      const nodes = nodesOf(markdown);
      assert.equal(count(nodes, "heading"), 1);
      assert.equal(count(nodes, "table"), 1);
      const rows = drawn(fileOf(lines)).match(/^ +[\d.]+ s {2}/gm)?.length ?? 0;
      assert.equal(count(nodes, "tableRow"), rows + 1);
      // A step's summary holds 1 MiB.
      assert.ok(Buffer.byteLength(markdown) < 100_000);
    });
  }

  test("a text from the file stays a text: no link, image, HTML, row or cell is made of it", () => {
    for (const name of Object.keys(FILES)) {
      const plain = nodesOf(drawn(withTexts(name, "x"), "markdown"));
      for (const text of HOSTILE) {
        const markdown = drawn(withTexts(name, text), "markdown");
        assert.doesNotMatch(markdown, UNSHOWN);
        const nodes = nodesOf(markdown);
        assert.deepEqual(types(nodes), types(plain), text);
        for (const type of ["tableRow", "tableCell", "listItem", "paragraph", "inlineCode"]) {
          assert.equal(count(nodes, type), count(plain, type), `${name}, ${type}: ${text}`);
        }
      }
    }
  });

  test("a command with pipes and backticks is shown as it is", () => {
    const command = ["sh", "-c", "a | b `c` ``"];
    const [first] = nodesOf(
      drawn(fileOf([{ ...FILES.EARLY?.at(-1), command }]), "markdown"),
    ).filter(({ type }) => type === "inlineCode");
    assert.equal(first?.value, "sh -c 'a | b `c` ``'");
  });
});
