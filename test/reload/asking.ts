// Single requests to the example server, and what it says of itself.
import { type Place, type Talk, talk } from "./clients.ts";

/** What the example server says of itself. */
export type Answer = {
  readonly pid: number;
  readonly generation: number;
  readonly descriptors: readonly { readonly fd: number; readonly name: string }[];
  readonly text: string;
};

/** One request on a connection of its own. */
export async function ask(place: Place): Promise<Answer> {
  const { write, ended } = await talk(place);
  write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  return answerOf(await ended);
}

export function answerOf(text: string): Answer {
  return JSON.parse(text.slice(text.lastIndexOf("\r\n\r\n"))) as Answer;
}

/** A request that the server has begun to read: it waits for the body, "hello". */
export async function begin(place: Place): Promise<Talk> {
  const connection = await talk(place);
  const head = ["POST / HTTP/1.1", "Host: localhost", "Expect: 100-continue", "Content-Length: 5"];
  connection.write(`${head.join("\r\n")}\r\n\r\n`);
  await connection.says(/100 Continue\r\n\r\n/);
  return connection;
}
