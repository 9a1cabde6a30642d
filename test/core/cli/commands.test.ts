import assert from "node:assert/strict";
import { test } from "node:test";
import { curfewHelp, DOORS, DROP_INS } from "../../../src/core/cli/commands.ts";

const NOTHING = () => undefined;

test("every door has a name, a sentence and a command line of its own", () => {
  assert.deepEqual(
    DOORS.map(({ name }) => name),
    ["run", "timeout", "init", "kill", "doctor"],
  );
  for (const { summary } of DOORS) assert.match(summary, /^[a-z].*[^.]$/);
  // The first words are the shortest that each door takes; no other door takes them as its own.
  const kinds = DOORS.map(({ parse }) => parse(["1", "1"], NOTHING).kind);
  assert.deepEqual(kinds, ["run", "run", "run", "kill", "usage"]);
  const bare = DOORS.map(({ parse }) => parse([], NOTHING).kind);
  assert.deepEqual(bare, ["usage", "usage", "usage", "usage", "doctor"]);
});

test("every tool has its names, the exit code for a mistake and the place for its help", () => {
  assert.deepEqual(
    DROP_INS.map(({ names, failure, prints }) => [names.join(" "), failure, prints]),
    [
      ["timeout", 125, "stdout"],
      ["tini tini-static docker-init podman-init", 1, "stdout"],
      // S55.
      ["dumb-init", 1, "stderr"],
      ["catatonit", 1, "stdout"],
      ["scinit", 2, "stdout"],
    ],
  );
  for (const { prints, failure } of DOORS) assert.deepEqual([prints, failure], ["stdout", 125]);
});

test("the shortest line that each tool takes is a run, and none is a mistake", () => {
  for (const { names, parse } of DROP_INS) {
    assert.equal(parse(["1", "a"], NOTHING).kind, "run", names[0]);
    assert.equal(parse([], NOTHING).kind, "usage", names[0]);
    assert.deepEqual(parse(["--help", "a"], NOTHING), { kind: "print", prints: "help" });
    assert.deepEqual(parse(["--version"], NOTHING), { kind: "print", prints: "version" });
  }
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
  assert.equal(lines[0], "Usage: curfew run|timeout|init|kill|doctor [OPTION]... [OPERAND]...");
  for (const { name, summary } of DOORS) {
    assert.equal(lines.filter((line) => line === `  ${name.padEnd(7)}  ${summary}`).length, 1);
  }
  for (const line of lines) assert.match(line, /^[ -~]{0,100}$/);
  const text = lines.join("\n");
  assert.ok(text.includes("'curfew run --help'"));
  assert.match(text, /Called by the name timeout, tini, dumb-init, catatonit or scinit, /);
});
