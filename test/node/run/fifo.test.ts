// A FIFO by its name: opening one waits for the other end, which would stop all of Node.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { run } from "../program.ts";

const { O_RDONLY, O_NONBLOCK } = constants;

function withFifo(work: (file: string) => Promise<void>) {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), "curfew-fifo-"));
    const file = join(folder, "fifo");
    execFileSync("mkfifo", [file]);
    // Ends a Node that waits in open(2), so that the test fails and does not hang.
    const opener = `sleep 20; exec 3<>"$1"`;
    const rescue = run("timeout", ["30", "sh", "-c", opener, "sh", file]);
    await rescue.started;
    try {
      await work(file);
    } finally {
      await rescue.cancel();
      rmSync(folder, { recursive: true });
    }
  };
}

const backends = ["auto", "portable"] as const;

for (const backend of backends) {
  test(
    `a FIFO without a reader is bad_file: ${backend}`,
    withFifo(async (file) => {
      for (const stdout of [{ file }, { file, append: true }, ["capture", { file }]] as const) {
        const { outcome, error } = await run("echo", ["a"], { backend, stdout });
        assert.deepEqual(
          [outcome, error?.code, error?.errno],
          ["spawn_failed", "bad_file", "ENXIO"],
        );
      }
    }),
  );

  test(
    `a FIFO for stdin is bad_file, and the text says what helps: ${backend}`,
    withFifo(async (file) => {
      const { outcome, error } = await run("cat", { backend, stdin: { file } });
      assert.deepEqual([outcome, error?.code, error?.errno], ["spawn_failed", "bad_file", "ENXIO"]);
      assert.match(error?.message ?? "", /FIFO.*\{fd\}/);
    }),
  );

  test(
    `a FIFO with a reader gets the output: ${backend}`,
    withFifo(async (file) => {
      for (const stdout of [{ file }, ["capture", { file }]] as const) {
        const reader = openSync(file, O_RDONLY | O_NONBLOCK);
        try {
          const script = "echo a; grep flags /proc/self/fdinfo/1 >&2";
          const result = await run("sh", ["-c", script], { backend, stdout });
          assert.equal(result.ok, true);
          assert.equal(readFileSync(reader, "utf8"), "a\n");
          const flags = Number.parseInt(result.stderr.split(/\s+/)[1] ?? "", 8);
          assert.equal(flags & O_NONBLOCK, 0, "the command's writes wait for room");
        } finally {
          closeSync(reader);
        }
      }
    }),
  );
}
