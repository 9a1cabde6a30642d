import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CHOICES, playCourse } from "./courses.ts";
import { RELOADS } from "./rows/reload.ts";
import { play } from "./transcript.ts";

for (const transcript of RELOADS) {
  const [name, call, ...course] = transcript;
  test(`${call}: ${name}`, () => {
    const [first, ...done] = play(transcript);
    assert.equal(first?.split(", ")[0], "begin 1");
    const shown = (does: (index: number) => string | undefined) =>
      course.map(([seconds, { what }], index) => [seconds, what, does(index)]);
    assert.deepEqual(
      shown((index) => done[index]),
      shown((index) => course[index]?.[2]),
    );
  });
}

test("no two courses are the same", () => {
  const texts = RELOADS.map(([, ...course]) => JSON.stringify(course));
  assert.equal(new Set(texts).size, texts.length);
});

const CHOICE = fc.record({
  what: fc.constantFrom(...CHOICES),
  nth: fc.nat(255),
  delay: fc.oneof(fc.constant(1), fc.nat(3e6), fc.nat(3e7)),
});
const CALL = fc
  .tuple(
    fc.constantFrom("--watch src", "--watch src", "--reload-signal USR2"),
    fc.constantFrom("", "--ready notify", "--ready fd:9 --ready-timeout 2"),
    fc.constantFrom("", "--debounce 0", "--debounce 2"),
    fc.constantFrom("", "", "--restart-delay 3"),
    fc.constantFrom("", "", "--exit-on-error"),
    fc.constantFrom("", "--drain 2", "-k 1", "-k inf", "--timeout 20", "-s KILL"),
    fc.constantFrom("", "--events /e", "--report /r", "--leftovers leave", "--leftovers wait"),
    fc.constantFrom("", "-v", "--reload-signal USR2", "--rewrite USR1:USR2 --reload-signal USR2"),
  )
  // --debounce is refused where nothing is watched.
  .map(([begun, ready, debounce, ...rest]) => {
    const given = begun.startsWith("--watch") ? debounce : "";
    return ["init", begun, ready, given, ...rest, "cmd"].filter(Boolean).join(" ");
  });

test("random events in random order keep every promise", () => {
  const seen = { generations: 0, exits: new Set<number>() };
  fc.assert(
    fc.property(CALL, fc.array(CHOICE, { maxLength: 60, size: "max" }), (call, choices) => {
      const { begun, exit } = playCourse(call, choices);
      seen.generations = Math.max(seen.generations, begun);
      seen.exits.add(exit ?? -1);
    }),
    { numRuns: 12_000, seed: 5, endOnFailure: false },
  );
  assert.ok(seen.generations > 6, "many generations");
  for (const code of [0, 7, 124, 125, 127, 137, 139, 143])
    assert.ok(seen.exits.has(code), `${code}`);
});
