// Clients of a server that is being replaced: what each of them met is counted, never thrown.
import { connect, type Socket } from "node:net";
import { patiently } from "../patience.ts";

/** Where a server listens: a port of 127.0.0.1, or the path of a Unix socket. */
export type Place = { readonly host: string; readonly port: number } | { readonly path: string };

/** What clients met. Only `ok` is good. */
export type Tally = {
  ok: number;
  /** The connection was reset. */
  reset: number;
  /** No process listened. */
  refused: number;
  /** The connection was ended before a byte of the answer. */
  empty: number;
  /** Everything else, in words. */
  readonly other: string[];
  /** Connections that were made; keep-alive makes this less than `ok`. */
  connections: number;
  /** The longest that an answer took, from connect(2) to its end, in milliseconds. */
  worst: number;
  /** How many answers each generation gave. */
  readonly generations: Map<number, number>;
};

/** Clients that go on until they are told to stop. */
export type Load = {
  readonly tally: Tally;
  /** Waits until a generation, or a later one, has answered so often. */
  readonly answered: (generation: number, times?: number) => Promise<void>;
  /** Lets every client finish what it has begun. */
  readonly stop: () => Promise<Tally>;
};

/** One answer: which process gave it, and whether the connection may be used again. */
type Answer = { readonly generation: number; readonly isKept: boolean };

/** How a client speaks on a connection that is open. */
type Speech = {
  readonly request: string;
  /** A whole answer in what has come so far; nothing while it is not whole. */
  readonly answerIn: (text: string) => (Answer & { readonly length: number }) | undefined;
};

const LIMIT_MS = 25_000;

/** The place of a `listening` event's address. */
export function placeOf(address: string): Place {
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  if (host === undefined) return { path: address.replace(/^unix:/, "") };
  return { host, port: Number(port) };
}

/** A new connection for each request, one after the other without a pause. */
export function connecting(place: Place, clients: number, speech: Speech = ONCE): Load {
  return load(clients, (ears) => visit(place, speech, { ...ears, isMore: () => false }));
}

/** Connections that are kept as long as the server keeps them: the next request at once. */
export function keepingAlive(place: Place, clients: number): Load {
  return load(clients, (ears) => visit(place, KEPT, ears));
}

/** So many connections at the same time, one request on each. */
export function burst(place: Place, count: number, speech: Speech = ONCE): Burst {
  const tally = newTally();
  const visits: Promise<void>[] = [];
  const opened = Array.from({ length: count }, () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const over = visit(place, speech, { tally, isMore: () => false, onOpen: resolve });
    visits.push(over);
    return Promise.race([promise, over]);
  });
  const connected = Promise.all(opened).then(() => undefined);
  return { connected, settled: Promise.all(visits).then(() => tally) };
}

/** Many connections at the same time. */
export type Burst = {
  /** Every connection stands, or has failed. */
  readonly connected: Promise<void>;
  readonly settled: Promise<Tally>;
};

/** What a tally says that should not be there: nothing lost, nothing strange. */
export function lost({ reset, refused, empty, other }: Tally): object {
  return { reset, refused, empty, other: other.slice(0, 3) };
}
export const NOTHING: object = { reset: 0, refused: 0, empty: 0, other: [] };

function newTally(): Tally {
  const counts = { ok: 0, reset: 0, refused: 0, empty: 0, connections: 0, worst: 0 };
  return { ...counts, other: [], generations: new Map() };
}

/** What a client needs beside its connection. `isMore`: whether to ask again on the same one. */
type Ears = {
  readonly tally: Tally;
  readonly isMore: () => boolean;
  readonly onOpen?: () => void;
  readonly onAnswer?: () => void;
};

