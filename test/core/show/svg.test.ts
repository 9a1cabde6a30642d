import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { drawn, HOSTILE, UNSHOWN, withTexts } from "./drawn.ts";
import { FILES, fileOf } from "./rows/files.ts";
import { attributesOf, tagsOf } from "./tags.ts";

const OWN = "xmlns|xml:space|width|height|viewBox|role|aria-labelledby|id|class|fill";
const ATTRIBUTES = new RegExp(`^(?:${OWN}|stroke-dasharray|rx|[xyrd]|c[xy])$`);

describe("show: SVG", () => {
  for (const [name, lines] of Object.entries(FILES)) {
    test(`${name}: well-formed, with a title and a description, and nothing from elsewhere`, () => {
      const picture = drawn(fileOf(lines), "svg");
      const open: string[] = [];
      for (const tag of tagsOf(picture)) {
        if (tag.startsWith("/")) assert.equal(open.pop(), tag.slice(1));
        else if (!tag.endsWith("/")) open.push(tag);
      }
      assert.deepEqual(open, []);
      assert.match(picture, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
      assert.match(
        picture,
        /role="img" aria-labelledby="t d"><title id="t">.+<\/title><desc id="d">/,
      );
      assert.match(picture, /prefers-color-scheme:dark/);
      assert.doesNotMatch(
        picture.replace("http://www.w3.org/2000/svg", ""),
        /https?:|url\(|href|@import/,
      );
    });
  }

  test("a text from the file adds no element and no attribute", () => {
    for (const name of Object.keys(FILES)) {
      for (const text of HOSTILE) {
        const picture = drawn(withTexts(name, text), "svg");
        assert.doesNotMatch(picture, UNSHOWN);
        for (const tag of tagsOf(picture)) {
          assert.match(
            tag,
            /^\/?(?:svg|title|desc|style|text|rect\/|path\/|circle\/|rect|path|circle)$/,
          );
        }
        for (const attribute of attributesOf(picture)) {
          assert.match(attribute, ATTRIBUTES);
        }
      }
    }
  });

  test("no text is wider than the picture", () => {
    for (const name of Object.keys(FILES)) {
      for (const text of ["x".repeat(200), "漢".repeat(200), "a b ".repeat(60), ...HOSTILE]) {
        const picture = drawn(withTexts(name, text), "svg");
        for (const [, x = "", style = "", content = ""] of picture.matchAll(
          /<text x="([\d.]+)" y="\d+"( class="t")?[^>]*>(.*?)<\/text>/g,
        )) {
          const characters = content
            .replace(/&#?\w+;/g, "x")
            .replace(/[^\0-\u10ff\u2500-\u257f]/gu, "xx");
          const width = characters.length * (style === "" ? 7.35 : 8.6);
          assert.ok(Number(x) + width <= 960, `${Number(x) + width}: ${content}`);
        }
      }
    }
  });
});
