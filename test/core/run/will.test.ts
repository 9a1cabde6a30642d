import assert from "node:assert/strict";
import { test } from "node:test";
import { willOf } from "../../../src/core/run/will.ts";
import { specOf, textOf } from "./transcript.ts";

/** A command line, and the will of the spawn. Instants are in seconds since the spawn. */
const WILLS: readonly (readonly [call: string, will: string])[] = [
  ["0 a", "spawn SIGTERM sweep 5"],
  ["5 a", "spawn SIGTERM sweep 5 signal@7 sweep@10.5"],
  ["-k 9 5 a", "spawn SIGTERM sweep 9 signal@7 sweep@14.5"],
  ["-k 2 5 a", "spawn SIGTERM sweep 2 signal@6 sweep@7.5"],
  ["-k 0.2 5 a", "spawn SIGTERM sweep 0.2 signal@5.5 sweep@6"],
  ["-s INT -k 9 5 a", "spawn SIGINT sweep 9 signal@7 sweep@14.5"],
  ["-s KILL -k 9 5 a", "spawn SIGKILL sweep 9 sweep@5.5"],
  ["--report /r 5 a", "spawn SIGTERM sweep 5 signal@7 sweep@10.5 stays"],
  ["--events /e 5 a", "spawn SIGTERM sweep 5 signal@7 sweep@10.5 stays"],
  ["--leftovers wait 5 a", "spawn SIGTERM sweep 5 signal@7 sweep@10.5 stays"],
  ["--leftovers fail 5 a", "spawn SIGTERM sweep 5 signal@7 sweep@10.5 stays"],
  ["run a", "spawn SIGTERM sweep 5 stays"],
  ["run -k inf --timeout 5 a", "spawn SIGTERM sweep 5 signal@7 sweep@10.5 stays"],
  ["run --leftovers leave a", "spawn SIGTERM sweep 5"],
  ["init a", "spawn SIGTERM sweep 8 stays"],
];

test("from the spawn on the guardian acts as curfew would, a little later", () => {
  for (const [call, text] of WILLS) {
    assert.equal(
      textOf([{ type: "spawn", will: willOf(specOf(call), { phase: "starting" }) }], "wills"),
      text,
      call,
    );
  }
});
