// Sockets for a command, and the ways in which it says that it is ready.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { parseListen } from "../../../src/core/cli/options/listen.ts";
import type { Listen } from "../../../src/core/spec/spec.ts";
import type { Listener } from "../../../src/linux/serve/listeners.ts";
import { openWindow, skip, type Window } from "../asking.ts";

const folder = mkdtempSync(join(tmpdir(), "curfew-listen-"));
after(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, name);

let window: Window;
before(async () => {
  window = await openWindow();
});
after(() => window.close());

const EAGAIN = 11;
const EADDRINUSE = "EADDRINUSE";

function listens(...texts: readonly string[]): readonly Listen[] {
  return texts.map((text) => {
    const listen = parseListen(text);
    assert.ok(listen !== undefined, text);
    return listen;
  });
}

async function opened(...texts: readonly string[]): Promise<readonly Listener[]> {
  const answer = await window.call("openListeners", listens(...texts));
  assert.ok(!("kind" in answer), JSON.stringify(answer));
  return answer;
}

async function refused(...texts: readonly string[]): Promise<unknown> {
  const answer = await window.call("openListeners", listens(...texts));
  assert.ok("kind" in answer, JSON.stringify(answer));
  return answer;
}

function connected(to: { port: number; host: string } | string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket: Socket = typeof to === "string" ? connect(to) : connect(to.port, to.host);
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

function serving(at: string): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(at, () => resolve(server));
  });
}

const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;

function flagsOf(pid: number, fd: number): number {
  const info = readFileSync(`/proc/${pid}/fdinfo/${fd}`, "utf8");
  return Number.parseInt(/^flags:\s*(\d+)/m.exec(info)?.[1] ?? "", 8);
}

const portOf = ({ address }: Listener) => Number(/:(\d+)$/.exec(address)?.[1]);
const hasIpv6 =
  existsSync("/proc/net/if_inet6") && readFileSync("/proc/net/if_inet6", "utf8") !== "";

test("sockets listen where they say, close on exec and stay above the standard ones", {
  skip,
}, async () => {
  const all = await opened("127.0.0.1:0", "api=*:0", `unix:${path("s")}`, `unix:@${path("s")}`);
  for (const { fd } of all) {
    assert.ok(fd > 2);
    assert.match(readlinkSync(`/proc/${window.pid}/fd/${fd}`), /^socket:/);
    assert.equal(flagsOf(window.pid, fd) & (O_CLOEXEC | O_NONBLOCK), O_CLOEXEC);
  }
  const [tcp, any, file, abstract] = all as [Listener, Listener, Listener, Listener];
  assert.equal(any.listen.name, "api");
  assert.ok(portOf(tcp) > 0 && portOf(any) > 0);
  assert.equal(file.address, path("s"));
  assert.equal(abstract.address, `@${path("s")}`);
  assert.ok(await connected({ host: "127.0.0.1", port: portOf(tcp) }));
  assert.ok(await connected({ host: "127.0.0.1", port: portOf(any) }));
  if (hasIpv6) assert.ok(await connected({ host: "::1", port: portOf(any) }));
  assert.ok(await connected(path("s")));
  assert.ok(await connected(`\0${path("s")}`));
  await window.call("closeListeners");
  assert.ok(!existsSync(path("s")));
  assert.ok(!(await connected({ host: "127.0.0.1", port: portOf(tcp) })));
  assert.ok(!(await connected(`\0${path("s")}`)));
});

test("an IPv6 address takes no IPv4, so both can have one port", {
  skip: skip || (!hasIpv6 && "no IPv6 on this machine"),
}, async () => {
  const [six] = await opened("[::]:0");
  assert.ok(six !== undefined);
  assert.match(six.address, /^\[::\]:\d+$/);
  await window.call("closeListeners");
  const both = await opened(`[::]:${portOf(six)}`, `0.0.0.0:${portOf(six)}`);
  assert.equal(both.length, 2);
  await window.call("closeListeners");
});

test("an address in use is refused, and what was opened before it is given back", {
  skip,
}, async () => {
  const [own] = await opened("127.0.0.1:0");
  assert.ok(own !== undefined);
  const taken = `127.0.0.1:${portOf(own)}`;
  const answer = await refused(`unix:${path("early")}`, taken);
  assert.deepEqual(answer, { kind: "cannot-listen", given: taken, errno: EADDRINUSE });
  assert.ok(!existsSync(path("early")));
  await window.call("closeListeners");
});

test("what cannot be listened on is told by its address and the kernel's word", {
  skip,
}, async () => {
  for (const [text, errno] of [
    [`unix:${path("a".repeat(120))}`, "ENAMETOOLONG"],
    [`unix:${path("no/such")}`, "ENOENT"],
    ["192.0.2.1:0", "EADDRNOTAVAIL"],
  ] as const) {
    assert.deepEqual(await refused(text), { kind: "cannot-listen", given: text, errno });
  }
});