function load(clients: number, once: (ears: Ears) => Promise<void>): Load {
  const tally = newTally();
  const waiting = new Set<() => void>();
  let isStopped = false;
  const onAnswer = () => {
    for (const look of waiting) look();
  };
  const client = async () => {
    while (!isStopped) await once({ tally, onAnswer, isMore: () => !isStopped });
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  const answered = (generation: number, times = 1) =>
    new Promise<void>((resolve, reject) => {
      const settle = (end: () => void) => {
        clearTimeout(limit);
        waiting.delete(look);
        end();
      };
      const never = new Error(`generation ${generation} did not answer ${times} times`);
      const limit = setTimeout(() => settle(() => reject(never)), patiently(LIMIT_MS));
      const look = () => {
        if (answersFrom(tally, generation) >= times) settle(resolve);
      };
      waiting.add(look);
      look();
    });
  const stop = async () => {
    isStopped = true;
    await all;
    return tally;
  };
  return { tally, answered, stop };
}

function answersFrom({ generations }: Tally, generation: number): number {
  const later = [...generations].filter(([each]) => each >= generation);
  return later.reduce((sum, [, count]) => sum + count, 0);
}

/** One connection from its beginning to its end. */
function visit(place: Place, speech: Speech, ears: Ears): Promise<void> {
  const { tally, isMore, onOpen, onAnswer } = ears;
  const socket = connect({ ...place, noDelay: true });
  let text = "";
  let hasAnswer = false;
  // The end of a connection on which nothing is asked is no loss, however it comes.
  let isAsked = true;
  let since = performance.now();
  tally.connections++;
  const ask = () => {
    isAsked = true;
    since = performance.now();
    socket.write(speech.request);
  };
  const look = (part: string) => {
    text += part;
    const answer = speech.answerIn(text);
    if (answer === undefined || !isAsked) return;
    text = text.slice(answer.length);
    [isAsked, hasAnswer] = [false, true];
    count(tally, answer, performance.now() - since);
    onAnswer?.();
    if (answer.isKept && isMore()) ask();
    else socket.end();
  };
  const end = (how: () => void) => {
    if (isAsked) how();
    isAsked = false;
  };
  socket.setEncoding("latin1");
  socket.setTimeout(patiently(LIMIT_MS), () => socket.destroy(new Error("no answer in time")));
  socket.once("connect", () => {
    onOpen?.();
    socket.write(speech.request);
  });
  socket.on("data", look);
  socket.on("end", () => end(() => countEnd(tally, { text, hasAnswer })));
  socket.on("error", (error) => end(() => countError(tally, error)));
  return new Promise((resolve) => socket.on("close", () => resolve()));
}

function count(tally: Tally, { generation }: Answer, took: number): void {
  tally.ok++;
  tally.worst = Math.max(tally.worst, took);
  tally.generations.set(generation, (tally.generations.get(generation) ?? 0) + 1);
}

type Unanswered = { readonly text: string; readonly hasAnswer: boolean };

function countEnd(tally: Tally, { text, hasAnswer }: Unanswered): void {
  if (text !== "") note(tally, `ended after: ${text.slice(0, 200)}`);
  else if (hasAnswer) note(tally, "ended a kept connection while a request was under way");
  else tally.empty++;
}

function countError(tally: Tally, error: NodeJS.ErrnoException): void {
  if (error.code === "ECONNREFUSED") tally.refused++;
  else if (error.code === "ECONNRESET" || error.code === "EPIPE") tally.reset++;
  else note(tally, error.message);
}

/** Clients that nothing answers fail very often. */
const MOST_NOTES = 100;

function note({ other }: Tally, what: string): void {
  if (other.length < MOST_NOTES) other.push(what);
}

function request(connection: string): string {
  return `GET / HTTP/1.1\r\nHost: localhost\r\nConnection: ${connection}\r\n\r\n`;
}

/** HTTP, one request. */
const ONCE: Speech = { request: request("close"), answerIn: httpAnswerIn };
const KEPT: Speech = { request: request("keep-alive"), answerIn: httpAnswerIn };

/** A line that comes back as `generation pid line`. */
export const LINES: Speech = {
  request: "hello\n",
  answerIn: (text) => {
    const [line = "", generation] = /^(\d+) \d+ hello\n/.exec(text) ?? [];
    if (generation === undefined) return undefined;
    return { generation: Number(generation), isKept: true, length: line.length };
  },
};

/** Plain HTTP of any server; the generation is that of an answer which names one. */
function httpAnswerIn(text: string) {
  const [head, status] = /^HTTP\/1\.[01] (\d+)[\s\S]*?\r\n\r\n/.exec(text) ?? [];
  const [, length] = /\r\ncontent-length: *(\d+)\r\n/i.exec(head ?? "") ?? [];
  if (head === undefined || length === undefined || status !== "200") return undefined;
  const end = head.length + Number(length);
  if (text.length < end) return undefined;
  const [, generation = "0"] = /generation"?:? ?(\d+)/.exec(text.slice(head.length, end)) ?? [];
  return {
    generation: Number(generation),
    isKept: !/\r\nconnection: *close\r\n/i.test(head),
    length: end,
  };
}

/** A connection that a test speaks on by itself: it waits for what comes, with a limit. */
export type Talk = {
  readonly socket: Socket;
  readonly write: (text: string) => void;
  readonly says: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** All that came, when the other side has ended. */
  readonly ended: Promise<string>;
};

/** Connects; gives the connection when it stands. */
export async function talk(place: Place): Promise<Talk> {
  const socket = connect({ ...place, noDelay: true });
  socket.setEncoding("latin1");
  let text = "";
  const ended = new Promise<string>((resolve, reject) => {
    socket.on("end", () => resolve(text));
    socket.on("error", reject);
  });
  ended.catch(() => undefined);
  socket.setTimeout(patiently(LIMIT_MS), () =>
    socket.destroy(new Error(`nothing comes after: ${text}`)),
  );
  const says = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(text);
        if (found === null) return;
        socket.off("data", look);
        resolve(found);
      };
      socket.on("data", look);
      ended.then((all) => reject(new Error(`ended, without ${pattern}: ${all}`)), reject);
      look();
    });
  socket.on("data", (part: string) => {
    text += part;
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  return { socket, write: (part) => void socket.write(part), says, ended };
}
