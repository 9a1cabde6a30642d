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

/** The limit grows until the job has come so far that it hangs: a machine may be slow. */
const LIMITS = [3, 12, 48];

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
function asOnPage(stderr: string, binary: Binary, limit: number): string {
  const pids = [...stderr.matchAll(/^[ │├└─]*(\d+) /gm)].map(([, pid = ""]) => pid);
  const numbered = stderr.replace(/\b\d{2,}\b/g, (number) => {
    const at = pids.indexOf(number);
    return at < 0 ? number : String(4711 + at);
  });
  return numbered
    .replaceAll(`${nameOf(binary)} run`, "curfew run")
    .replaceAll(`limit of ${limit}s`, "limit of 8s")
    .replaceAll(/\S*\/results\.fifo/g, "'/tmp/job/results.fifo")
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:3000")
    .replaceAll(/\[[\d.hms]+, CPU \d+%\]/g, "[8.0s, CPU 0%]");
}

async function hung(binary: Binary): Promise<string> {
  const cwd = folder();
  for (const limit of LIMITS) {
    const words = ["run", "--timeout", `${limit}s`, "-k", "300ms", "--", "npm", "test"];
    const ended = await curfew(binary, words, { cwd, env: { LC_ALL: "C.UTF-8" } }).ended;
    assert.equal(endOfRun(ended), "124");
    const isThere = /FIFO/.test(ended.stderr) && /listens on/.test(ended.stderr);
    if (isThere) return asOnPage(ended.stderr, binary, limit);
  }
  return assert.fail("the job never came so far");
}

const skip = spawnSync("npm", ["--version"]).status === 0 ? false : "needs npm";

for (const binary of BINARIES) {
  describe(binary.name, () => {
    test("the lines say who waits for what, who listens where, and that all are gone", {
      skip,
    }, async () => {
      const page = readFileSync(PAGE, "utf8");
      const part = `\n\`\`\`text\n${await hung(binary)}\`\`\`\n\n`;
      if (process.env.CURFEW_OBSERVED === "write" && binary.name === "frozen") {
        writeFileSync(
          PAGE,
          page.replace(PART, (_, begin, __, end) => `${begin}${part}${end}`),
        );
        return;
      }
      assert.equal(PART.exec(page)?.[2], part, "CURFEW_OBSERVED=write");
    });
  });
}