test("the file of a socket that no process listens on any more is replaced", { skip }, async () => {
  const program = "import socket; socket.socket(socket.AF_UNIX).bind('stale')";
  execFileSync("python3", ["-c", program], { cwd: folder });
  assert.ok(existsSync(path("stale")));
  await opened(`unix:${path("stale")}`);
  assert.ok(await connected(path("stale")));
  await window.call("closeListeners");
  assert.ok(!existsSync(path("stale")));
});

test("a socket that a process listens on stays, and so does a file that is no socket", {
  skip,
}, async () => {
  const server = await serving(path("live"));
  const live = `unix:${path("live")}`;
  assert.deepEqual(await refused(live), { kind: "cannot-listen", given: live, errno: EADDRINUSE });
  assert.ok(await connected(path("live")));
  server.close();
  writeFileSync(path("file"), "text");
  const file = `unix:${path("file")}`;
  assert.deepEqual(await refused(file), { kind: "cannot-listen", given: file, errno: EADDRINUSE });
  assert.equal(readFileSync(path("file"), "utf8"), "text");
});

test("a socket that replaced curfew's is not removed at the end", { skip }, async () => {
  await opened(`unix:${path("ours")}`);
  rmSync(path("ours"));
  const server = await serving(path("ours"));
  await window.call("closeListeners");
  assert.ok(await connected(path("ours")));
  server.close();
});

test("connections wait while no process accepts them", { skip }, async () => {
  const [own] = await opened("127.0.0.1:0");
  assert.ok(own !== undefined);
  const to = { host: "127.0.0.1", port: portOf(own) };
  const waiting = await Promise.all(Array.from({ length: 300 }, () => connected(to)));
  assert.ok(waiting.every((is) => is));
  await window.call("closeListeners");
});

test("a socket that the last command made non-blocking blocks again", { skip }, async () => {
  const program = `import socket, os, sys
s = socket.socket(); s.setblocking(False)
os.dup2(s.fileno(), 9); os.execv(sys.argv[1], sys.argv[1:])`;
  const given = await openWindow(["python3", "-c", program]);
  // Now the file exists.
  await given.sys("pid");
  const flags = () => flagsOf(given.pid, 9) & O_NONBLOCK;
  assert.equal(flags(), O_NONBLOCK);
  assert.equal(await given.sys("setBlocking", 9), 0);
  assert.equal(flags(), 0);
  await given.close();
});

test("sd_notify: a datagram comes with its sender, and descriptors in it are not kept", {
  skip,
}, async () => {
  const fd = await window.sys("openNotify");
  assert.ok(fd > 2);
  const name = await window.sys("socketName", fd);
  assert.match(String(name), /^@[\da-f]{5}$/);
  assert.equal(await window.sys("receive", fd, 4096), -EAGAIN);
  const program = String.raw`import socket, os, sys, array
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
to = b"\0" + sys.argv[1][1:].encode()
rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [os.open("/", 0)]))]
s.sendmsg([b"READY=1\nSTATUS=\xff"], [], 0, to)
s.sendmsg([b"FDSTORE=1"], rights, 0, to)
print(os.getpid(), os.getuid())`;
  const open = () => execFileSync("ls", [`/proc/${window.pid}/fd`], { encoding: "utf8" });
  const before = open();
  const said = execFileSync("python3", ["-c", program, String(name)], { encoding: "utf8" });
  const [pid, uid] = said.split(" ").map(Number);
  assert.deepEqual(await window.sys("receive", fd, 4096), ["READY=1\nSTATUS=\udcff", pid, uid]);
  assert.deepEqual(await window.sys("receive", fd, 4096), ["FDSTORE=1", pid, uid]);
  assert.equal(await window.sys("receive", fd, 4096), -EAGAIN);
  assert.equal(open(), before);
  await window.sys("close", fd);
});

test("a pipe: both ends close on exec, the reading one does not block", { skip }, async () => {
  const ends = await window.sys("openPipe");
  assert.ok(typeof ends !== "number");
  const [read, write] = ends;
  assert.ok(read > 2 && write > 2);
  assert.equal(await window.sys("readNow", read, 10), -EAGAIN);
  await window.sys("write", write, "\n");
  assert.equal(await window.sys("readNow", read, 10), "\n");
  await window.sys("close", write);
  assert.equal(await window.sys("readNow", read, 10), "");
  await window.sys("close", read);
});

test("where standard descriptors are closed, curfew's own do not get their numbers", {
  skip,
}, async () => {
  // Descriptor 2 is closed, and so would be the next one to be used.
  const bare = await openWindow(["sh", "-c", 'exec "$0" 2>&-']);
  const answer = await bare.call("openListeners", listens("127.0.0.1:0"));
  assert.ok(!("kind" in answer) && answer.every(({ fd }) => fd > 2));
  const ends = await bare.sys("openPipe");
  assert.ok(typeof ends !== "number" && ends.every((fd) => fd > 2));
  for (const name of ["openNotify", "openWatches"] as const) assert.ok((await bare.sys(name)) > 2);
  await bare.close();
});
