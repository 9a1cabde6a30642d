// Servers that others wrote, and the examples: replaced while clients go on.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { BINARIES, type Binary, ROOT } from "../cli/binary.ts";
import { newPath } from "../cli/reports.ts";
import { endOfRun } from "../cli/run.ts";
import { burst, connecting, type Load, lost, NOTHING, talk } from "./clients.ts";
import {
  gate,
  gated,
  generationsOf,
  NO_PYTHON,
  OVERLAP,
  PYTHON_SERVER,
  type Served,
  serve,
} from "./serving.ts";

const LISTEN = ["--listen", "127.0.0.1:0"];
const RESTARTS = 5;

/** Also where distributions put what is for administrators. */
const PATH = `${process.env.PATH}${delimiter}/usr/sbin${delimiter}/usr/local/sbin`;
const NGINX = spawnSync("sh", ["-c", "command -v nginx"], { env: { PATH } })
  .stdout.toString()
  .trim();

/** One process that answers, in a folder of its own; it is what is watched. */
function nginxConfiguration(folder: string, port: number, generation: number): string {
  const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const temporary = places.map((name) => `${name}_temp_path ${folder}/${name};`).join("\n");
  return `daemon off; pid ${folder}/pid; worker_processes 1; error_log stderr error;
events { worker_connections 64; }
http {
  access_log off; ${temporary}
  server { listen 127.0.0.1:${port}; return 200 "generation ${generation}"; }
}`;
}

async function replaceWithClients(load: Load, replace: (generation: number) => void) {
  await load.answered(1);
  for (let generation = 2; generation <= RESTARTS + 1; generation++) {
    replace(generation);
    await load.answered(generation, 8);
  }
  const tally = await load.stop();
  assert.deepEqual(lost(tally), NOTHING);
}

function nginx(binary: Binary): void {
  const skip = NGINX === "" && "no nginx here";
  test("nginx takes the socket by its own variable: no connection is lost", { skip }, async (t) => {
    const folder = newPath("nginx");
    mkdirSync(folder);
    // Its configuration names the address, and by that nginx knows which socket it was given.
    const { path, open } = gate(t);
    const script =
      '[ "$CURFEW_GENERATION" != 1 ] || read line <"$0"; NGINX="3;" exec "$@" -c "$PWD/source"';
    const command = ["sh", "-c", script, path, NGINX, "-p", folder];
    // QUIT is what nginx takes for "finish what you do".
    const options = [...LISTEN, "--signal", "QUIT", "--debounce", "20ms"];
    const served = serve(t, binary, [options, command]);
    const place = await served.place();
    assert.ok("port" in place);
    const write = (generation: number) =>
      served.change(nginxConfiguration(folder, place.port, generation));
    write(1);
    open();
    const load = connecting(place, 4);
    t.after(load.stop);
    await replaceWithClients(load, write);
    await served.stop();
  });
}

/** asyncio accepts until the kernel says that no connection waits, and must not block for one. */
const ASYNCIO = `
import asyncio, os, signal, socket
async def serve(reader, writer):
    await reader.readuntil(b"\\r\\n\\r\\n")
    body = b"generation " + os.environ["CURFEW_GENERATION"].encode()
    writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n%s" % (len(body), body))
    await writer.drain()
    writer.close()
async def main():
    listener = socket.socket(fileno=3)
    listener.setblocking(False)
    server = await asyncio.start_server(serve, sock=listener, backlog=4096)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    os.write(9, b"\\n")
    await stopping.wait()
    server.close()
asyncio.run(main())
`;

/** A service tells more than that it is ready, and must never have to wait for a reader. */
const TALKATIVE = `
import os, signal, socket
address = os.environ["NOTIFY_SOCKET"].replace("@", "\\0", 1)
teller = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
teller.connect(address)
for number in range(100):
    teller.send(b"STATUS=starting %d" % number)
teller.send(b"STATUS=serving\\nREADY=1\\nMAINPID=1")
for number in range(100):
    teller.send(b"WATCHDOG=1")
print("told all", flush=True)
signal.pause()
`;

