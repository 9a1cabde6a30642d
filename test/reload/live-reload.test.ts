// `curfew init` with --watch and --listen: a command is replaced when something changes, and its
// sockets stay. What is waited for is a line of --events, or an answer of a generation.
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { BINARIES, type Binary } from "../cli/binary.ts";
import { newPath } from "../cli/reports.ts";
import { childrenOf, endOfRun, until } from "../cli/run.ts";
import { ask } from "./asking.ts";
import { burst, talk } from "./clients.ts";
import {
  assertGraceful,
  countOf,
  generationsOf,
  NODE_SERVER,
  OVERLAP,
  READY_NODE_SERVER,
  SAYS_SOURCE,
  serve,
} from "./serving.ts";

/** Its variables, and what each descriptor from 3 on stands for. */
const SHOWS_SOCKETS =
  'echo "has $LISTEN_FDS $LISTEN_FDNAMES $SCINIT_INHERITED_FDS $LISTEN_PID $$."; ' +
  'for fd in 3 4 5 6 7 8 9; do echo "$fd"; readlink "/proc/$$/fd/$fd"; done; ' +
  'echo "$CURFEW_GENERATION told."; echo >&9; exec sleep 1000';

function integration(binary: Binary): void {
  test("live reload integration", async (t) => {
    const served = serve(t, binary, [
      ["--listen", "web=127.0.0.1:0", ...OVERLAP],
      READY_NODE_SERVER,
    ]);
    await served.event("ready", { generation: 1 });
    const place = await served.place();
    const first = await ask(place);
    assert.deepEqual([first.generation, first.descriptors], [1, [{ fd: 3, name: "web" }]]);
    served.change();
    await served.event("changed", { path: served.source });
    await served.event("ready", { generation: 2 });
    await served.event("ended", { generation: 1 });
    const second = await ask(place);
    assert.deepEqual([second.generation, second.descriptors], [2, first.descriptors]);
    assert.notEqual(second.pid, first.pid);
    assert.ok(!existsSync(`/proc/${first.pid}`), "the first generation is gone");
    const over = await served.stop();
    assertGraceful(over, 2);
    const words = over.events.map(({ event, generation }) => `${event} ${generation ?? ""}`.trim());
    const order = ["listening", "spawned 1", "ready 1", "changed", "spawned 2", "ready 2"];
    assert.deepEqual(words.slice(0, order.length), order);
    assert.ok(!existsSync(`/proc/${second.pid}`), "the second generation is gone");
    assert.equal((await burst(place, 1).settled).refused, 1);
  });

  test("a command that knows nothing of it is replaced, too", async (t) => {
    const served = serve(t, binary, [[], ["sh", "-c", SAYS_SOURCE]]);
    await served.says(/^1 first\.$/m);
    served.change("second");
    await served.says(/^2 second\.$/m);
    const { ended, events } = await served.stop();
    assert.deepEqual([endOfRun(ended), generationsOf(events)], ["143", [1, 2]]);
  });

  test("a signal replaces it as well: --reload-signal", async (t) => {
    const listen = ["--listen", "127.0.0.1:0", "--reload-signal", "HUP"];
    const served = serve(t, binary, [[...listen, ...OVERLAP], READY_NODE_SERVER]);
    await served.event("ready", { generation: 1 });
    served.kill("SIGHUP");
    await served.event("ended", { generation: 1 });
    assert.equal((await ask(await served.place())).generation, 2);
    assertGraceful(await served.stop(), 2);
  });

  test("one that does not become ready in time is ended, and the old one serves on", async (t) => {
    const sleeps = '[ "$CURFEW_GENERATION" != 2 ] || exec sleep 1000; exec "$@"';
    const options = ["--listen", "127.0.0.1:0", ...OVERLAP, "--ready-timeout", "500ms"];
    const command = ["sh", "-c", sleeps, "sh", ...READY_NODE_SERVER];
    const served = serve(t, binary, [options, command]);
    await served.event("ready", { generation: 1 });
    const place = await served.place();
    served.change();
    await served.event("not-ready", { generation: 2 });
    await served.event("ended", { generation: 2 });
    // No third one: it would have to serve within the same time, however busy the machine is.
    const { pid, generation } = await ask(place);
    assert.deepEqual([generation, existsSync(`/proc/${pid}`)], [1, true]);
    assert.equal(endOfRun((await served.stop()).ended), "0");
  });

  test("one that ends before it is ready changes nothing either", async (t) => {
    const fails = '[ "$CURFEW_GENERATION" != 2 ] || exit 3; exec "$@"';
    const options = ["--listen", "127.0.0.1:0", ...OVERLAP];
    const command = ["sh", "-c", fails, "sh", ...READY_NODE_SERVER];
    const served = serve(t, binary, [options, command]);
    await served.event("ready", { generation: 1 });
    served.change();
    await served.event("ended", { generation: 2, exit_code: 3 });
    assert.equal((await ask(await served.place())).generation, 1);
    served.change();
    await served.event("ended", { generation: 1 });
    assert.equal((await ask(await served.place())).generation, 3);
    assert.equal(endOfRun((await served.stop()).ended), "0");
  });
}

/** Leaves a daemon, says that it is ready, and stays. */
const DAEMON =
  'trap "" TERM; setsid sleep 1000 & echo "$CURFEW_GENERATION daemon $! of $$."; echo >&9; ' +
  "while :; do sleep 1000; done";

