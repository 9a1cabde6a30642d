// A server that loses no connection while it is replaced. It opens no port: it takes the sockets
// that it is given. HTTP on each of them, but plain lines on one that is named `echo`.
import { closeSync, writeSync } from "node:fs";
import { createServer as createHttpServer, type ServerResponse } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { parseArgs } from "node:util";
import { forgetListeners, type Listener, listeners } from "./listeners.ts";

/** What we promise to a client that keeps its connection: `Keep-Alive: timeout=2`. */
const KEEP_ALIVE_MS = 2000;
/** A request that was sent within that time may still be under way. */
const ON_THE_WAY_MS = 500;
/**
 * Node calls listen(2) again, and that counts for the socket, which is not ours alone: with Node's
 * 511 its queue would be shorter for all. As an option beside `fd`, Node would overlook it.
 */
const BACKLOG = 4096;

const sockets = listeners();
forgetListeners();
const about = {
  pid: process.pid,
  generation: Number(process.env.CURFEW_GENERATION ?? 1),
  descriptors: sockets,
};
const connections = new Set<Socket>();
const answering = new Set<Socket>();
let isStopping = false;

// It only speaks HTTP: connections come to it from the servers that listen.
const http = createHttpServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
  const { socket } = request;
  answering.add(socket);
  response.on("close", () => answering.delete(socket));
  let text = "";
  request.setEncoding("utf8");
  request.on("data", (part: string) => {
    text += part;
  });
  request.on("end", () => answer(response, request.url ?? "", text));
});

function answer(response: ServerResponse, url: string, text: string): void {
  const body = `${JSON.stringify({ ...about, url, text })}\n`;
  response.setHeader("content-type", "application/json");
  response.setHeader("content-length", Buffer.byteLength(body));
  // The client's next request goes to the next generation.
  if (isStopping) response.setHeader("connection", "close");
  response.end(body);
}

/** A line comes back as it is, behind the name of the process that sends it. */
function echo(socket: Socket): void {
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (part: string) => {
    const lines = (rest + part).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) socket.write(`${about.generation} ${about.pid} ${line}\n`);
  });
  socket.on("end", () => socket.end());
}

function serve(socket: Socket, { name }: Listener): void {
  connections.add(socket);
  socket.on("close", () => connections.delete(socket));
  // A client that goes away in the middle is no concern of others.
  socket.on("error", () => socket.destroy());
  if (name === "echo") echo(socket);
  else http.emit("connection", socket);
}

function listen(listener: Listener): Promise<Server> {
  const options = { allowHalfOpen: true, noDelay: true };
  const server = createServer(options, (socket) => serve(socket, listener));
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen({ fd: listener.fd }, BACKLOG, () => resolve(server));
  });
}

/**
 * Accepts no connection any more: one that waits in the socket's queue is for the next generation.
 * What was asked is answered, and the process ends when nothing is left to do. http.Server.close()
 * would not do: it hangs up at once on clients that we promised to wait for.
 */
function stop(servers: readonly Server[]): void {
  if (isStopping) return;
  isStopping = true;
  for (const server of servers) server.close();
  setTimeout(hangUp, KEEP_ALIVE_MS + ON_THE_WAY_MS).unref();
}

/** Ends the connections that say nothing. */
function hangUp(): void {
  for (const socket of connections) if (!answering.has(socket)) socket.destroySoon();
}

/**
 * A newline on the descriptor that was named, as `curfew init --ready fd:N` wants it. (The other
 * way, READY=1 to NOTIFY_SOCKET, takes a Unix datagram socket, and Node has none.)
 */
function sayReady(descriptor: string | undefined): void {
  if (descriptor === undefined) return;
  writeSync(Number(descriptor), "\n");
  closeSync(Number(descriptor));
}

const { values } = parseArgs({ options: { "ready-fd": { type: "string" } } });
if (sockets.length === 0) {
  console.error(
    "server.ts: no sockets for this process: curfew init --listen PORT -- node server.ts",
  );
  process.exit(1);
}
const servers: Server[] = [];
process.on("SIGTERM", () => stop(servers));
process.on("SIGINT", () => stop(servers));
for (const listener of sockets) servers.push(await listen(listener));
// A stop may have been requested before it listened.
if (isStopping) for (const server of servers) server.close();
sayReady(values["ready-fd"]);
