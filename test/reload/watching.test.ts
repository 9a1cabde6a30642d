// What `--watch` meets in the world: names and patterns, folders that come and go.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, renameSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { IS_ROOT } from "../adversaries/users.ts";
import { BINARIES, type Binary } from "../cli/binary.ts";
import { newPath, staged } from "../cli/reports.ts";
import { curfew, endOfRun, OPEN, stateOf } from "../cli/run.ts";
import { serve } from "./serving.ts";

function watching(binary: Binary): void {
  for (const pattern of ["*a".repeat(30).concat("b"), "{a,aa}".repeat(90).concat("b")]) {
    test(`no name keeps ${pattern.slice(0, 8)}... busy`, async (t) => {
      const name = "a".repeat(200);
      const script = `: >"$0"; echo "$CURFEW_GENERATION up."; exec sleep 1000`;
      const served = serve(t, binary, [
        ["--ignore", pattern],
        ["sh", "-c", script, name],
      ]);
      await served.says(/^2 up\.$/m);
      assert.equal(endOfRun((await served.stop()).ended), "143");
    });
  }

  test("a current directory that was removed cannot be watched", async () => {
    const script = 'mkdir "$0"; cd "$0"; rmdir "$0"; exec "$@"';
    const before = ["sh", "-c", script, newPath("removed")];
    const words = ["init", "--watch", ".", "true"];
    const { code, stderr } = await curfew(binary, words, { before }).ended;
    assert.equal(code, 125);
    assert.match(stderr, /^[^\n]+ init: --watch: cannot watch '\.': no such file or directory\n$/);
  });

  test("one that is removed later is a change, and one line", async (t) => {
    const cwd = newPath("current");
    mkdirSync(cwd);
    const words = ["init", "--watch", ".", "--", "sh", "-c", SAYS_GENERATION];
    const running = curfew(binary, words, { cwd });
    t.after(() => void (stateOf(running.pid) !== "" && running.kill("SIGKILL")));
    await running.says(/^1 up\.$/m);
    rmdirSync(cwd);
    await running.says(/--watch: cannot read '\.': no such file or directory\n/, "stderr");
    await running.says(/^2 up\.$/m);
    running.kill("SIGTERM");
    assert.equal(endOfRun(await running.ended), "143");
  });

  const skip = !IS_ROOT && "only root can change the user";
  test("a directory that cannot be read for a while is said, and is not forgotten", {
    skip,
  }, async (t) => {
    const folder = newPath("unread");
    mkdirSync(join(folder, "t"), { recursive: true });
    mkdirSync(join(folder, "new", "inner"), { recursive: true });
    writeFileSync(join(folder, "new", "inner", "f"), "1");
    const all = ["", "t", "new", "new/inner"].map((path) => join(folder, path));
    for (const path of all) chownSync(path, 65534, 65534);
    chmodSync(join(folder, "new"), 0);
    const before = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const words = ["--watch", join(folder, "t"), "--", "sh", "-c", SAYS_GENERATION];
    const running = curfew(staged(binary), ["init", ...words], { before });
    t.after(() => void (stateOf(running.pid) !== "" && running.kill("SIGKILL")));
    await running.says(/^1 up\.$/m);
    renameSync(join(folder, "new"), join(folder, "t", "d"));
    await running.says(/--watch: cannot read '\S+\/t\/d': permission denied\n/, "stderr");
    chmodSync(join(folder, "t", "d"), 0o755);
    await running.says(/^2 up\.$/m);
    writeFileSync(join(folder, "t", "d", "inner", "f"), "2");
    await running.says(/^3 up\.$/m);
    running.kill("SIGTERM");
    const { stderr } = await running.ended;
    assert.equal(stderr.split("cannot read").length, 2, stderr);
  });

  test("what is mounted over a watched directory is a change, and so is its end", {
    skip: NO_MOUNTS,
  }, async (t) => {
    const script = `echo "$CURFEW_GENERATION up."; read line; eval "$line"; exec sleep 1000`;
    const folder = newPath("mounts");
    mkdirSync(join(folder, "t", "d"), { recursive: true });
    writeFileSync(join(folder, "t", "d", "f"), "1");
    const words = ["init", "--watch", join(folder, "t"), "--", "sh", "-c", script];
    const before = ["unshare", "-m"];
    const running = curfew(binary, words, { before, cwd: folder, input: OPEN });
    t.after(() => void (stateOf(running.pid) !== "" && running.kill("SIGKILL")));
    await running.says(/^1 up\.$/m);
    running.write("mount -t tmpfs x t/d\n");
    await running.says(/^2 up\.$/m);
    running.write("echo 1 >t/d/new\n");
    await running.says(/^3 up\.$/m);
    running.write("umount t/d\n");
    await running.says(/^4 up\.$/m);
    running.write("echo 2 >t/d/f\n");
    await running.says(/^5 up\.$/m);
    running.kill("SIGTERM");
    await running.ended;
  });
}

const SAYS_GENERATION = `echo "$CURFEW_GENERATION up."; exec sleep 1000`;
const MOUNTS = "mount -t tmpfs x /mnt && umount /mnt";
const NO_MOUNTS =
  spawnSync("unshare", ["-m", "sh", "-c", MOUNTS]).status !== 0 && "nothing can be mounted here";

for (const binary of BINARIES) {
  describe(`watching, ${binary.name}`, () => watching(binary));
}
