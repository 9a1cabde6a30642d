import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { drawn, HOSTILE, UNSHOWN, withTexts } from "./drawn.ts";
import { FILES, fileOf } from "./rows/files.ts";
import { attributesOf, tagsOf } from "./tags.ts";

const ENDED = "html|head|title|style|body|main|h1|h2|dl|dt|dd|div|span|i|table|thead|code|pre|p";
const TAGS = new RegExp(`^(?:!doctype|/?(?:${ENDED})|meta|tr|th|td|tbody)$`);

describe("show: HTML", () => {
  for (const [name, lines] of Object.entries(FILES)) {
    test(`${name}: one page, without scripts, and nothing from elsewhere`, () => {
      const page = drawn(fileOf(lines), "html");
      for (const tag of tagsOf(page)) assert.match(tag, TAGS);
      assert.match(page, /Content-Security-Policy" content="default-src 'none'; /);
      assert.match(page, /prefers-color-scheme:dark/);
      assert.doesNotMatch(page, /https?:|url\(|href|src=|@import|<script/);
      const rows = page.split("<tbody>")[1]?.match(/<tr>/g)?.length;
      assert.equal(rows, drawn(fileOf(lines)).match(/^ +[\d.]+ s {2}/gm)?.length);
    });
  }

  test("a text from the file adds no element and no attribute", () => {
    for (const name of Object.keys(FILES)) {
      for (const text of HOSTILE) {
        const page = drawn(withTexts(name, text), "html");
        assert.doesNotMatch(page, UNSHOWN);
        for (const tag of tagsOf(page)) assert.match(tag, TAGS);
        for (const attribute of attributesOf(page)) {
          assert.match(
            attribute,
            /^(?:lang|charset|http-equiv|content|name|scope|class|style|title|aria-hidden)$/,
          );
        }
        assert.equal(page.match(/<code>/g)?.length, page.match(/<\/code>/g)?.length);
      }
    }
  });

  test("the tree is drawn where there is one", () => {
    assert.match(
      drawn(fileOf(FILES.WHOLE ?? []), "html"),
      /<pre> {2}3812 npm test .*\n {2}└─ 3815 /,
    );
    assert.doesNotMatch(drawn(fileOf(FILES.EARLY ?? []), "html"), /<pre>/);
  });
});
