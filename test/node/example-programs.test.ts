// The examples of the library, as their READMEs call them.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { type TestContext, test } from "node:test";
import { FROZEN, ROOT } from "../cli/binary.ts";
import { until } from "../cli/run.ts";
import { type Tree, tree } from "./tree.ts";

/** Starts an example; it ends with its test. */
function start(t: TestContext, all: Tree, words: readonly string[]) {
  const child = spawn(process.execPath, words, {
    cwd: join(ROOT, "examples"),
    env: { ...process.env, ...all.env, CURFEW_BINARY: FROZEN.path },
    stdio: ["pipe", "pipe", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  const [exited, output] = [once(child, "exit"), { text: "" }];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output.text += text;
    });
  }
  return { child, exited, output };
}

type Answer = { readonly id: string | null; readonly text: string; readonly isError: boolean };

/** The runner, and its answers by their ids. */
function runner(t: TestContext, all: Tree) {
  const { child, exited } = start(t, all, ["agent/runner.ts"]);
  const lines: Interface = createInterface({ input: child.stdout });
  const answers = new Map<string, Answer>();
  const refused: Answer[] = [];
  lines.on("line", (line) => {
    const answer: Answer = JSON.parse(line);
    if (answer.id === null) refused.push(answer);
    else answers.set(answer.id, answer);
  });
  const send = (request: object) => child.stdin.write(`${JSON.stringify(request)}\n`);
  const call = (id: string, command: string, more: object = {}) =>
    send({ id, name: "shell", input: { command, ...more } });
  const answer = async (id: string) => {
    await until(`answer ${id}`, () => answers.has(id));
    return answers.get(id) as Answer;
  };
  return { child, exited, send, call, answer, refused };
}

test("agent: a call comes back although a background process holds the pipe", async (t) => {
  using all = tree();
  const { call, answer, child, exited } = runner(t, all);
  call("1", "sleep 1000 & echo started");
  const { text, isError } = await answer("1");
  assert.match(text, /^started\n\n\[exit code 0 after \d+\.\d s\]\n/);
  assert.match(text, /^\[background processes .* were terminated: (?:sleep|sh) \(PID \d+\)\]$/m);
  assert.equal(isError, false);
  call("2", "echo out; echo err >&2; exit 3");
  assert.match((await answer("2")).text, /^out\nerr\n\n\[exit code 3 /);
  assert.equal((await answer("2")).isError, true);
  child.stdin.end();
  assert.deepEqual(await exited, [0, null]);
  assert.deepEqual(all.alive(), []);
});

test("agent: a call ends at its limit, and when it is cancelled; others go on", async (t) => {
  using all = tree();
  const { call, answer, send, child, exited } = runner(t, all);
  call("slow", "echo begun; sleep 1000", { timeout_seconds: 2 });
  call("cancelled", "sleep 1000");
  call("other", "echo other");
  assert.match((await answer("other")).text, /^other\n/);
  send({ cancel: "cancelled" });
  assert.match((await answer("cancelled")).text, /^\(no output\)\n\n\[cancelled: the agent /);
  assert.match((await answer("slow")).text, /^begun\n\n\[terminated: the limit of 2 s was reached/);
  child.stdin.end();
  assert.deepEqual(await exited, [0, null]);
  assert.deepEqual(all.alive(), []);
});

test("agent: what is no call gets an answer, and long output is cut in the middle", async (t) => {
  using all = tree();
  const { call, answer, send, child, exited } = runner(t, all);
  send({ id: "name", name: "browser", input: {} });
  assert.deepEqual((await answer("name")).text, 'there is no tool "browser"');
  send({ id: "input", name: "shell", input: { command: 7 } });
  assert.match((await answer("input")).text, /^bad input: expected .*A command line for sh/);
  call("cwd", "true", { cwd: "/curfew/no-such-folder" });
  assert.match((await answer("cwd")).text, /\[not started: .*ENOENT/);
  call("long", "echo first; head -c 1000000 /dev/zero | tr '\\0' x; echo; echo last");
  const { text } = await answer("long");
  assert.match(
    text,
    /^first\nx+\n?\[\.\.\. 9\d{5} bytes omitted \.\.\.\]\n?x+\nlast\n\n\[exit code 0/,
  );
  child.stdin.end();
  assert.deepEqual(await exited, [0, null]);
});

test("agent: a value that curfew refuses is bad input", async () => {
  const { runShellTool } = await import("../../examples/agent/shell-tool.ts");
  const calls = [
    runShellTool({ command: "\ud800" }),
    runShellTool({ command: "true", cwd: "" }),
    runShellTool({ command: "true" }, { keepBytes: 0 }),
  ];
  for (const { text, isError } of await Promise.all(calls)) {
    assert.match(text, /^bad input: /);
    assert.equal(isError, true);
  }
});

test("agent: a line that is no call gets an error, and the runner goes on", async (t) => {
  using all = tree();
  const { call, answer, child, exited, refused } = runner(t, all);
  child.stdin.write('\n  \nnonsense\n[1]\nnull\n"x"\n{"name":"shell"}\n{"id":1}\n');
  call("same", "sleep 1");
  call("same", "echo second");
  call("1", "echo ok");
  assert.match((await answer("1")).text, /^ok\n/);
  child.stdin.end();
  assert.deepEqual(await exited, [0, null]);
  const needsId = "a call needs an id: a string that no running call has";
  assert.deepEqual(
    refused.map(({ text, isError }) => isError && text),
    [
      "this line is not JSON",
      ...Array(3).fill("this line is not a JSON object"),
      ...Array(3).fill(needsId),
    ],
  );
  assert.match((await answer("same")).text, /exit code 0/);
});

test("agent: if the runner is killed, nothing of its calls is left", async (t) => {
  using all = tree();
  const { call, child, exited } = runner(t, all);
  call("1", "setsid sleep 1000 & sleep 1000");
  await until("both run", () => all.alive("sleep").length === 2);
  child.kill("SIGKILL");
  await exited;
  await all.gone();
});

/** A port that no process has. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  assert.ok(address !== null && typeof address === "object");
  return address.port;
}

test("dev-server: it is there for the tests, and gone after them", async (t) => {
  using all = tree();
  const { exited, output } = start(t, all, ["dev-server/check.ts", String(await freePort())]);
  assert.deepEqual(await exited, [0, null], output.text);
  assert.match(output.text, /^200 hello from the dev server$/m);
  assert.match(output.text, /^the server is gone$/m);
  assert.deepEqual(all.alive(), []);
});

test("dev-server: a port that another program has is no server of ours", async (t) => {
  using all = tree();
  const other = createServer().listen(0, "127.0.0.1");
  t.after(() => other.close());
  await once(other, "listening");
  const address = other.address();
  assert.ok(address !== null && typeof address === "object");
  const { exited, output } = start(t, all, ["dev-server/check.ts", String(address.port)]);
  assert.deepEqual(await exited, [1, null], output.text);
  assert.match(output.text, /^not ready: port \d+ is in use by \d+ "[^"]+"$/m);
  assert.match(output.text, /the server is gone/);
  assert.doesNotMatch(output.text, /200/);
});
