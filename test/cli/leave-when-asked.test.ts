// `--leftovers leave` after a stop signal: under an init's name what the command leaves goes on, as
// with the original; under our own names a request to end means all processes.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { patiently } from "../patience.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { child, number } from "./children.ts";
import { isOver, start, until } from "./run.ts";

const HANDLES = child("handles");
const FOLDER = mkdtempSync(join(tmpdir(), "curfew-leave-"));
after(() => rmSync(FOLDER, { recursive: true }));
const NAMES = ["tini", "dumb-init", "catatonit", "scinit"];
for (const { name, path } of BINARIES) {
  mkdirSync(join(FOLDER, name));
  for (const tool of NAMES) symlinkSync(path, join(FOLDER, name, tool));
}

/** A daemon in a session of its own, and a command that exits with 7 at TERM. */
const FAMILY = [
  "sh",
  "-c",
  `setsid "$0" ${number("TERM")} ${number("USR1")} & echo daemon $!; exec "$0" -e 7 ${number("TERM")}`,
  HANDLES,
];

function leaving(binary: Binary): void {
  /** Asks for the end; gives the daemon, and what it was told. */
  const asked = async (argv: readonly string[]) => {
    const running = start([...argv, ...FAMILY], { env: binary.env });
    const [, daemon] = await running.says(/^daemon (\d+)$/m);
    await running.says(/^ready[\s\S]*^ready/m);
    running.kill("SIGTERM");
    return { running, daemon: Number(daemon) };
  };

  for (const name of NAMES) {
    for (const [title, options] of [
      ["", []],
      [", with a clock", ["--kill-after=1h"]],
    ] as const) {
      test(`${name}${title}: what is left goes on`, async () => {
        const link = join(FOLDER, binary.name, name);
        const words = [link, "--leftovers=leave", ...options, "--"];
        const { running, daemon } = await asked(words);
        await until("the init has ended", () => isOver(running.pid));
        assert.ok(!isOver(daemon));
        process.kill(daemon, "SIGUSR1");
        await running.says(/^caught 10$/m);
        process.kill(daemon, "SIGKILL");
        const { code, stdout } = await running.ended;
        assert.equal(code, 7);
        assert.equal(stdout.match(/^caught 15$/gm)?.length, 1);
      });
    }
  }

  for (const subcommand of ["run", "init"]) {
    test(`${subcommand}: it ends with the command`, async () => {
      // Both have to come to their handlers before SIGKILL.
      const grace = `${patiently(500)}ms`;
      const words = [binary.path, subcommand, "-k", grace, "--leftovers=leave", "--"];
      const { running, daemon } = await asked(words);
      const { code, stdout } = await running.ended;
      assert.equal(code, 7);
      assert.ok(isOver(daemon));
      assert.equal(stdout.match(/^caught 15$/gm)?.length, 2);
    });
  }
}

describe("leftovers that are left, after a stop signal", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => leaving(binary));
  }
});
