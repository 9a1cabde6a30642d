// What `curfew init` says of restarts, and of a server that takes no socket: one line each.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { BINARIES, type Binary } from "../cli/binary.ts";
import { newPath } from "../cli/reports.ts";
import { curfew, OPEN } from "../cli/run.ts";
import { freePort } from "./servers-page.ts";
import { NO_PYTHON, OVERLAP, SAYS_SOURCE, serve } from "./serving.ts";

/** An Express-like server that knows nothing of curfew: it binds the address itself. */
const UNCHANGED =
  'require("node:http").createServer((_, response) => response.end()).listen(+process.argv[1])';
/** As Express 5 does: an error of the address comes to the function that says "listening". */
const CARELESS = `const says = () => console.log("listening");
require("node:http").createServer().on("error", says).listen(+process.argv[1], says);`;
/** Takes the socket, answers so many clients, and fails. */
const FAILS_LATER = `const server = require("node:http").createServer((_, response) => {
  response.end("served", () => process.exit(3));
});
server.listen({ fd: 3 }, () => console.log("listens"));`;
/** Changes nothing of the socket: only the accepted connection tells that it was taken. */
const BLOCKS = `import socket, sys
listener = socket.socket(fileno=3)
print("listens", flush=True)
connection, _ = listener.accept()
connection.send(b"served")
connection.close()
sys.exit(3)`;
/** Fails before it takes the socket, as it does with a mistake in its source. */
const FAILS = ["sh", "-c", "exit 3"];

const HINT = /^\S+ init: no process accepted a connection on .*$/m;
const RESTARTED = /^\S+ init: .*generation 1 .*generation 2 .*$/m;

/** Sends a byte, so that no server waits for it; resolves with the answer. */
function ask(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("GET / HTTP/1.0\r\n\r\n"));
    let text = "";
    socket.setEncoding("utf8");
    socket.on("data", (part: string) => {
      text += part;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });
}

function restarts(binary: Binary): void {
  const says = (t: TestContext, ...options: readonly string[]) =>
    serve(t, binary, [
      ["--debounce", "20ms", ...options],
      ["sh", "-c", SAYS_SOURCE],
    ]);

  test("a restart is one line: the path, both generations, and the times", async (t) => {
    const served = says(t);
    await served.says(/^1 first\.$/m);
    served.change();
    await served.says(RESTARTED, "stderr");
    // Until then its shell has a child, which would be left behind.
    await served.says(/^2 change 1\.$/m);
    const { ended } = await served.stop();
    const path = `'${served.source}'`;
    assert.match(
      ended.stderr.replace(path, "PATH").replace(/\d+\.\d\d?s/g, "TIME"),
      new RegExp(
        "^\\S+ init: PATH changed: generation 1 died of signal TERM after TIME, " +
          "generation 2 began TIME after the change\n$",
      ),
    );
  });

  test("with a sign of readiness: when it was ready", async (t) => {
    const script = "echo >&9; exec sleep 1000";
    const served = serve(t, binary, [
      [...OVERLAP, "--debounce", "20ms", "--reload-signal", "HUP"],
      ["sh", "-c", script],
    ]);
    await served.event("ready", { generation: 1 });
    served.kill("SIGHUP");
    const [line] = await served.says(RESTARTED, "stderr");
    assert.match(line, / init: signal HUP: generation 1 died of signal TERM after /);
    assert.match(line, /, generation 2 was ready \d\S+s after the signal$/);
    await served.stop();
  });

  test("--quiet, and the name of another tool: no line", async (t) => {
    const served = says(t, "--quiet");
    await served.says(/^1 first\.$/m);
    served.change();
    await served.event("spawned", { generation: 2 });
    assert.equal((await served.stop()).ended.stderr, "");
    const folder = newPath("watched");
    mkdirSync(folder);
    writeFileSync(join(folder, "source"), "first");
    const words = ["--live-reload", "--restart-delay-ms", "0", "--watch-path", folder, "--"];
    const tool = curfew(binary, [...words, "sh", "-c", SAYS_SOURCE], {
      argv0: "scinit",
      cwd: folder,
    });
    await tool.says(/^1 first\.$/m);
    writeFileSync(join(folder, "source"), "second");
    await tool.says(/^2 second\.$/m);
    tool.kill("SIGTERM");
    assert.equal((await tool.ended).stderr, "");
  });

  test("a file whose time was set has changed; --ext and .gitignore leave files out", async (t) => {
    const prepare = (folder: string) => {
      writeFileSync(join(folder, ".git"), "");
      writeFileSync(join(folder, ".gitignore"), "*.gen.js\n");
      for (const name of ["a.js", "a.gen.js", "a.txt"]) writeFileSync(join(folder, name), "");
    };
    const served = serve(
      t,
      binary,
      [
        ["--debounce", "20ms", "--ext", "js"],
        ["sh", "-c", SAYS_SOURCE],
      ],
      { prepare },
    );
    await served.says(/^1 first\.$/m);
    const touch = (name: string, at: number) => utimesSync(join(served.folder, name), at, at);
    // Events come in order, so those of the ignored files have been read before the last one.
    touch("a.txt", 1000);
    touch("a.gen.js", 1000);
    touch("a.js", 1000);
    await served.event("changed");
    const { events } = await served.stop();
    const changed = events.filter(({ event }) => event === "changed");
    assert.deepEqual(
      changed.map(({ path }) => path),
      [join(served.folder, "a.js")],
    );
  });
}

