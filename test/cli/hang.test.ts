// A test job that hangs on a FIFO, leaks a server and ignores TERM: what curfew prints explains it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { BINARIES, type Binary, nameOf, ROOT } from "./binary.ts";
import { newPath } from "./reports.ts";
import { curfew, endOfRun } from "./run.ts";

const PAGE = join(ROOT, "docs/run.md");
const PART = /(<!-- observed: hang -->\n)([\s\S]*?)(<!-- \/observed: hang -->)/;

const SERVER = 'require("net").createServer().listen(0, "127.0.0.1");';
const JOB = `trap '' TERM
(setsid node server.js &)
read line < results.fifo
`;

/** Whether the page is written, with the limit that it names. */
const IS_WRITTEN = process.env.CURFEW_OBSERVED === "write";

/** The limit grows until the job has come so far that it hangs: a machine may be slow. */
const LIMITS = IS_WRITTEN ? [8] : [3, 6, 12, 20, 30];

/** A folder with the job. */
function folder(): string {
  const path = newPath("job");
  mkdirSync(path);
  writeFileSync(join(path, "package.json"), '{"scripts": {"test": "sh test.sh"}}\n');
  writeFileSync(join(path, "test.sh"), JOB);
  writeFileSync(join(path, "server.js"), SERVER);
  assert.equal(spawnSync("mkfifo", [join(path, "results.fifo")]).status, 0);
  return path;
}

/** What curfew printed, as on the page: without what differs from run to run. */
function asOnPage(stderr: string, binary: Binary, limit: number): string[] {
  const pids = [...stderr.matchAll(/^[ │├└─]*(\d+) /gm)].map(([, pid = ""]) => pid);
  const numbered = stderr.replace(/\b\d{2,}\b/g, (number) => {
    const at = pids.indexOf(number);
    return at < 0 ? number : String(4711 + at);
  });
  const text = numbered
    .replaceAll(`${nameOf(binary)} run`, "curfew run")
    .replaceAll(`limit of ${limit}s`, "limit of 8s")
    .replaceAll(/\S*results\.fifo/g, "'/tmp/job/results.fifo")
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:3000");
  return text.trimEnd().split("\n");
}

/** Without times, which differ from run to run. A busy machine does not tell all of them. */
function withoutTimes(line: string): string {
  return line.replace(/\[[\d.hms]+ old(, waiting [\d.hms]+)?(, CPU \d+%)?\]/, "[times]");
}

/** What curfew printed when the job hung: four processes. */
async function hung(binary: Binary): Promise<string[]> {
  const cwd = folder();
  for (const limit of LIMITS) {
    const words = ["run", "--timeout", `${limit}s`, "-k", `${limit / 10}s`, "--", "npm", "test"];
    const ended = await curfew(binary, words, { cwd, env: { LC_ALL: "C.UTF-8" } }).ended;
    assert.equal(endOfRun(ended), "124");
    const lines = asOnPage(ended.stderr, binary, limit);
    const isWhole = lines.length === 6 && lines.some((line) => line.includes("orphan"));
    // On a slow machine the others may need longer than that for their end, too.
    if (isWhole && lines.at(-1)?.includes(", 1 of them by KILL") === true) return lines;
  }
  return assert.fail("the job never came so far");
}

/** A busy machine is too slow to look at everything: then the place in the tree is compared. */
const SLOW = /^(.*\d+ ).*(?:not known \(slow\)|not k?n?o?w?n?(?: \(s?l?o?w?\)?)?\.\.\.$).*/;
const placeOf = (line: string) => /^[ │├└─]*\d+ /.exec(line)?.[0];

function assertOnPage(seen: readonly string[], page: readonly string[]): void {
  assert.equal(seen.length, page.length);
  for (const [at, line] of seen.entries()) {
    const expected = page[at] ?? "";
    if (SLOW.test(line)) assert.equal(placeOf(line), placeOf(expected));
    else assert.equal(withoutTimes(line), withoutTimes(expected));
  }
}

const skip = spawnSync("npm", ["--version"]).status === 0 ? false : "needs npm";

for (const binary of BINARIES) {
  describe(binary.name, () => {
    test("the lines say what each process waits for, where it listens, and that all are gone", {
      skip,
    }, async () => {
      const page = readFileSync(PAGE, "utf8");
      const lines = await hung(binary);
      if (IS_WRITTEN && binary.name === "frozen") {
        const isWhole = lines.every((line) => !SLOW.test(line) && !/s old(?!, waiting)/.test(line));
        assert.ok(isWhole, `the machine is too busy for that: ${lines.join("\n")}`);
        const part = `\n\`\`\`text\n${lines.join("\n")}\n\`\`\`\n\n`;
        writeFileSync(
          PAGE,
          page.replace(PART, (_, begin, __, end) => `${begin}${part}${end}`),
        );
        return;
      }
      const shown = PART.exec(page)?.[2]
        ?.split("\n")
        .filter((line) => line !== "" && !line.startsWith("```"));
      assertOnPage(lines, shown ?? []);
    });
  });
}
