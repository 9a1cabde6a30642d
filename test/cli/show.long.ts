// A million lines of events: little memory. `npm test -- --only 'test/cli/show.long.ts'`.
import assert from "node:assert/strict";
import { closeSync, openSync, writeSync } from "node:fs";
import { before, test } from "node:test";
import { FROZEN } from "./binary.ts";
import { newPath } from "./reports.ts";
import { curfew, endOfRun } from "./run.ts";

const LINES = 1_000_000;
/** What curfew has resident at most, in kB. */
const MOST = 16_384;

/** Events of every kind that may be very many, each with a text of its own. */
const MAKERS: readonly ((at: number) => string)[] = [
  (at) => `{"event":"signal","at_ms":${at},"signal":"SIG${at % 7}"}`,
  (at) => `{"event":"looked","at_ms":${at},"leftovers":[{"pid":${at},"command":"c${at}"}]}`,
  (at) => `{"event":"deadline","at_ms":${at},"reason":null}`,
  (at) => `{"event":"spawned","at_ms":${at},"generation":${at},"pid":${at}}`,
  (at) => `{"event":"changed","at_ms":${at},"path":"src/${at}.js"}`,
  (at) => `{"event":"later-${at}","at_ms":${at},"text":"${"x".repeat(at % 300)}"}`,
  (at) => `no event ${at}`,
];

const path = newPath("million");

before(() => {
  const file = openSync(path, "w");
  for (let at = 0; at < LINES; at += 1000) {
    const lines = Array.from({ length: 1000 }, (_, more) => {
      return `${MAKERS[(at + more) % MAKERS.length]?.(at + more)}\n`;
    });
    writeSync(file, lines.join(""));
  }
  closeSync(file);
});

const PROGRAM = `
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)`;

// Each has a limit of its own: a busy machine takes minutes for all.
for (const format of ["--svg", "--html", "--markdown", "--"]) {
  test(`${LINES} lines: ${format}`, async () => {
    const words = ["python3", "-c", PROGRAM];
    const ended = await curfew(FROZEN, ["show", format, path], { before: words }).ended;
    assert.equal(endOfRun(ended), "0");
    assert.match(ended.stdout, /\d+ more generations: not drawn\./);
    assert.match(ended.stdout, /\d+ lines skipped: no event of curfew(?:'|&#39;)s\./);
    assert.ok(ended.stdout.length < 100_000);
    assert.ok(Number(ended.stderr) < MOST, `${format}: ${ended.stderr.trim()} kB`);
  });
}
