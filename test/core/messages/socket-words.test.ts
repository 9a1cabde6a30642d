import assert from "node:assert/strict";
import { test } from "node:test";
import { wayToTake } from "../../../src/core/messages/socket-words.ts";

/** A command, and a part of the words for it; empty: there are none. */
const ROWS: readonly (readonly [command: string, words: string])[] = [
  ["node server.js", "in Node server.listen({ fd: 3 })"],
  ["/usr/bin/nodejs x", "in Node server.listen({ fd: 3 })"],
  ["sh -c|exec node server.js", "in Node"],
  ["npm start", "npm and similar tools pass no descriptors on"],
  ["npx node x", "npm and similar tools"],
  ["python3.12 server.py", "in Python socket.socket(fileno=3)"],
  ["python3 -m uvicorn app:app", "uvicorn --fd 3"],
  ["/venv/bin/gunicorn app:app", "gunicorn takes it by itself"],
  ["env A=b hypercorn app:app", "hypercorn --bind fd://3"],
  ["nginx -g|daemon off;", "NGINX='3;'"],
  ["go run .", "go run passes no descriptors on"],
  ["./server", ""],
  ["", ""],
  ["./node_modules/x", ""],
];

test("the words fit the program that the command names", () => {
  for (const [line, words] of ROWS) {
    const command = line.split("|").flatMap((part, at) => (at > 0 ? [part] : part.split(" ")));
    const way = wayToTake(command);
    assert.ok(words === "" ? way === "" : way.includes(words), `${line}: ${way}`);
  }
});
