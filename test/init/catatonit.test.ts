// What `catatonit` alone has of the tools that we stand in for, as PID 1 and not: a pause
// without a command, and no signal by which a terminal stops a job. The rest:
// test/cli/names.test.ts.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { BINARIES, type Binary } from "../cli/binary.ts";
import { child } from "../cli/children.ts";
import type { Running } from "../cli/run.ts";
import { childrenOf, endOfRun, OPEN, start, stateOf, statusOf, until } from "../cli/run.ts";
import { FIRST } from "./places.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-catatonit-"));
after(() => rmSync(FOLDER, { recursive: true }));
const LINKS = new Map(BINARIES.map((binary) => [binary, linkTo(binary)]));

function linkTo({ name, path }: Binary): string {
  const link = join(FOLDER, name, "catatonit");
  mkdirSync(join(FOLDER, name));
  symlinkSync(path, link);
  return link;
}

type Setting = { readonly before?: readonly string[]; readonly isFirst: boolean };

/** catatonit, and what its number is: that of the program that was started, or of its child. */
type Begun = { readonly running: Running; readonly pid: number };

async function begin(
  binary: Binary,
  words: readonly string[],
  { before = [], isFirst }: Setting,
): Promise<Begun> {
  const line = [...(isFirst ? FIRST.before : []), ...before, LINKS.get(binary) ?? "", ...words];
  const running = start(line, { env: binary.env, input: OPEN });
  const pidOf = () => (isFirst ? (childrenOf(running.pid)[0] ?? 0) : running.pid);
  await until("it waits for its signals", () => pidOf() !== 0 && isWaiting(pidOf()));
  return { running, pid: pidOf() };
}

const TERM = 15n;
/** It is no shell any more, TERM is blocked, and it sleeps. */
function isWaiting(pid: number): boolean {
  if (statusOf(pid, "Name") !== "catatonit") return false;
  const blocked = BigInt(`0x0${statusOf(pid, "SigBlk")}`);
  return ((blocked >> (TERM - 1n)) & 1n) === 1n && stateOf(pid) === "S";
}

/** Makes an orphan when it reads a line, and becomes what follows meanwhile. */
const WITH_ORPHAN = [
  "sh",
  "-c",
  'exec 3<&0; (read go <&3; sleep 1000 3<&- >&- 2>&- & echo made) & exec "$@"',
  "sh",
];
const IGNORING = ["sh", "-c", "trap '' INT TERM; exec \"$@\"", "sh"];

for (const binary of BINARIES) {
  for (const isFirst of [false, true]) {
    const where = isFirst ? "as PID 1" : "not as PID 1";
    describe(`catatonit, ${binary.name}, ${where}`, { skip: isFirst && FIRST.skip }, () => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        test(`S59: a pause starts nothing, and ${signal} ends it with 0`, async () => {
          const { running, pid } = await begin(binary, ["-P"], { isFirst });
          assert.deepEqual(childrenOf(pid), []);
          process.kill(pid, signal);
          const end = await running.ended;
          assert.deepEqual([endOfRun(end), end.stdout, end.stderr], ["0", "", ""]);
        });

        test(`S59: a pause starts no COMMAND that is given to it, ${signal}`, async () => {
          const { running, pid } = await begin(binary, ["-P", "sleep", "1000"], { isFirst });
          assert.deepEqual(childrenOf(pid), []);
          process.kill(pid, signal);
          const end = await running.ended;
          assert.deepEqual([endOfRun(end), end.stdout, end.stderr], ["0", "", ""]);
        });

        test(`S59: ${signal} ends a pause that was begun with it ignored`, async () => {
          const { running, pid } = await begin(binary, ["-P"], { isFirst, before: IGNORING });
          process.kill(pid, signal);
          assert.equal(endOfRun(await running.ended), "0");
        });
      }

      test("S59: a pause reaps its children and the orphans that come to it", async () => {
        const { running, pid } = await begin(binary, ["-P"], { isFirst, before: WITH_ORPHAN });
        const [maker] = childrenOf(pid);
        running.write("go\n");
        await running.says(/^made$/m);
        await until("the orphan has come", () => {
          const children = childrenOf(pid);
          return children.length === 1 && children[0] !== maker;
        });
        process.kill(childrenOf(pid)[0] ?? 0, "SIGKILL");
        await until("no process is left", () => childrenOf(pid).length === 0);
        process.kill(pid, "SIGTERM");
        assert.equal(endOfRun(await running.ended), "0");
      });

      test("a pause reaps a thousand children that have ended before it began", async () => {
        const many = 'i=0; while [ $i -lt 1000 ]; do : & i=$((i+1)); done; exec "$@"';
        const before = ["sh", "-c", many, "sh"];
        const { running, pid } = await begin(binary, ["-P"], { isFirst, before });
        await until("no process is left", () => childrenOf(pid).length === 0);
        process.kill(pid, "SIGTERM");
        assert.equal(endOfRun(await running.ended), "0");
      });
    });
  }

  test(`S62: no signal by which a terminal stops a job is passed on, ${binary.name}`, {
    skip: FIRST.skip,
  }, async () => {
    const words = ["--", child("handles"), "-e", "5", "15", "20", "21", "22"];
    const { running, pid } = await begin(binary, words, { isFirst: true });
    await running.says(/^ready/m);
    for (const signal of [20, 21, 22, 15]) process.kill(pid, signal);
    const { code, stdout } = await running.ended;
    assert.deepEqual([code, stdout.replace(/^ready.*\n/, "")], [5, "caught 15\n"]);
  });
}
