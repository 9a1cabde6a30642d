// How many descriptors the command's sockets and its sign of readiness need, and what is said where
// the limit of open files leaves too few.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BINARIES, type Binary } from "../cli/binary.ts";
import { curfew } from "../cli/run.ts";
import { NO_PYTHON, serve } from "./serving.ts";

/** Says by what names it was passed its sockets, and that it is ready. */
const NAMES = `import os, socket, sys, time
of = lambda fd: "@" + socket.socket(fileno=fd).getsockname()[1:].decode()
print("names:", *(of(fd) for fd in range(3, 33)), flush=True)
os.write(int(sys.argv[1]), b"\\n"); time.sleep(1000)`;

const SOCKETS = 200;
/** What else we have open while the command is made, some room included. */
const OTHERS = 20;

function descriptors(binary: Binary): void {
  const limited = (limit: number, ...options: readonly string[]) => {
    const before = ["sh", "-c", `ulimit -n ${limit}; exec "$@"`, "sh"];
    const words = ["init", ...options, "--", "sh", "-c", 'echo "$LISTEN_FDS up"'];
    return curfew(binary, words, { before }).ended;
  };
  const local = Array<string[]>(SOCKETS).fill(["--listen", "127.0.0.1:0"]).flat();

  test("each socket needs one", async () => {
    const { stdout, stderr } = await limited(SOCKETS + OTHERS, ...local);
    assert.equal(stdout, `${SOCKETS} up\n`);
    const [line = "", ...others] = stderr.split("\n");
    assert.match(
      line,
      new RegExp(`and ${SOCKETS - 3} more: .* take descriptors 3 to ${SOCKETS + 2} `),
    );
    assert.deepEqual(others, [""]);
  });

  // Ours have such numbers that one stands where another is to be.
  for (const ready of [33, 34, 38, 60]) {
    test(`each is where it is to be, and --ready fd:${ready}`, { skip: NO_PYTHON }, async (t) => {
      const names = Array.from({ length: 30 }, (_, at) => `@curfew-${process.pid}-${at}`);
      const options = [...names.flatMap((name) => ["--listen", `unix:${name}`])];
      const command = ["python3", "-c", NAMES, `${ready}`];
      const served = serve(t, binary, [[...options, "--ready", `fd:${ready}`], command]);
      await served.event("ready", { generation: 1 });
      const [, told] = await served.says(/^names: (.*)\n/m);
      assert.deepEqual(told?.split(" "), names);
      await served.stop();
    });
  }

  for (const [what, limit, options, line] of [
    ["too few for the numbers of sockets", SOCKETS, local, beyond("--listen", 202, SOCKETS)],
    ["too few for sockets", SOCKETS + 3, local, TOO_MANY],
    ["too few for --ready", 8, ["--ready", "fd:9"], beyond("--ready", 9, 8)],
  ] as const) {
    test(`${what}: one line that names the limit, and 125`, async () => {
      const { code, stdout, stderr } = await limited(limit, ...options);
      assert.deepEqual([code, stdout], [125, ""]);
      assert.ok(stderr.endsWith(line) && stderr.indexOf("\n") === stderr.length - 1, stderr);
    });
  }
}

const LIMIT = "RLIMIT_NOFILE, ulimit -n";
const TOO_MANY = `too many open files (${LIMIT})\n`;

function beyond(option: string, descriptor: number, limit: number): string {
  const what = `descriptor ${descriptor} is beyond the limit of open files, ${limit}`;
  return `init: ${option}: ${what} (${LIMIT})\n`;
}

for (const binary of BINARIES) {
  describe(`descriptors, ${binary.name}`, () => descriptors(binary));
}
