// Numbers that TypeScript and native code tell each other: both sides must mean the same by them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  LEADS,
  SCOPES,
  SPAWN_FIELDS,
  SPAWN_SETTINGS,
  WILL_FIELDS,
} from "../src/linux/run/fields.ts";
import { ROOT } from "./cli/binary.ts";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** `const NAME: TYPE = NUMBER;` of a Rust file. */
function rust(path: string, type: string): Map<string, number> {
  const pattern = new RegExp(`const ([A-Z_]+): ${type} = (\\d+);`, "g");
  return new Map([...read(path).matchAll(pattern)].map(([, name = "", n]) => [name, Number(n)]));
}

/** `const NAME = NUMBER;` of a TypeScript file. */
function script(path: string): Map<string, number> {
  const found = read(path).matchAll(/^const ([A-Z_]+) = (\d+);/gm);
  return new Map([...found].map(([, name = "", number]) => [name, Number(number)]));
}

const GUARDIAN = "src/linux/run/guardian-news.ts";

test("news of the guardian", () => {
  const news = rust("native/src/supervisor/news.rs", "u32");
  assert.ok(news.size >= 7);
  const ours = script(GUARDIAN);
  for (const [name, number] of news) assert.equal(ours.get(name), number, name);
});

test("what failed before the command was executed", () => {
  const stages = rust("native/src/guardian/plan.rs", "i32");
  const ours = script(GUARDIAN);
  for (const name of ["NOT_EXECUTED", "NOT_CONFINED"]) {
    assert.equal(ours.get(name), stages.get(name), name);
  }
});

test("orders to the guardian", () => {
  const orders = rust("native/src/guardian/link.rs", "u32");
  const [, text = ""] = /ORDERS = \{(.*?)\}/.exec(read(GUARDIAN)) ?? [];
  const ours = new Map([...text.matchAll(/(\w+): (\d+)/g)].map(([, k = "", n]) => [k, Number(n)]));
  assert.equal(ours.get("sweep"), orders.get("SWEEP"));
  assert.equal(ours.get("leave"), orders.get("LEAVE"));
  assert.equal(ours.get("withGroup"), orders.get("WITH_GROUP"));
});

test("why a process survived", () => {
  const reasons = rust("native/src/tree/verdict.rs", "i32");
  const [, text = ""] = /WHY: [^=]*= \[(.*?)\]/s.exec(read(GUARDIAN)) ?? [];
  const ours = [...text.matchAll(/"(\w+)"/g)].map(([, word]) => word);
  const names = ["NOT_PERMITTED", "UNKILLABLE", "STILL_FORKING", "DYING"];
  assert.deepEqual(ours, ["eperm", "unkillable", "still_forking", "dying"]);
  assert.deepEqual(
    names.map((name) => reasons.get(name)),
    [0, 1, 2, 3],
  );
});

/** The names of a Rust enum, as TypeScript writes them. */
function variants(path: string, name: string): readonly string[] {
  const [, text = ""] = new RegExp(`enum ${name} \\{(.*?)\\}`, "s").exec(read(path)) ?? [];
  const found = text.replace(/\/\/.*/g, "").matchAll(/\b([A-Z]\w*)(?: = \d+)?,/g);
  return [...found].map(([, [first = "", ...rest] = ""]) => first.toLowerCase() + rest.join(""));
}

const LISTS: readonly [names: readonly string[], path: string, variants: string][] = [
  [SPAWN_FIELDS, "native/src/window/fields.rs", "SpawnField"],
  [SPAWN_SETTINGS, "native/src/window/fields.rs", "SpawnSetting"],
  [WILL_FIELDS, "native/src/window/fields.rs", "WillField"],
  [SCOPES, "native/src/tree/scope.rs", "Scope"],
  [LEADS, "native/src/guardian/plan.rs", "Leads"],
];

for (const [names, path, name] of LISTS) {
  test(`${name}: the same names in the same order`, () => {
    assert.deepEqual(variants(path, name), names);
  });
}
