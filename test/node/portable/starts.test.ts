// Commands that cannot be started.
import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type Asked, begin, orderOf } from "./order.ts";

const folder = await mkdtemp(join(tmpdir(), "curfew-test-"));
after(() => rm(folder, { recursive: true }));
const script = join(folder, "script");
await writeFile(script, "#!/nowhere/at/all\n");
await chmod(script, 0o755);
const plain = join(folder, "plain");
await writeFile(plain, "echo plain $1\n");
await chmod(plain, 0o755);
await mkdir(join(folder, "sub"));
const local = join(folder, "sub", "local");
await writeFile(local, "#!/bin/sh\necho local $1\n");
await chmod(local, 0o755);

type Row = readonly [name: string, command: readonly string[], asked: Asked, error: unknown];
const ROWS: readonly Row[] = [
  [
    "is missing",
    ["no-such-command-here"],
    { env: { PATH: "/bin:/usr/bin" } },
    { code: "not_found", errno: "ENOENT" },
  ],
  ["is a missing path", [join(folder, "none")], {}, { code: "not_found", errno: "ENOENT" }],
  ["is a folder", [folder], {}, { code: "not_executable", errno: "EACCES" }],
  [
    "is no program",
    [join(folder, "script", "x")],
    {},
    { code: "not_executable", errno: "ENOTDIR" },
  ],
  [
    "has no interpreter",
    [script],
    {},
    { code: "not_found", errno: "ENOENT", detail: "/nowhere/at/all" },
  ],
  [
    "has too long words",
    ["true", "x".repeat(2 ** 20)],
    {},
    { code: "not_executable", errno: "E2BIG" },
  ],
  ["is not in its own PATH", ["true"], { env: { PATH: folder } }, { code: "not_found" }],
];

for (const [name, command, asked, error] of ROWS) {
  test(`a command that ${name}`, async () => {
    const told = begin(orderOf([], command, asked));
    const report = await told.report;
    assert.equal(report.outcome, "spawn_failed");
    assert.partialDeepStrictEqual(report.error, error);
    assert.equal(report.child, null);
    assert.equal(await told.started, null);
    assert.deepEqual(told.calls, [
      "event spawn-failed",
      "event message",
      "ended stdout",
      "ended stderr",
      "finished",
    ]);
  });
}

test("a working directory that cannot be entered has an error of its own", async () => {
  const rows = [
    [join(folder, "none"), "ENOENT"],
    [plain, "ENOTDIR"],
  ] as const;
  for (const [cwd, errno] of rows) {
    const told = begin(orderOf([], ["true"], { cwd }));
    const report = await told.report;
    assert.partialDeepStrictEqual(report.error, { code: "bad_cwd", errno, detail: cwd });
    assert.equal(report.outcome, "spawn_failed");
    assert.equal(report.exit_code, 125);
  }
});

test("what cannot be started is told as an event", async () => {
  const told = begin(orderOf([], ["no-such-command-here"]));
  await told.report;
  const text = "curfew run: cannot run 'no-such-command-here'";
  const said = told.events.find(({ event }) => event === "message");
  assert.equal(said?.code, "spawn");
  assert.ok(String(said?.text).startsWith("curfew run: "), `${said?.text}, not ${text}`);
});

test("a file that cannot be opened: nothing is started", async () => {
  const path = join(folder, "none", "none");
  for (const asked of [
    { stdin: { kind: "file", path } },
    { stdout: { kind: "file", path, append: false } },
  ] as const) {
    const told = begin(orderOf([], ["true"], asked));
    const ending = await told.ending;
    assert.equal(ending.kind, "failed");
    assert.partialDeepStrictEqual(ending, { code: "bad_file", errno: "ENOENT" });
    assert.equal(await told.started, null);
  }
});

test("the command is looked up in its own PATH and folder; sh runs what names no interpreter", async () => {
  const env = { PATH: `${join(folder, "sub")}:/bin:/usr/bin` };
  const rows = [
    [["local", "a"], { env }, "local a\n"],
    [["./sub/local", "b"], { cwd: folder }, "local b\n"],
    [[plain, "c"], {}, "plain c\n"],
    [["sh", "-c", "pwd"], { cwd: join(folder, "sub") }, `${join(folder, "sub")}\n`],
    [["sh", "-c", 'echo "$A"'], { env: { ...env, A: "one" } }, "one\n"],
  ] as const;
  for (const [command, asked, out] of rows) {
    const told = begin(orderOf([], command, asked));
    assert.equal((await told.report).outcome, "exited");
    assert.equal(told.outputs.stdout, out);
  }
});
