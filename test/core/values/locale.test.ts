import assert from "node:assert/strict";
import { test } from "node:test";
import { localeOf } from "../../../src/core/values/locale.ts";
import { LOCALES } from "./rows/locale.ts";

for (const [env, utf8, decimalPoint] of LOCALES) {
  test(`S7, S12: the locale of ${JSON.stringify(env)}`, () => {
    assert.deepEqual(
      localeOf((name) => env[name]),
      { utf8, decimalPoint },
    );
  });
}

test("nothing but POSIX's four variables is looked up", () => {
  const names = new Set<string>();
  localeOf((name) => {
    names.add(name);
    return undefined;
  });
  assert.deepEqual(names, new Set(["LC_ALL", "LC_CTYPE", "LC_NUMERIC", "LANG"]));
});

const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];
const PAIRS = LETTERS.flatMap((first) => LETTERS.map((second) => first + second));
const TRIPLES = PAIRS.flatMap((pair) => LETTERS.map((last) => pair + last));

function isWrittenSo(tag: string): boolean {
  return Intl.getCanonicalLocales(tag)[0] === tag;
}

function decimalPointOf(tag: string): string | undefined {
  const format = new Intl.NumberFormat(tag, { numberingSystem: "latn" });
  return format.formatToParts(0.5).find(({ type }) => type === "decimal")?.value;
}

// Another version of CLDR may have moved a country; the table says which one it was made from.
const skip = process.versions.cldr?.startsWith("48") !== true && "Intl is not CLDR 48";

test("S12: the decimal point of every language in every country is Intl's", { skip }, () => {
  const languages = [...PAIRS, ...TRIPLES.filter(isWrittenSo)].filter(
    (language) => Intl.NumberFormat.supportedLocalesOf(language).length > 0,
  );
  const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
  const regions = PAIRS.map((pair) => pair.toUpperCase()).filter(
    (region) => names.of(region) !== undefined && isWrittenSo(`en-${region}`),
  );
  assert.ok(languages.length > 200 && regions.length > 250);
  const wrong = languages
    .flatMap((language) => [language, ...regions.map((region) => `${language}-${region}`)])
    .filter((tag) => {
      const ours = localeOf((name) => (name === "LANG" ? tag.replace("-", "_") : undefined));
      return ours.decimalPoint !== decimalPointOf(tag);
    });
  assert.deepEqual(wrong, []);
});
