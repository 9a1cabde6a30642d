import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutDate } from "../../../src/node/options/date-timeout.ts";
import { keepingOrder, planOf } from "../../../src/node/options/plan.ts";
import { CurfewError } from "../../../src/node/result/result.ts";

/** Options, and the words that they become. */
const WORDS: readonly [options: object, words: readonly string[]][] = [
  [{}, []],
  [{ timeout: 1500 }, ["--timeout=1500ms"]],
  [{ timeout: 0.5 }, ["--timeout=0.5ms"]],
  [{ timeout: "1.5s" }, ["--timeout=1.5s"]],
  [{ timeout: 0 }, ["--timeout=0ms"]],
  [{ timeout: "inf" }, ["--timeout=inf"]],
  [{ timeout: Number.POSITIVE_INFINITY }, ["--timeout=inf"]],
  [{ killSignal: "SIGINT", killAfter: "inf" }, ["--signal=SIGINT", "--kill-after=inf"]],
  [{ killSignal: 9 }, ["--signal=9"]],
  [{ cpuLimit: "2h" }, ["--cpu-limit=2h"]],
  [{ memLimit: "512M", processLimit: 40 }, ["--mem-limit=512M", "--process-limit=40"]],
  [{ memLimit: 1e9 }, ["--mem-limit=1000000000"]],
  [{ leftovers: "fail", onStop: "kill" }, ["--leftovers=fail", "--on-stop=kill"]],
  [{ containment: "pidns", newSession: true }, ["--containment=pidns", "--new-session"]],
  [{ newSession: false }, []],
  [{ endWithStdin: true, stdin: "pipe" }, ["--end-with-stdin"]],
  [{ endWithStdin: false }, []],
  [{ spare: "git gc*" }, ["--spare=git gc*"]],
  [{ spare: ["a*", "b*"] }, ["--spare=a*", "--spare=b*"]],
  [{ cwd: "/", env: { A: "1" }, throws: true, encoding: "buffer" }, []],
];

test("options are words of curfew run", () => {
  for (const [options, words] of WORDS) {
    assert.deepEqual(planOf("true", [], options).order.words, words);
  }
});

test("the core reads their texts", () => {
  const options = { timeout: "1.5s", leftovers: "wait", spare: "a*", newSession: true } as const;
  const { command, asked } = planOf("a", ["b"], options).order;
  assert.deepEqual(command, ["a", "b"]);
  const group = "session";
  assert.deepEqual(asked, { timeout: 1_500_000, leftovers: "wait", spare: ["a*"], group });
});

