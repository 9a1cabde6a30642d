import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { pathText, positionsOf } from "../../../../src/core/cli/config/positions.ts";

const TEXT = `# = [no]
[defaults] # a comment
timeout = "5m"
  "kill_after" = '1s' # x = 1
spare = [ "a = b", # ]
  "c", ["d"] ]
report = """
[profiles.no]
x = 1 \\"""
"""
log = '''y = 1'''
n=1
[profiles."a b"]
verbose = true
[profiles]
ci = { timeout = "1s", x = { y = [ { z = 1 } ] } }
other.on_stop = "kill"
[[list]]
x = 1
`;

const ROWS: readonly (readonly [path: readonly string[], place: string | undefined])[] = [
  [["defaults"], "2:2"],
  [["defaults", "timeout"], "3:1"],
  [["defaults", "kill_after"], "4:3"],
  [["defaults", "spare"], "5:1"],
  [["defaults", "report"], "7:1"],
  [["defaults", "log"], "11:1"],
  [["defaults", "n"], "12:1"],
  [["profiles"], "13:2"],
  [["profiles", "a b"], "13:11"],
  [["profiles", "a b", "verbose"], "14:1"],
  [["profiles", "ci"], "16:1"],
  [["profiles", "ci", "timeout"], "16:8"],
  [["profiles", "ci", "x", "y"], "16:30"],
  [["profiles", "other", "on_stop"], "17:7"],
  [["list", "x"], "19:1"],
  [["profiles", "no"], undefined],
  [["x"], undefined],
];

for (const [path, place] of ROWS) {
  test(`${path.join(".")} stands at ${place}`, () => {
    const found = positionsOf(TEXT).get(pathText(path));
    assert.equal(found && `${found.line}:${found.column}`, place);
  });
}

test("any text is passed over in time", () => {
  const toml = fc.string({ unit: fc.constantFrom(..."[]{}=,.\"'#\\\n ab1".split("")) });
  fc.assert(
    fc.property(fc.oneof(toml, fc.string({ unit: "binary" })), (text) => {
      assert.ok(positionsOf(text).size >= 0);
    }),
    { numRuns: 3000 },
  );
  assert.ok(positionsOf('a = "'.repeat(20_000)).size >= 0);
});
