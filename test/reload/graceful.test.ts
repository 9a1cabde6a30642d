// How generations end: open requests are answered first, and a generation that does not end is
// ended.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, type TestContext, test } from "node:test";
import { BINARIES, type Binary } from "../cli/binary.ts";
import { endOfRun, until } from "../cli/run.ts";
import { answerOf, ask, begin } from "./asking.ts";
import { burst, lost, NOTHING } from "./clients.ts";
import { assertGraceful, OVERLAP, READY_NODE_SERVER, serve } from "./serving.ts";

function endings(binary: Binary): void {
  const listening = (t: TestContext) =>
    serve(t, binary, [["--listen", "127.0.0.1:0", ...OVERLAP], READY_NODE_SERVER]);
  /** The server has closed its socket. */
  const acceptsNobody = (pid: number) =>
    until("it accepts no connection any more", () => !existsSync(`/proc/${pid}/fd/3`));

  test("graceful shutdown", async (t) => {
    const served = listening(t);
    const place = await served.place();
    const { pid } = await ask(place);
    const connection = await begin(place);
    served.kill("SIGTERM");
    await acceptsNobody(pid);
    connection.write("hello");
    const text = await connection.ended;
    assert.match(text, /\r\nconnection: close\r\n/i);
    assert.deepEqual([answerOf(text).generation, answerOf(text).text], [1, "hello"]);
    assertGraceful(await served.over(), 1);
    assert.equal((await burst(place, 1).settled).refused, 1);
  });

  test("graceful shutdown: of a generation that is replaced", async (t) => {
    const served = listening(t);
    const place = await served.place();
    const { pid } = await ask(place);
    const connection = await begin(place);
    served.change();
    await served.event("ready", { generation: 2 });
    await acceptsNobody(pid);
    // The new one serves while the old one still owes an answer.
    assert.equal((await ask(place)).generation, 2);
    connection.write("hello");
    assert.equal(answerOf(await connection.ended).generation, 1);
    await served.event("ended", { generation: 1 });
    assertGraceful(await served.stop(), 2);
  });

  test("graceful shutdown: a signal while a generation is replaced ends both", async (t) => {
    const served = listening(t);
    const place = await served.place();
    const { pid } = await ask(place);
    const connection = await begin(place);
    served.change();
    await served.event("ready", { generation: 2 });
    await acceptsNobody(pid);
    const second = await ask(place);
    served.kill("SIGTERM");
    await acceptsNobody(second.pid);
    connection.write("hello");
    assert.equal(answerOf(await connection.ended).text, "hello");
    assertGraceful(await served.over(), 2);
    assert.deepEqual(lost(await burst(place, 1).settled), { ...NOTHING, refused: 1 });
  });

  test("graceful shutdown: a generation that does not end gets SIGKILL after --kill-after", async (t) => {
    const script = 'trap "" TERM; echo "ready $$."; while :; do sleep 1000; done';
    const options = ["--listen", "127.0.0.1:0", "--kill-after", "100ms"];
    const served = serve(t, binary, [options, ["sh", "-c", script]]);
    const [, first] = await served.says(/^ready (\d+)\.$/m);
    served.change();
    await served.says(/ready[\s\S]*ready \d+\.$/m);
    assert.ok(!existsSync(`/proc/${first}`));
    const { ended, report } = await served.stop();
    assert.deepEqual([endOfRun(ended), report.escalated, report.tree_gone], ["137", true, true]);
  });
}

describe("endings", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 2 }, () => endings(binary));
  }
});
