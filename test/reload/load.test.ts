// Clients without pause while the server is replaced behind its socket, and clients that come
// while no server runs.
import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { BINARIES, type Binary, FROZEN } from "../cli/binary.ts";
import { newPath } from "../cli/reports.ts";
import {
  burst,
  connecting,
  keepingAlive,
  type Load,
  lost,
  NOTHING,
  type Place,
} from "./clients.ts";
import {
  assertGraceful,
  gate,
  gated,
  NO_PYTHON,
  NODE_SERVER,
  OVERLAP,
  PYTHON_SERVER,
  READY_NODE_SERVER,
  type Served,
  STOP_THEN_START,
  serve,
} from "./serving.ts";

const CLIENTS = 8;
const RESTARTS = 20;
const LISTEN = ["--listen", "127.0.0.1:0", "--debounce", "20ms"];

type Row = {
  readonly name: string;
  readonly options: readonly string[];
  readonly command: readonly string[];
  readonly clients: (place: Place) => Load;
  readonly skip?: string | false;
};

const connect = (place: Place) => connecting(place, CLIENTS);
const keepAlive = (place: Place) => keepingAlive(place, CLIENTS);
const NOTIFY = ["--ready", "notify"];

const ROWS: readonly Row[] = [
  { name: "overlap", options: OVERLAP, command: READY_NODE_SERVER, clients: connect },
  { name: "stop, then start", options: STOP_THEN_START, command: NODE_SERVER, clients: connect },
  { name: "keep-alive, overlap", options: OVERLAP, command: READY_NODE_SERVER, clients: keepAlive },
  {
    name: "keep-alive, stop, then start",
    options: STOP_THEN_START,
    command: NODE_SERVER,
    clients: keepAlive,
  },
  {
    name: "Python, overlap by NOTIFY_SOCKET",
    options: NOTIFY,
    command: PYTHON_SERVER,
    clients: connect,
    skip: NO_PYTHON,
  },
];

/** Replaces the server so often, each time when the one before has answered. */
async function restart(served: Served, load: Load): Promise<void> {
  await load.answered(1);
  for (let generation = 2; generation <= RESTARTS + 1; generation++) {
    served.change();
    await load.answered(generation, CLIENTS);
  }
}

function restarts(binary: Binary, { name, options, command, clients, skip = false }: Row): void {
  test(`T37: ${CLIENTS} clients through ${RESTARTS} restarts, ${name}`, { skip }, async (t) => {
    const served = serve(t, binary, [[...LISTEN, ...options], command]);
    const load = clients(await served.place());
    t.after(load.stop);
    await restart(served, load);
    const tally = await load.stop();
    assert.deepEqual(lost(tally), NOTHING);
    t.diagnostic(`${tally.ok} answers, ${Math.round(tally.worst)} ms at worst`);
    assertGraceful(await served.stop(), RESTARTS + 1);
  });
}

const CROWD = 1000;

/** A server that shortens its queue, as most do. */
const SHORT_QUEUE = [
  process.execPath,
  "-e",
  `const answer = (_, response) => response.end("generation " + process.env.CURFEW_GENERATION);
  const server = require("node:http").createServer(answer);
  server.listen({ fd: 3 }, 5);
  process.on("SIGTERM", () => server.close());`,
];

type Gap = { readonly listen: string; readonly command: readonly string[] };

/** All clients come between two generations: the second one begins when every one is connected. */
async function crowd(t: TestContext, binary: Binary, { listen, command }: Gap) {
  const door = gate(t);
  const options = ["--listen", listen, "--restart-delay", "300ms", "--debounce", "20ms"];
  const served = serve(t, binary, [options, gated(door, command)]);
  const place = await served.place();
  assert.equal((await burst(place, 1).settled).ok, 1);
  served.change();
  await served.event("ended", { generation: 1 });
  const { connected, settled } = burst(place, CROWD);
  await connected;
  door.open();
  const tally = await settled;
  assert.deepEqual(lost(tally), NOTHING);
  assert.deepEqual([...tally.generations], [[2, CROWD]]);
  t.diagnostic(`${Math.round(tally.worst)} ms at worst`);
  await served.stop();
}

function gap(binary: Binary): void {
  const title = `T38: ${CROWD} connects while no server runs`;
  test(title, (t) => crowd(t, binary, { listen: "127.0.0.1:0", command: NODE_SERVER }));

  test(`${title}, after a server with a queue of 5`, (t) =>
    crowd(t, binary, { listen: "127.0.0.1:0", command: SHORT_QUEUE }));

  test(`${title}, after a server with a queue of 5, by a Unix socket`, (t) =>
    crowd(t, binary, { listen: `unix:${newPath("socket")}`, command: SHORT_QUEUE }));
}

describe("load", { concurrency: 1 }, () => {
  // The heap makes no difference here; the cold form shows each way once.
  for (const row of ROWS) restarts(FROZEN, row);
  for (const binary of BINARIES) describe(binary.name, () => gap(binary));
});
