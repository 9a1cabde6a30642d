// What is settled when all options are known; the rows of the subcommands show the errors.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { requestOf } from "../../../../src/core/cli/options/command-line.ts";
import { INIT_DEFAULTS } from "../../../../src/core/spec/defaults.ts";
import type { OutputTarget, Spec } from "../../../../src/core/spec/spec.ts";
import type { Signal } from "../../../../src/core/values/signal.ts";
import { entryPointOf } from "../asked.ts";

const NOTHING = () => undefined;
const SPEC: Spec = { ...INIT_DEFAULTS, command: ["a"] };

/** The Spec that is made of these fields; undefined where they are refused. */
function made(fields: Partial<Spec>): Spec | undefined {
  const request = requestOf({ ...SPEC, ...fields }, NOTHING);
  return request.kind === "run" ? request.spec : undefined;
}

test("a signal that others become is passed on, though no process can send it to us", () => {
  const rewrite = new Map<Signal, Signal>([
    ["SIGTERM", "SIGKILL"],
    ["SIGTSTP", "SIGSTOP"],
    ["SIGINT", "SIG0"],
  ]);
  const forward = made({ rewrite })?.forward;
  assert.deepEqual([...(forward?.difference(SPEC.forward) ?? [])], ["SIGKILL", "SIGSTOP"]);
});

test("what is received stays the same set where nothing is rewritten to something else", () => {
  assert.equal(made({})?.forward, SPEC.forward);
  assert.equal(made({ rewrite: new Map([["SIGTERM", "SIGINT"]]) })?.forward, SPEC.forward);
});

test("report and events need places of their own", () => {
  const path = (text: string): OutputTarget => ({ kind: "path", path: text });
  for (const [one, other, isSame] of [
    ["r", "r", true],
    ["r", "./r", true],
    ["/a/r", "//a/./r/", true],
    ["r", "/r", false],
    ["a/../r", "r", false],
    ["r", "R", false],
    ["/dev/null", "/dev/null", false],
  ] as const) {
    const spec = made({ report: path(one), events: path(other) });
    assert.equal(spec === undefined, isSame, `${one} ${other}`);
  }
  assert.ok(made({ report: path("r") }) !== undefined && made({ events: path("r") }) !== undefined);
  assert.ok(made({ report: { kind: "fd", fd: 3 }, events: path("fd:3") }) !== undefined);
  assert.ok(made({ report: { kind: "fd", fd: 3 }, events: { kind: "fd", fd: 3 } }) === undefined);
});

test("only TIMEOUT_METRICS asks for metrics, whatever it says", () => {
  for (const value of ["", "0", "x"]) {
    const request = requestOf({ ...SPEC }, (name) =>
      name === "TIMEOUT_METRICS" ? value : undefined,
    );
    assert.ok(request.kind === "run" && request.spec.metrics);
  }
  assert.equal(made({})?.metrics, false);
});

const ENTRANCES = [
  "run",
  "init",
  "tini",
  "tini-static",
  "docker-init",
  "dumb-init",
  "catatonit",
  "scinit",
];

test("S2: the words of the command come through untouched, whatever they are", () => {
  const word = fc.oneof(
    fc.constantFrom("--", "-", "-v", "--help", "--version", "", "\udcff", "a b"),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1 }),
      fc.constantFrom(...ENTRANCES),
      (command, name) => {
        const request = entryPointOf(name).parse(["--timeout=5", "--", ...command], NOTHING);
        assert.ok(request.kind === "run");
        assert.deepEqual(request.spec.command, command);
        assert.equal(request.spec.timeout, 5_000_000);
      },
    ),
    { numRuns: 2000 },
  );
});
