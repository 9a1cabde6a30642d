// Every text names what is there, what is needed and what to do, in one line.
import assert from "node:assert/strict";
import { test } from "node:test";
import { adviceOn, type Missing } from "../../../src/node/binary/advice.ts";

const PROGRAM = "/app/node_modules/@curfew/linux-x64/bin/curfew";
const ROWS: readonly (readonly [missing: Missing, ...words: RegExp[]])[] = [
  [
    { why: "other_platform", needed: "linux-arm64", present: "linux-x64" },
    /^@curfew\/linux-x64 is installed/,
    /needs @curfew\/linux-arm64/,
    /delete node_modules.* install again/,
  ],
  [
    { why: "not_installed", needed: "linux-x64" },
    /^@curfew\/linux-x64.* is not installed/,
    /install again with optional dependencies/,
    /package-lock/,
  ],
  [
    { why: "bundled", needed: "linux-x64", bundle: "/app/dist/main.js" },
    /^@curfew\/linux-x64 cannot be found from \/app\/dist\/main\.js/,
    /external: \["curfew"\]/,
  ],
  [
    { why: "unsupported", platform: "darwin-arm64", supported: ["linux-x64", "linux-arm64"] },
    /no program of curfew for darwin-arm64, only for linux-x64, linux-arm64/,
    /prepare\(\)/,
  ],
  [
    { why: "unsupported", platform: "win32-x64", supported: ["linux-x64"] },
    /no program of curfew for win32-x64/,
    /WSL/,
  ],
  [{ why: "absent", path: PROGRAM }, /^CURFEW_BINARY names \/app/, /unset/],
  [{ why: "not_executable", path: PROGRAM }, /^\/app\S+ has no permission/, /chmod \+x \/app/],
  [
    { why: "noexec", path: PROGRAM, errno: "EACCES" },
    /execute \/app\S+ \(EACCES\)/,
    /noexec/,
    /CURFEW_BINARY/,
  ],
  [
    { why: "foreign", path: PROGRAM, platform: "linux-x64" },
    /^\/app\S+ is no program for this machine/,
    /reinstall @curfew\/linux-x64/,
    /CURFEW_BINARY/,
  ],
];

for (const [missing, ...words] of ROWS) {
  test(`${missing.why} ${"platform" in missing ? missing.platform : ""}`, () => {
    const advice = adviceOn(missing);
    assert.doesNotMatch(advice, /\n|\.$/);
    for (const word of words) assert.match(advice, word);
  });
}
