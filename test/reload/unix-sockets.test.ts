// Unix sockets with a name in a folder: whose they are, what else is there, and what is left.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { IS_ROOT } from "../adversaries/users.ts";
import { BINARIES, type Binary } from "../cli/binary.ts";
import { newPath } from "../cli/reports.ts";
import { curfew, type Ended, OPEN, type Running, start, stateOf } from "../cli/run.ts";
import { NO_PYTHON, serve } from "./serving.ts";

const UNPRIVILEGED = 65534;
const UP = ["sh", "-c", "echo up; exec sleep 1000"];
const INSTANCES = 6;
const ROUNDS = 20;

/** Binds, and listens when it is told to. */
const SLOW_SERVER = `import socket, sys
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1])
print("bound", flush=True); sys.stdin.readline()
s.listen(); print("listens", flush=True); sys.stdin.readline()`;

/** Two names of one folder change places, for ever: a directory and a link to another's. */
const SWAPPER = `import ctypes, os, sys
os.setgroups([]); os.setgid(${UNPRIVILEGED}); os.setuid(${UNPRIVILEGED})
c = ctypes.CDLL(None, use_errno=True)
a, b = (os.open(sys.argv[1], os.O_PATH), 2)
swap = lambda: c.renameat2(a, b"d", a, b"e", b)
if swap(): sys.exit("no renameat2")
print("swaps", flush=True)
while True: swap()`;

function folder(mode = 0o755): string {
  const path = newPath("sockets");
  mkdirSync(path);
  chmodSync(path, mode);
  return path;
}

function dead(path: string): void {
  const program = "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])";
  assert.equal(spawnSync("python3", ["-c", program, path]).status, 0);
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

const inUse = (path: string) =>
  `init: --listen: cannot listen on 'unix:${path}': the address is in use\n`;

/** Its end where it was refused; undefined as soon as its command is up. */
async function settled(running: Running): Promise<Ended | undefined> {
  const isUp = running.says(/^up$/m).then(() => undefined);
  return Promise.race([running.ended, isUp.catch(() => running.ended)]);
}

async function end(running: Running): Promise<void> {
  if (stateOf(running.pid) !== "") running.kill("SIGTERM");
  await running.ended;
}

function sockets(binary: Binary): void {
  const serving = (t: TestContext, path: string) => {
    const running = curfew(binary, ["init", "--listen", `unix:${path}`, "--", ...UP]);
    t.after(() => end(running));
    return running;
  };

  test("a server between bind and listen keeps its file", { skip: NO_PYTHON }, async (t) => {
    const path = join(folder(), "s");
    const server = start(["python3", "-c", SLOW_SERVER, path], { input: OPEN });
    t.after(() => server.kill("SIGKILL"));
    await server.says(/^bound$/m);
    const { ino } = statSync(path);
    const { code, stderr } = await serving(t, path).ended;
    assert.equal(code, 125);
    assert.ok(stderr.endsWith(inUse(path)), stderr);
    server.write("\n");
    await server.says(/^listens$/m);
    assert.equal(statSync(path).ino, ino);
    assert.ok(await isServed(path));
  });

  test("of several that are started at once one has the path", { skip: NO_PYTHON }, async (t) => {
    const place = folder();
    const path = join(place, "s");
    for (let round = 0; round < ROUNDS; round++) {
      if (round % 2 === 0) dead(path);
      const all = Array.from({ length: INSTANCES }, () => serving(t, path));
      const ends = await Promise.all(all.map(settled));
      const refused = ends.filter((ended) => ended !== undefined);
      assert.equal(refused.length, INSTANCES - 1, `round ${round}`);
      for (const { code, stderr } of refused) {
        assert.equal(code, 125);
        assert.ok(stderr.endsWith(inUse(path)), stderr);
      }
      assert.ok(await isServed(path), `round ${round}`);
      await Promise.all(all.map(end));
      assert.deepEqual(readdirSync(place), []);
    }
  });

  test("where others may write nothing is removed at the end", async (t) => {
    const place = folder(0o777);
    const path = join(place, "s");
    for (let round = 0; round < 2; round++) {
      const running = serving(t, path);
      assert.equal(await settled(running), undefined);
      assert.ok(await isServed(path));
      await end(running);
      assert.deepEqual(readdirSync(place), ["s"]);
    }
    chmodSync(place, 0o1777);
    await end(await serves(serving(t, path)));
    assert.deepEqual(readdirSync(place), []);
  });

  test("a queue that a server made short is long when no server runs", {
    skip: NO_PYTHON,
  }, async (t) => {
    const place = folder();
    const path = join(place, "s");
    const program = "import socket; socket.socket(fileno=3).listen(1); print('short', flush=True)";
    const options = ["--listen", `unix:${path}`];
    const served = serve(t, binary, [options, ["python3", "-c", program]]);
    await served.event("ended", { generation: 1 });
    const clients = Array.from({ length: 20 }, () => isServed(path));
    assert.ok((await Promise.all(clients)).every((is) => is));
    await served.stop();
  });

  const skip = IS_ROOT ? NO_PYTHON : "only root can change the user";
  test("another user's folder: root removes nothing of root's", { skip }, async (t) => {
    const [theirs, ours] = [folder(), folder()];
    chownSync(theirs, UNPRIVILEGED, UNPRIVILEGED);
    mkdirSync(join(theirs, "d"));
    chownSync(join(theirs, "d"), UNPRIVILEGED, UNPRIVILEGED);
    symlinkSync(ours, join(theirs, "e"));
    const precious = join(ours, "s");
    writeFileSync(precious, "precious");
    const swapper = start(["python3", "-c", SWAPPER, theirs]);
    t.after(() => swapper.kill("SIGKILL"));
    await swapper.says(/^swaps$/m);
    for (let round = 0; round < 100; round++) {
      const path = `unix:${join(theirs, "d", "s")}`;
      await curfew(binary, ["init", "--listen", path, "--", "true"]).ended;
      assert.ok(existsSync(precious), `round ${round}`);
    }
    assert.equal(readFileSync(precious, "utf8"), "precious");
    assert.deepEqual(readdirSync(ours), ["s"]);
  });
}

async function serves(running: Running): Promise<Running> {
  assert.equal(await settled(running), undefined);
  return running;
}

for (const binary of BINARIES) {
  describe(`Unix sockets, ${binary.name}`, () => sockets(binary));
}
