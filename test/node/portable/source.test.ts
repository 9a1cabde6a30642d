// A stream that is read, without a process.
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { readFrom } from "../../../src/node/portable/streams/source.ts";

type Done = (error: Error | undefined) => void;

/** A source, what its sink was given, and the sink's answers that are still due. */
function read() {
  const stream = new PassThrough();
  const taken: string[] = [];
  const due: Done[] = [];
  const said: string[] = [];
  const sink = {
    take: (chunk: Uint8Array, done: Done) => {
      taken.push(Buffer.from(chunk).toString());
      due.push(done);
      return false;
    },
    close: () => void said.push("closed"),
  };
  const source = readFrom(stream, sink, {
    onBytes: (chunk) => chunk,
    onResumed: () => undefined,
    onEnded: () => said.push("ended"),
  });
  return { stream, source, taken, due, said };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("a chunk is written when the one before was, also where the stream flows on", async () => {
  const { stream, source, taken, due, said } = read();
  stream.write("one");
  await turn();
  assert.deepEqual([taken, source.isHeldBack()], [["one"], true]);
  // As Node does when the command has ended.
  stream.resume();
  stream.write("two");
  await turn();
  stream.resume();
  stream.end("three");
  await turn();
  assert.deepEqual(taken, ["one"]);
  due[0]?.(undefined);
  assert.deepEqual(taken, ["one", "two"]);
  due[1]?.(undefined);
  await turn();
  assert.deepEqual([taken, said], [["one", "two", "three"], []]);
  due[2]?.(undefined);
  await turn();
  assert.deepEqual(said, ["closed", "ended"]);
  assert.deepEqual([source.count(), source.hasEnded()], [11, true]);
});

test("where no receiver takes more, the stream ends, with the reason unless a reader is gone", async () => {
  for (const [code, failure] of [
    ["EPIPE", undefined],
    ["ENOSPC", "ENOSPC"],
  ]) {
    const { stream, source, due, said } = read();
    stream.write("one");
    await turn();
    due[0]?.(Object.assign(new Error(code), { code }));
    await turn();
    assert.deepEqual([said, source.failure()], [["closed", "ended"], failure]);
    assert.equal(stream.destroyed, true);
  }
});

test("after stop nothing comes, and the end is reported once", async () => {
  const { stream, source, taken, due, said } = read();
  stream.write("one");
  await turn();
  source.stop();
  due[0]?.(undefined);
  await turn();
  assert.deepEqual([taken, said], [["one"], ["closed", "ended"]]);
});
