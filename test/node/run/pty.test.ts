// A command at a terminal of its own, driven by a program.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { until } from "../../cli/run.ts";
import { NO_PROGRAM } from "../expected.ts";
import { run, runSync, wrap } from "../program.ts";

const encode = (text: string) => new TextEncoder().encode(text);

test("the portable way refuses a terminal by name", () => {
  const misused = () => run("true", { pty: true, backend: "portable" });
  assert.throws(misused, { code: "unsupported", option: "pty" });
});

describe("pty", { skip: NO_PROGRAM }, () => {
  test("three terminals, one stream, an end of input by default", async () => {
    const script = "[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && stty size; echo error >&2; cat; exit 3";
    const result = await run("sh", ["-c", script], { pty: true });
    const { stdout, stderr, exitCode, outcome, treeGone } = result;
    assert.deepEqual([stdout, stderr], ["24 80\r\nerror", ""]);
    assert.deepEqual([exitCode, outcome, treeGone], [3, "exited", true]);
  });

  test("a size, input as a whole, and what is kept", async () => {
    const { stdout } = await run("sh", ["-c", "stty -echo size; cat | cat"], {
      pty: { columns: 100, rows: 30 },
      input: "one\ntwo",
      keepOutput: "1M",
    });
    assert.match(stdout, /30 100\r\n(.*\r\n)*one\r\ntwo$/);
    const same = runSync("sh", ["-c", "stty size"], { pty: { columns: 9, rows: 8 } });
    assert.equal(same.stdout, "8 9");
  });

  test("a dialogue: typed lines, another size, Ctrl-C", async () => {
    // A shell that is about to read may miss a signal until a line comes, so this one looks.
    const waits = 'until [ -n "$seen" ]; do sleep 0.02; done';
    const answers = 'read -r x; echo "hi $x"; cat';
    const script = `trap "stty size; seen=1" WINCH; echo "name?"; ${waits}; ${answers}`;
    const options = { pty: true, stdin: "pipe", timeout: "20s" } as const;
    const dialogue = run("sh", ["-c", script], options);
    let shown = "";
    const reading = (async () => {
      for await (const line of dialogue.lines()) shown += `${line}\n`;
    })();
    const shows = (text: string) => until(text, () => shown.includes(text));
    await shows("name?");
    dialogue.resize(120, 50);
    await shows("50 120");
    const writer = dialogue.stdin?.getWriter();
    await writer?.write(encode("curfew\n"));
    await shows("hi curfew");
    // cat runs: dash forgets a Ctrl-C between its vfork(2) and the execution of what it starts.
    await writer?.write(encode("again\n"));
    await shows("again\nagain\n");
    await writer?.write(encode("\u0003"));
    const { outcome, signal } = await dialogue;
    await reading;
    assert.deepEqual([outcome, signal], ["signaled", "SIGINT"]);
  });

  test("what is wrong with it is thrown", () => {
    const plain = run("true");
    assert.throws(() => plain.resize(80, 24), { code: "bad_option", option: "pty" });
    const sized = run("true", { pty: true });
    for (const [columns, rows] of [
      [0, 24],
      [80, 65_536],
      [80.5, 24],
    ] as const) {
      assert.throws(() => sized.resize(columns, rows), { code: "bad_option", option: "pty" });
    }
    const portable = { pty: true, backend: "portable" } as const;
    assert.throws(() => run("true", portable), { code: "unsupported", option: "pty" });
  });

  test("wrap() has the word", () => {
    assert.ok(wrap("vi", [], { pty: true }).args.includes("--pty"));
    assert.ok(wrap("vi", [], { pty: { columns: 80, rows: 24 } }).args.includes("--pty=80x24"));
    assert.ok(!wrap("vi", [], { pty: false }).args.join(" ").includes("--pty"));
  });
});
