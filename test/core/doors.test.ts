import assert from "node:assert/strict";
import { test } from "node:test";
import { curfewHelp, DOORS } from "../../src/core/doors.ts";

const NOTHING = () => undefined;

test("every door has a name, a sentence and a command line of its own", () => {
  assert.deepEqual(
    DOORS.map(({ name }) => name),
    ["run", "timeout", "kill", "doctor"],
  );
  for (const { summary } of DOORS) assert.match(summary, /^[a-z].*[^.]$/);
  // The first words are the shortest that each door takes; no other door takes them as its own.
  const kinds = DOORS.map(({ parse }) => parse(["1", "1"], NOTHING).kind);
  assert.deepEqual(kinds, ["run", "run", "kill", "usage"]);
  const bare = DOORS.map(({ parse }) => parse([], NOTHING).kind);
  assert.deepEqual(bare, ["usage", "usage", "usage", "doctor"]);
});

test("every door prints its help and its version, whatever follows", () => {
  for (const { parse } of DOORS) {
    for (const prints of ["help", "version"] as const) {
      const wish = parse([`--${prints}`, "--nonsense"], NOTHING);
      assert.deepEqual(wish, { kind: "print", prints });
    }
  }
});

test("curfew's own help names every door, and says where their options are", () => {
  const lines = curfewHelp("curfew").split("\n");
  assert.equal(lines.pop(), "");
  assert.equal(lines[0], "Usage: curfew run|timeout|kill|doctor [OPTION]... [OPERAND]...");
  for (const { name, summary } of DOORS) {
    assert.equal(lines.filter((line) => line === `  ${name.padEnd(7)}  ${summary}`).length, 1);
  }
  for (const line of lines) assert.match(line, /^[ -~]{0,100}$/);
  assert.ok(lines.join("\n").includes("'curfew run --help'"));
});