const WRONG: readonly [options: object, code: string, option: string, text?: RegExp][] = [
  [{ timeout: "5 minutes" }, "bad_duration", "timeout", /"5 minutes" is not milliseconds/],
  [{ timeout: "5" }, "bad_duration", "timeout", /with a unit such as "1.5s"/],
  [{ timeout: "" }, "bad_duration", "timeout"],
  [{ timeout: "abcs" }, "bad_duration", "timeout"],
  [{ timeout: -1 }, "bad_duration", "timeout"],
  [{ timeout: Number.NaN }, "bad_duration", "timeout"],
  [{ timeout: {} }, "bad_duration", "timeout"],
  [{ timeout: new Date(Number.NaN) }, "bad_duration", "timeout"],
  [{ killAfter: 0 }, "bad_duration", "killAfter", /killSignal: "SIGKILL"/],
  [{ killAfter: "0s" }, "bad_duration", "killAfter"],
  [{ killSignal: "SIGNOPE" }, "unknown_signal", "killSignal"],
  [{ killSignal: 0 }, "unknown_signal", "killSignal"],
  [{ killSignal: -9 }, "unknown_signal", "killSignal"],
  [{ killSignal: 65 }, "unknown_signal", "killSignal"],
  [{ killSignal: 1.5 }, "unknown_signal", "killSignal"],
  [{ memLimit: "lots" }, "bad_size", "memLimit"],
  [{ memLimit: 1.5 }, "bad_size", "memLimit"],
  [{ memLimit: -1 }, "bad_size", "memLimit"],
  [{ processLimit: 0 }, "bad_option", "processLimit"],
  [{ leftovers: "burn" }, "unknown_choice", "leftovers", /"kill", "leave", "wait", "fail"/],
  [{ onStop: "auto" }, "unknown_choice", "onStop"],
  [{ containment: "jail" }, "unknown_choice", "containment"],
  [{ spare: 5 }, "bad_option", "spare"],
  [{ spare: "" }, "bad_option", "spare"],
  [{ keepOutput: 0 }, "bad_size", "keepOutput", /stdout: "ignore"/],
  [{ keepOutput: "1X" }, "bad_size", "keepOutput"],
  [{ keepOutput: { head: 1 } }, "bad_size", "keepOutput"],
  [{ keepOutput: { head: 1, tail: 1, middle: 1 } }, "bad_option", "keepOutput"],
  [{ keepOutput: "1G" }, "bad_size", "keepOutput", /encoding: "buffer"/],
  [{ pipeDrain: "inf" }, "bad_duration", "pipeDrain"],
  [{ cwd: "a\0b" }, "bad_option", "cwd"],
  [{ cwd: "\ud800" }, "bad_option", "cwd"],
  [{ cwd: new URL("https://example.com") }, "bad_option", "cwd"],
  [{ env: { A: "a\0b" } }, "bad_option", "env"],
  [{ env: { A: "\udc00" } }, "bad_option", "env"],
  [{ env: { A: 1 } }, "bad_option", "env"],
  [{ env: { "A=B": "1" } }, "bad_option", "env"],
  [{ env: { "": "1" } }, "bad_option", "env"],
  [{ input: "a", stdin: "pipe" }, "bad_option", "input"],
  [{ stdin: "hello" }, "unknown_choice", "stdin", /data is for input/],
  [{ stdin: 5 }, "bad_option", "stdin"],
  [{ stdin: {} }, "bad_option", "stdin"],
  [{ stdin: new Uint16Array(2) }, "bad_option", "stdin"],
  [{ stdin: new DataView(new ArrayBuffer(2)) }, "bad_option", "stdin"],
  [{ stdin: new Map([["a", "b"]]) }, "bad_option", "stdin"],
  [{ stdin: { fd: -1 } }, "bad_option", "stdin"],
  [{ stdin: { fd: 1, file: "x" } }, "bad_option", "stdin"],
  [{ stdin: { file: "" } }, "bad_option", "stdin"],
  [{ stdout: "nowhere" }, "unknown_choice", "stdout"],
  [{ stdout: [] }, "bad_option", "stdout"],
  [{ stdout: ["capture", "capture"] }, "bad_option", "stdout"],
  [{ stdout: { file: "x", append: 1 } }, "bad_option", "stdout"],
  [{ stdout: "stdout" }, "unknown_choice", "stdout"],
  [{ stdio: "stdout" }, "unknown_choice", "stdio"],
  [{ stdio: "inherit", stdout: "ignore" }, "bad_option", "stdio"],
  [{ stdio: ["ignore", "ignore", "ignore", "ignore"] }, "bad_option", "stdio"],
  [{ ready: { port: 0 } }, "bad_option", "ready"],
  [{ ready: { port: 1, path: "x" } }, "bad_option", "ready"],
  [{ ready: {} }, "bad_option", "ready"],
  [{ ready: { url: "ftp://x" } }, "bad_option", "ready"],
  [{ ready: { output: "x" } }, "bad_option", "ready"],
  [{ ready: { output: /x/ }, stdio: "ignore" }, "bad_option", "ready"],
];

test("what is wrong is thrown, with the option's own name and words", () => {
  for (const [options, code, option, text = /./] of WRONG) {
    assert.throws(
      () => planOf("true", [], options),
      (error) => {
        assert.ok(error instanceof CurfewError, String(error));
        assert.deepEqual([error.code, error.option], [code, option], error.message);
        assert.match(error.message, text);
        assert.doesNotMatch(error.message, /--/, "it speaks of flags");
        return true;
      },
      JSON.stringify(options),
    );
  }
});

const COMMANDS: readonly [command: unknown, args: unknown][] = [
  ["", []],
  [5, []],
  [undefined, []],
  ["a\0b", []],
  ["\ud800", []],
  ["ls", "-l"],
  ["ls", ["a", 5]],
  ["ls", [undefined]],
  ["ls", ["a\0b"]],
  ["ls", ["\udfff"]],
  ["ls", 5],
  [new URL("https://example.com/ls"), []],
];

test("a command that the kernel could not take as it is is refused", () => {
  for (const [command, args] of COMMANDS) {
    assert.throws(() => planOf(command, args, {}), { code: "bad_command" });
  }
});

test("a file: URL is a path; words that look like options stay the command's", () => {
  const { command } = planOf(new URL("file:///bin/a%20b"), ["--timeout=5", "--"], {}).order;
  assert.deepEqual(command, ["/bin/a b", "--timeout=5", "--"]);
  assert.deepEqual(planOf("--help", ["-x"], {}).order.command, ["--help", "-x"]);
});

