// What no linter knows about our sources. Each check has a row of its own that it must refuse.
import assert from "node:assert/strict";
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  cycles,
  differentNames,
  type File,
  type Find,
  file,
  fullRooms,
  importsOnly,
  inRoom,
  isTypeScript,
  longFiles,
  longFunctions,
  named,
  noLine,
  ROOMS,
  severalTitles,
  unsafeWithoutReason,
  untested,
  upward,
  WIDTH,
  withoutComments,
} from "./tidy/checks.ts";
import { foreignDocuments, uncitedFacts, unknownFacts } from "./tidy/facts.ts";
import { circlesInNative, durationsElsewhere, upwardInNative } from "./tidy/native.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const SOURCES = ["*", ".*", "{src,native/src,native/.cargo,native/*,scripts,schemas,npm}/**"];
const PROSE_AND_TESTS = ["{test,bench,docs,examples}/**", ".ci/*"];
/** `.git` is a file where the repository has several working trees. */
const GENERATED = ["native/target/**", "**/node_modules/**", ".git"];

const isWideCode = (file: File) => isTypeScript(file) && !/\/rows\//.test(file.path);
/** A row of a table, a test's sentence, or another text that cannot be broken. */
const WIDE = new RegExp(`^(?!\\s*([[{"'\`]|test\\(|\\w+: \`|printf )).{${WIDTH + 1}}`);
/**
 * Words for persons that were said of processes. `nobody` is also a user, and then it is quoted.
 */
const PERSONS = /(?<!["'`]|\buser )\b(who(?:ever)|(no|some|any|every)body)\b/i;
const isProseOrCode = named(/\.(ts|mjs|rs|c|h|py|sh|md)$/);
const REGISTRY = /\bregistry\.[\w-]+\.\w+|"resolved": "\w+:|\bindex\.crates/;

/** What is checked, how, and a row that the check must refuse. */
const CHECKS: readonly [name: string, find: Find, ...bad: File[]][] = [
  [
    "core imports core",
    importsOnly("src/core/", "src/core/", "smol-toml"),
    file("src/core/a.ts", 'import { b } from "../linux/b.ts";'),
  ],
  [
    "linux imports core and linux",
    importsOnly("src/linux/", "src/core/", "src/linux/"),
    file("src/linux/a.ts", 'import type { b } from "../node/b.ts";'),
  ],
  [
    "node imports core and node",
    importsOnly("src/node/", "src/core/", "src/node/", "node:"),
    file("src/node/a.ts", 'export { b } from "../linux/b.ts";'),
  ],
  [
    "folders of the core import downwards",
    upward("src/core/"),
    file("src/core/spec/a.ts", 'import type { B } from "../run/b.ts";'),
  ],
  [
    "folders of the Linux host import downwards",
    upward("src/linux/"),
    file("src/linux/kernel/a.ts", 'import { b } from "../run/b.ts";'),
  ],
  [
    "folders of the library import downwards",
    upward("src/node/"),
    file("src/node/way/a.ts", 'import { b } from "../run/b.ts";'),
  ],
  [
    "no import cycles",
    cycles,
    file("src/core/a.ts", 'import "./b.ts";'),
    file("src/core/b.ts", 'import "./a.ts";'),
  ],
  [
    "folders of the native sources import downwards",
    upwardInNative,
    file("native/src/kernel/a.rs", "use crate::{kernel::b, tree::{c::D, e}};"),
  ],
  [
    "native sources say where they import from",
    upwardInNative,
    file("native/src/kernel/a.rs", "use super::b;"),
  ],
  [
    "no circles of native sources",
    circlesInNative,
    file("native/src/tree/a.rs", "use crate::tree::{b::C, d};"),
    file("native/src/tree/d.rs", "fn e() { crate::tree::a::f() }"),
  ],
  [
    "native durations stand in one table",
    durationsElsewhere,
    file("native/src/tree/a.rs", "const NAP: f64 = 2e3;"),
  ],
  [
    "the machines of runs and generations format nothing",
    noLine(named(/^src\/core\/(run|reload)\//), /"\.\.\/report\/(?!event|report\.)|event-line/),
    file("src/core/run/a.ts", 'import { formatEvent } from "../report/event-line.ts";'),
  ],
  [
    "no clock and no chance in core",
    noLine(inRoom("src/core/"), /\b(Math\.random|Date|performance)\b/, withoutComments),
    file("src/core/a.ts", "const a = Math.random();"),
  ],
  [
    "no functions that this build leaves out (native/src/engine/substitutes.rs)",
    noLine(named(/^src\//), /\bMath\.(a?(cos|sin|tan)h?|atan2)\b/),
    file("src/core/a.ts", "const a = Math.atan2(1, 2);"),
  ],
  [
    "one file names the native surface",
    noLine(named(/^src\/(?!linux\/kernel\/window)/), /\b__sys\b/),
    file("src/linux/a.ts", "__sys.kill()"),
  ],
  [
    "the native surface is the same in both languages",
    differentNames,
    file("src/linux/kernel/window.ts", "export type Sys = {", "  kill(pid: number): number;", "};"),
  ],
  [
    "no flag names in native code",
    noLine(inRoom("native/src/"), /"--/),
    file("native/src/a.rs", 'if name == b"--verbose" {}'),
  ],
  ["rooms", fullRooms, file("src/linux/a.ts", ...Array(ROOMS["src/linux/"] + 1).fill("a();"))],
  ["files", longFiles, file("native/src/a.rs", ...Array(351).fill("a();"))],
  [
    "functions",
    longFunctions,
    file("src/core/a.ts", "export function a() {", ...Array(70).fill("  b();"), "}"),
  ],
  [
    "native functions",
    longFunctions,
    file("native/src/a.rs", "pub fn a() {", ...Array(70).fill("    b();"), "}"),
  ],
  ["lines", noLine(isWideCode, WIDE), file("src/core/a.ts", `const a = ${"b".repeat(WIDTH)};`)],
  [
    "lines of native comments",
    noLine(inRoom("native/src/"), new RegExp(`^(?=\\s*//).{${WIDTH + 1}}`)),
    file("native/src/a.rs", `    // ${"b".repeat(WIDTH)}`),
  ],
  ["tests of the core", untested, file("src/core/a.ts", "a();")],
  [
    "no paths of a machine",
    noLine(() => true, /(^|[^\w.$}])\/(work|home|root)\//),
    file("README.md", ["", "home", "me"].join("/")),
  ],
  [
    "paths of URLs are decoded",
    noLine(isTypeScript, /import\.meta\.url\)\.path/),
    file("scripts/a.ts", `new URL("../", ${"import"}.meta.url).path`),
  ],
  [
    "no registry hosts",
    noLine(() => true, REGISTRY),
    file("a.json", ["registry", "x.y"].join(".")),
  ],
  ["unsafe has a reason", unsafeWithoutReason, file("native/src/a.rs", "unsafe { a() }")],
  ["one title per document", severalTitles, file("README.md", "# A", "# B")],
  ["cited facts are in docs/facts.md", unknownFacts, file("src/core/a.ts", `// As in S${999}.`)],
  ["facts are cited", uncitedFacts, file("docs/facts.md", `- **P${999}** A fact.`)],
  [
    "documents that are named are here",
    foreignDocuments,
    file("src/core/a.ts", `// As in sem${"antics"}.md.`),
  ],
  [
    "no numbers of decisions",
    noLine(named(/\.(ts|mjs|rs|c)$/), /\bDES(IGN)\b|\bD\d{2}\b|\b(decision|issue) \d/),
    file("src/core/a.ts", `// As in D${99}.`),
  ],
  [
    "processes are things: no comment, title or text calls one a person",
    noLine(isProseOrCode, PERSONS),
    file("src/core/a.ts", `// ${"No"}body reads there.`),
  ],
  ["nothing left to do", noLine(() => true, /\b(TO)DO\b|\bFIX(ME)\b/), file("a.ts", `TO${"DO"}`)],
];

function filesOf(): readonly File[] {
  const paths = globSync([...SOURCES, ...PROSE_AND_TESTS], { cwd: ROOT, exclude: GENERATED });
  const isFile = (path: string) => statSync(join(ROOT, path), { throwIfNoEntry: false })?.isFile();
  const textOf = (path: string) => readFileSync(join(ROOT, path), "utf8");
  return paths.filter(isFile).map((path) => ({ path, text: textOf(path) }));
}

const files = filesOf();
test("the sources are found", () => {
  for (const room of ["src/core/", "src/linux/", "native/src/"])
    assert.ok(files.some(inRoom(room)));
});

for (const [name, find, ...bad] of CHECKS) {
  test(name, () => assert.deepEqual(find(files), []));
  test(`${name}: the check bites`, () => assert.notDeepEqual(find(bad), []));
}