function sockets(binary: Binary): void {
  const init = (words: readonly string[]) => curfew(binary, ["init", ...words]);

  test("a server that binds the address itself is told of the socket", async () => {
    const port = `${await freePort()}`;
    const words = ["--listen", port, "--", process.execPath, "-e", UNCHANGED, port];
    const { code, stderr } = await init(words).ended;
    assert.equal(code, 1);
    assert.match(stderr, /EADDRINUSE/);
    const [line = ""] = HINT.exec(stderr) ?? [];
    assert.equal(
      line.slice(line.indexOf("no process")),
      `no process accepted a connection on '127.0.0.1:${port}': curfew holds that address, so the server has ` +
        "to take descriptor 3 (LISTEN_FDS=1): in Node server.listen({ fd: 3 })",
    );
  });

  test("a server that fails before it takes a Unix socket, too", async () => {
    const path = newPath("socket");
    const { code, stderr } = await init(["--listen", `unix:${path}`, "--", ...FAILS]).ended;
    assert.equal(code, 3);
    assert.ok(HINT.exec(stderr)?.[0].includes(`'${path}'`), stderr);
  });

  test("a server that was asked and failed is not; its next generation neither", async (t) => {
    const served = serve(t, binary, [
      ["--listen", "127.0.0.1:0", "--debounce", "20ms"],
      ["sh", "-c", '[ "$CURFEW_GENERATION" = 1 ] || exit 3; exec "$@"', "sh"].concat([
        process.execPath,
        "-e",
        FAILS_LATER,
      ]),
    ]);
    await served.says(/^listens$/m);
    const place = await served.place();
    assert.ok("port" in place);
    assert.match(await ask(place.port), /served$/);
    await served.event("ended", { generation: 1, exit_code: 3 });
    served.change();
    await served.event("ended", { generation: 2, exit_code: 3 });
    assert.doesNotMatch((await served.stop()).ended.stderr, HINT);
  });

  test("a server that took the socket and failed before the first client is not", async () => {
    const script = 'require("node:http").createServer().listen({ fd: 3 }, () => process.exit(3))';
    const words = ["--listen", "127.0.0.1:0", "--", process.execPath, "-e", script];
    assert.deepEqual(await init(words).ended, { code: 3, signal: null, stdout: "", stderr: "" });
  });

  test("a server that accepts and changes nothing of the socket is not", {
    skip: NO_PYTHON,
  }, async () => {
    const port = await freePort();
    const running = init(["--listen", `${port}`, "--", "python3", "-c", BLOCKS]);
    await running.says(/^listens$/m);
    assert.equal(await ask(port).catch(() => "served"), "served");
    const { code, stderr } = await running.ended;
    assert.deepEqual([code, stderr], [3, ""]);
  });

  test("a client that no process accepts is no sign of a server", async () => {
    const port = await freePort();
    const script = "echo up; read go; exit 3";
    const words = ["init", "--listen", `${port}`, "--", "sh", "-c", script];
    const running = curfew(binary, words, { input: OPEN });
    await running.says(/^up$/m);
    const client = connect(port, "127.0.0.1").on("error", () => undefined);
    await once(client, "connect");
    // The client gives up, and stays in the queue.
    client.destroy();
    await once(client, "close");
    running.write("\n");
    assert.match((await running.ended).stderr, HINT);
  });

  test("a server that makes nothing of the refused address is told, too, and exits with 0", async () => {
    const port = `${await freePort()}`;
    const words = ["--listen", port, "--", process.execPath, "-e", CARELESS, port];
    const { code, stdout, stderr } = await init(words).ended;
    assert.deepEqual([code, stdout], [0, "listening\n"]);
    assert.match(stderr, HINT);
    assert.equal(stderr.split("\n").length, 2, stderr);
  });

  test("one that took the socket, was idle and exits with 0 is not, nor is any under --quiet", async () => {
    const script = 'require("node:http").createServer().listen({ fd: 3 }, () => process.exit(0))';
    const words = ["--listen", "127.0.0.1:0", "--", process.execPath, "-e", script];
    const idle = await init(words).ended;
    assert.deepEqual([idle.code, idle.stderr], [0, ""]);
    const quiet = await init(["-q", "--listen", "127.0.0.1:0", "--", ...FAILS]).ended;
    assert.deepEqual([quiet.code, quiet.stderr], [3, ""]);
  });
}

for (const binary of BINARIES) {
  describe(`restarts, ${binary.name}`, { concurrency: 2 }, () => restarts(binary));
  describe(`sockets, ${binary.name}`, { concurrency: 2 }, () => sockets(binary));
}