function python(binary: Binary): void {
  const skip = NO_PYTHON;
  test("what a service tells after READY=1 is taken, too", { skip }, async (t) => {
    const served = serve(t, binary, [
      ["--ready", "notify"],
      ["python3", "-c", TALKATIVE],
    ]);
    await served.event("ready", { generation: 1 });
    await served.says(/^told all$/m);
    await served.stop();
  });

  test("asyncio: the old one answers while the new one starts", { skip }, async (t) => {
    const door = gate(t);
    const command = gated(door, ["python3", "-c", ASYNCIO]);
    const served = serve(t, binary, [[...LISTEN, ...OVERLAP], command]);
    const place = await served.place();
    await served.event("ready", { generation: 1 });
    served.change();
    await served.event("spawned", { generation: 2 });
    for (let times = 0; times < 3; times++) {
      const { generations, ...tally } = await burst(place, 1).settled;
      assert.deepEqual([lost({ ...tally, generations }), [...generations]], [NOTHING, [[1, 1]]]);
    }
    door.open();
    await served.event("ended", { generation: 1 });
    const { generations } = await burst(place, 1).settled;
    assert.deepEqual([...generations], [[2, 1]]);
    const { ended } = await served.stop();
    assert.equal(endOfRun(ended), "0");
  });

  test("after Node, which makes the socket non-blocking: accept waits", { skip }, async (t) => {
    const accept = "import socket; socket.socket(fileno=3).accept(); print('accepted', flush=True)";
    const script = `[ "$CURFEW_GENERATION" != 1 ] || exec "$0" "$1"; exec python3 -c "$2"`;
    const server = join(ROOT, "examples/echo-server/server.ts");
    const command = ["sh", "-c", script, process.execPath, server, accept];
    const served = serve(t, binary, [LISTEN, command]);
    const place = await served.place();
    assert.equal((await burst(place, 1).settled).ok, 1);
    served.change();
    await served.event("spawned", { generation: 2 });
    const { socket } = await talk(place);
    t.after(() => socket.destroy());
    await served.says(/^accepted$/m);
    await served.stop();
  });

  test("examples/python-server: a request that has begun is answered", { skip }, async (t) => {
    const options = [...LISTEN, "--ready", "notify"];
    const served = serve(t, binary, [options, PYTHON_SERVER]);
    await inFlight(served);
  });
}

/** A request that is under way when its generation is replaced. */
async function inFlight(served: Served): Promise<void> {
  await served.event("ready", { generation: 1 });
  const { write, says, ended } = await talk(await served.place());
  write("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  await says(/100 Continue\r\n\r\n/);
  served.change();
  await served.event("ready", { generation: 2 });
  write("hello");
  await says(/"generation": 1\b.*"hello"/);
  await ended;
  await served.event("ended", { generation: 1 });
  assert.equal(endOfRun((await served.stop()).ended), "0");
}

function shell(binary: Binary): void {
  test("examples/shell-server: a worker that knows nothing of it", async (t: TestContext) => {
    const worker = join(ROOT, "examples/shell-server/worker.sh");
    const settings = (greeting: string) => `greeting='${greeting}' pause=1000`;
    const first = settings("good morning");
    const served = serve(t, binary, [[], [worker, "./source"]], { first });
    const [, pid] = await served.says(/^worker (\d+): good morning,/m);
    served.change(settings("good evening"));
    await served.says(/: good evening,/);
    await served.says(new RegExp(`^worker ${pid}: done after 1 rounds$`, "m"));
    const { ended, events } = await served.stop();
    assert.deepEqual([endOfRun(ended), generationsOf(events)], ["0", [1, 2]]);
  });
}

describe("servers", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 2 }, () => {
      nginx(binary);
      python(binary);
      shell(binary);
    });
  }
});