function trees(binary: Binary): void {
  const options = [...OVERLAP, "--kill-after", "100ms"];
  const isGone = (pid: string | undefined) => !existsSync(`/proc/${pid}`);

  test("what a generation started ends with it, and nothing of the next one", async (t) => {
    const served = serve(t, binary, [options, ["sh", "-c", DAEMON]]);
    const [, ...first] = await served.says(/^1 daemon (\d+) of (\d+)\.$/m);
    served.change();
    const [, ...second] = await served.says(/^2 daemon (\d+) of (\d+)\.$/m);
    await served.event("ended", { generation: 1 });
    assert.deepEqual(
      [first.map(isGone), second.map(isGone)],
      [Array(2).fill(true), [false, false]],
    );
    await served.stop();
    assert.deepEqual(second.map(isGone), [true, true]);
  });

  test("two generations end when curfew gets SIGKILL", async (t) => {
    const lingers = [...OVERLAP, "--kill-after", "300ms"];
    const served = serve(t, binary, [lingers, ["sh", "-c", DAEMON]]);
    const [, ...first] = await served.says(/^1 daemon (\d+) of (\d+)\.$/m);
    served.change();
    await served.event("ready", { generation: 2 });
    const [, ...second] = await served.says(/^2 daemon (\d+) of (\d+)\.$/m);
    served.kill("SIGKILL");
    await until("all are gone", () => [...first, ...second].every(isGone));
  });

  test("twenty generations leave nothing with curfew", async (t) => {
    const served = serve(t, binary, [
      ["--debounce", "10ms"],
      ["sh", "-c", SAYS_SOURCE],
    ]);
    const held = () => readdirSync(`/proc/${served.pid}/fd`).length;
    await served.says(/^1 first\.$/m);
    const replace = async (from: number, to: number) => {
      for (let generation = from; generation <= to; generation++) {
        served.change(`${generation}`);
        await served.says(new RegExp(`^${generation} ${generation}\\.$`, "m"));
        await served.event("spawned", { generation });
      }
    };
    // What the first restart needs for itself, such as a timer, stays for the others.
    await replace(2, 3);
    const before = held();
    const last = 20;
    await replace(4, last);
    // When it is counted, a generation may not hold all that it needs yet. If each left one
    // descriptor behind, there would be seventeen more.
    const most = before + (last - 3) / 2;
    await until(`it holds at most ${most} descriptors, and one guardian`, () => {
      return held() < most && childrenOf(served.pid).length === 1;
    });
    assert.equal(countOf((await served.stop()).events, "ended"), 20);
  });
}

function sockets(binary: Binary): void {
  test("multiple ports", async (t) => {
    const path = newPath("socket");
    const named = ["web=127.0.0.1:0", "127.0.0.1:0", `echo=unix:${path}`];
    const listen = named.flatMap((address) => ["--listen", address]);
    const served = serve(t, binary, [[...listen, ...OVERLAP], READY_NODE_SERVER]);
    const names = ["web", "127.0.0.1_0", "echo"];
    const wanted = names.map((name, index) => ({ fd: 3 + index, name }));
    const places = await Promise.all(names.map((name) => served.place(name)));
    for (const generation of [1, 2, 3]) {
      await served.event("ready", { generation });
      if (generation > 1) await served.event("ended", { generation: generation - 1 });
      for (const place of places.slice(0, 2)) {
        const { descriptors, ...answer } = await ask(place);
        assert.deepEqual([answer.generation, descriptors], [generation, wanted]);
      }
      const line = await talk({ path });
      line.write("hello\n");
      await line.says(new RegExp(`^${generation} \\d+ hello\n`));
      line.socket.end();
      await line.ended;
      if (generation < 3) served.change();
    }
    assertGraceful(await served.stop(), 3);
    assert.ok(!existsSync(path), "the socket's file is removed");
  });

  test("what a command is told and what it has, the same in every generation", async (t) => {
    const listen = ["--listen", "a=127.0.0.1:0", "--listen", "b=127.0.0.1:0"];
    const served = serve(t, binary, [
      [...listen, ...OVERLAP],
      ["sh", "-c", SHOWS_SOCKETS],
    ]);
    const inherited = [3, 4].map((fd) => String.raw`${fd}\n(socket:\S+)\n`).join("");
    const absent = "5\n6\n7\n8\n";
    const told = async (generation: number) => {
      const has = String.raw`has 2 a:b 3,4 (\d+) (\d+)\.\n`;
      const end = String.raw`9\npipe:\S+\n${generation} told\.\n`;
      const pattern = new RegExp(`^${has}${inherited}${absent}${end}`, "m");
      const [, variable, own, ...sockets] = await served.says(pattern);
      assert.equal(variable, own, "LISTEN_PID is its own number");
      return { own, sockets };
    };
    const first = await told(1);
    served.change();
    const second = await told(2);
    assert.deepEqual(second.sockets, first.sockets);
    assert.notEqual(second.own, first.own);
    await served.stop();
  });

  test("--events on the descriptor that a socket gets", async (t) => {
    const served = serve(t, binary, [["--listen", "web=127.0.0.1:0"], NODE_SERVER], { events: 3 });
    assert.equal((await ask(await served.place())).descriptors[0]?.fd, 3);
    assertGraceful(await served.stop(), 1);
  });

  test("--ready on the descriptor that curfew has for its events", async (t) => {
    const options = ["--listen", "127.0.0.1:0", "--ready", "fd:7"];
    const served = serve(t, binary, [options, [...NODE_SERVER, "--ready-fd", "7"]]);
    await served.event("ready", { generation: 1 });
    assertGraceful(await served.stop(), 1);
  });
}

describe("live reload", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 2 }, () => {
      integration(binary);
      trees(binary);
      sockets(binary);
    });
  }
});
