import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { advised, hintFor, meantCommand, meantTopic } from "../../../src/core/cli/advice.ts";
import { SUBCOMMANDS, tables } from "../../../src/core/cli/commands.ts";
import type { SpawnError } from "../../../src/core/spec/error.ts";
import { usageError } from "../../../src/core/spec/error.ts";

// What each line of a user gets stands in rows/manners.ts: here is what no row shows.

const MISSING: SpawnError = { kind: "spawn", code: "not_found", command: "x", errno: "ENOENT" };

test("only a command that was not found gets a hint", () => {
  const words = ["npm test"];
  assert.ok(hintFor(MISSING, "run", words, words));
  for (const code of ["not_executable", "resource", "not_confined", "bad_cwd"] as const) {
    assert.equal(hintFor({ ...MISSING, code }, "run", words, words), undefined, code);
  }
  assert.equal(hintFor({ ...MISSING, interpreter: "/x" }, "run", words, words), undefined);
  assert.equal(hintFor(MISSING, "run", [], []), undefined);
});

test("what another tool calls an option wins over a name that looks like it", () => {
  const error = usageError("unknown_option", {
    part: "OPTION",
    given: "--time-limit=5",
    expected: "an option",
    choices: ["--mem-limit"],
  });
  assert.equal(advised(error, "run", tables()).meant, "--timeout");
  // Without an option of that name there is nothing to say.
  assert.equal(advised(error, "doctor", tables()), error);
});

test("a topic is a subcommand, and a long word is left out", () => {
  assert.equal(meantTopic("kil", tables()), "curfew help kill");
  assert.equal(meantTopic("help me", tables()), undefined);
  assert.equal(meantCommand("x".repeat(61), tables()), "curfew run COMMAND");
});

test("whatever is typed, a hint is short, on one line and plain", () => {
  const word = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(..."-=a5s '\"|\n\x1b".split("")) }),
  );
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
      const [first = ""] = words;
      const hints = [
        meantCommand(first, tables()),
        meantTopic(first, tables()),
        ...SUBCOMMANDS.flatMap(({ name }) => [
          hintFor(MISSING, name, words, ["--poll", ...words]),
          ...(["unknown_option", "bad_pid", "unknown_signal", "bad_duration"] as const).map(
            (code) => {
              const error = usageError(code, { part: "-s SIGNAL", given: first, expected: "y" });
              return advised(error, name, tables()).meant;
            },
          ),
        ]),
      ];
      for (const hint of hints) assert.match(hint ?? "", /^[ -~]{0,160}$/);
    }),
    { numRuns: 500 },
  );
});