test("a moment becomes the time until then, once; one that has passed starts nothing", () => {
  const later = new Date(Date.now() + 3_600_000);
  const { options } = withoutDate({ timeout: later });
  assert.ok(Number(options.timeout) <= 3_600_000 && Number(options.timeout) > 3_500_000);
  assert.equal(planOf("true", [], { timeout: new Date(0) }).isExpired, true);
  assert.equal(planOf("true", [], { timeout: later }).isExpired, false);
});

test("the options are those of the call, whatever becomes of the object", () => {
  const options = { throws: false, timeout: 5 };
  const plan = planOf("true", [], options);
  options.throws = true;
  assert.equal(plan.options.throws, false);
  assert.equal(planOf("true", [], Object.create({ throws: true })).options.throws, undefined);
});

test("variables are added, replaced and removed; without extendEnv they are all there is", () => {
  process.env.CURFEW_TEST_ONE = "1";
  try {
    const { env } = planOf("true", [], { env: { A: "2", CURFEW_TEST_ONE: undefined } }).order;
    assert.equal(env.A, "2");
    assert.equal("CURFEW_TEST_ONE" in env, false);
    assert.equal(env.PATH, process.env.PATH);
    const alone = planOf("true", [], { env: { A: "2" }, extendEnv: false }).order.env;
    assert.deepEqual({ ...alone }, { A: "2" });
    assert.equal(planOf("true", [], {}).order.env.CURFEW_TEST_ONE, "1");
  } finally {
    delete process.env.CURFEW_TEST_ONE;
  }
});

test("preferLocal puts the folders of packages before PATH", () => {
  const options = { preferLocal: true, cwd: "/a/b", env: { PATH: "/bin" } };
  const { PATH } = planOf("true", [], options).order.env;
  const bins = ["/a/b/node_modules/.bin", "/a/node_modules/.bin", "/node_modules/.bin"];
  assert.equal(PATH, [...bins, "/bin"].join(":"));
  const other = planOf("true", [], { ...options, preferLocal: "/c" }).order.env;
  assert.equal(other.PATH, "/c/node_modules/.bin:/node_modules/.bin:/bin");
});

test("streams have a plan, and receivers where the library reads", () => {
  const plan = (options: object) => {
    const { stdin, stdout, stderr } = planOf("true", [], { cwd: "/d", ...options }).order;
    return [stdin, stdout, stderr];
  };
  const ignore = { kind: "ignore" };
  const bytes = { kind: "bytes" };
  const inherit = { kind: "inherit" };
  assert.deepEqual(plan({}), [ignore, bytes, bytes]);
  assert.deepEqual(plan({ stdio: "inherit" }), [inherit, inherit, inherit]);
  assert.deepEqual(plan({ stdio: "inherit", input: "x" }), [bytes, inherit, inherit]);
  assert.deepEqual(plan({ stdio: [undefined, "ignore", "stdout"] }), [
    ignore,
    ignore,
    { kind: "stdout" },
  ]);
  const file = { kind: "file", path: "/d/x" };
  assert.deepEqual(plan({ stdin: { file: "x" }, stdout: { file: "x" }, stderr: { fd: 5 } }), [
    file,
    { ...file, append: false },
    { kind: "fd", fd: 5 },
  ]);
  assert.deepEqual(plan({ stdout: ["inherit", "capture"], stderr: ["ignore"] }), [
    ignore,
    bytes,
    ignore,
  ]);
  assert.deepEqual(plan({ stdin: [new Uint8Array(1)] }), [bytes, bytes, bytes]);
});

test("bytes that only the result needs are left out by the program itself", () => {
  const keeping = (options: object, when?: "always") =>
    keepingOrder(planOf("true", [], options), when)?.words;
  assert.equal(keeping({}), undefined);
  assert.deepEqual(keeping({ keepOutput: "1M" }), [
    "--keep-output=512K,512K",
    "--pipe-drain=500ms",
  ]);
  assert.deepEqual(keeping({ keepOutput: { head: 5, tail: 0 }, stderr: "stdout", pipeDrain: 0 }), [
    "--keep-output=5,0",
    "--pipe-drain=0",
  ]);
  assert.deepEqual(keeping({ keepOutput: 2, maxOutput: "1M", pipeDrain: 9, stdout: "ignore" }), [
    "--max-output=1M",
    "--pipe-drain=9ms",
    "--keep-output=1,1",
  ]);
  assert.deepEqual(keeping({}, "always"), ["--keep-output=100M,0", "--pipe-drain=500ms"]);
  for (const more of [
    { stdout: ["capture", () => undefined] },
    { stderr: "inherit" },
    { stdout: "pipe" },
    { stdio: "ignore" },
    { ready: { output: /x/ } },
  ]) {
    assert.equal(keeping({ keepOutput: 5, ...more }), undefined, Object.keys(more).join());
  }
});
