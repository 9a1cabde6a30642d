// `curfew show`: files as the real program reads them, and what it says of those it cannot.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fileOf, WHOLE } from "../core/show/rows/files.ts";
import { BINARIES, type Binary, nameOf } from "./binary.ts";
import { child, number, script, surroundings } from "./children.ts";
import { newPath, staged } from "./reports.ts";
import { curfew, endOfRun, type Spawn } from "./run.ts";

const UTF8 = { env: { LC_ALL: "C.UTF-8", COLUMNS: "80" } };
const HANDLES = child("handles");

async function show(binary: Binary, words: readonly string[], options: Spawn = UTF8) {
  const { stdout, stderr, ...ended } = await curfew(binary, ["show", ...words], options).ended;
  return { stdout, stderr, end: endOfRun({ stdout, stderr, ...ended }) };
}

function written(text: string | Buffer): string {
  const path = newPath("events");
  writeFileSync(path, text);
  return path;
}

async function drawing(binary: Binary, words: readonly string[], options: Spawn = UTF8) {
  const { stdout, stderr, end } = await show(binary, words, options);
  assert.deepEqual([end, stderr], ["0", ""]);
  return stdout;
}

function runs(binary: Binary): void {
  test("a run that reached its limit: reason, signals, the tree and its end", async () => {
    const path = newPath("events");
    const before = surroundings(`--ignore ${number("TERM")}`);
    const words = ["--timeout", "50ms", "-k", "50ms", "--events", path, HANDLES];
    await curfew(binary, ["run", ...words], { before }).ended;
    const text = await drawing(binary, [path]);
    assert.match(text, /^ {2}Outcome {4}the time limit passed; exit code 124$/m);
    assert.match(text, /^ {2}Processes {2}all are gone \(proof: echild\)$/m);
    assert.match(text, /^ +━+░+$/m);
    for (const said of [
      "the time limit passed",
      "sent TERM to the command",
      "every process is gone",
    ]) {
      assert.match(text, new RegExp(`^ +\\d+\\.\\d{3} s {2}.*${said}`, "m"), text);
    }
    assert.match(text, /^ +\d+\.\d{3} s {2}curfew exited with code 124$/m);
    assert.match(await drawing(binary, ["--svg", path]), /^<svg .*<\/svg>\n$/s);
    assert.match(await drawing(binary, [path, "--html"]), /^<!doctype html>.*<\/html>\n$/s);
    assert.match(
      await drawing(binary, [path, "--markdown"]),
      /^### .*\| the time limit passed \|/s,
    );
  });

  test("a pipe from a run that still goes on is drawn when the run is over", async () => {
    const script = '"$0" run --events fd:3 sh -c "sleep 0.1; exit 3" 3>&1 >&2 | "$0" show -';
    const env = { ...binary.env, LC_ALL: "C.UTF-8" };
    const { stdout } = spawnSync("sh", ["-c", script, binary.path], {
      encoding: "utf8",
      env: { ...process.env, ...env },
    });
    assert.match(stdout, /the command exited with code 3/);
    assert.match(stdout, /curfew exited with code 3/);
  });
}

function files(binary: Binary): void {
  test("the locale and COLUMNS decide how it is drawn", async () => {
    const path = written(fileOf(WHOLE));
    assert.match(await drawing(binary, [path]), /└─ 3815 node/);
    const plain = await drawing(binary, [path], { env: { LC_ALL: "C", COLUMNS: "60" } });
    assert.match(plain, /^[\n -~]*$/);
    assert.match(plain, /`- 3815 node/);
    for (const line of plain.split("The processes")[0]?.split("\n") ?? []) {
      assert.ok(line.length <= 60, line);
    }
  });

  test("at a terminal the drawing is as wide as the terminal, unless COLUMNS says more", () => {
    for (const [columns, bar] of [
      ["", 107],
      ["70", 67],
    ] as const) {
      const { stdout } = spawnSync(
        "python3",
        [script("at-size.py"), "24", "110", binary.path, "show", written(fileOf(WHOLE))],
        { encoding: "utf8", env: { ...process.env, ...binary.env, LC_ALL: "C", COLUMNS: columns } },
      );
      assert.equal(/^ {2}([=#.-]+)\r$/m.exec(stdout)?.[1]?.length, bar, stdout);
    }
  });

  test("standard input, also where it does not block and comes in pieces", async () => {
    const program = `
import os, subprocess, sys
read, write = os.pipe()
os.set_blocking(read, False)
text = open(sys.argv[1], "rb").read()
child = subprocess.Popen(sys.argv[2:], stdin=read)
os.close(read)
for at in range(0, len(text), 100):
    os.write(write, text[at:at + 100])
os.close(write)
sys.exit(child.wait())`;
    const before = ["python3", "-c", program, written(fileOf(WHOLE))];
    assert.match(await drawing(binary, ["-"], { ...UTF8, before }), /curfew exited with code 124/);
    const input = fileOf(WHOLE);
    assert.match(await drawing(binary, ["-"], { ...UTF8, input }), /curfew exited with code 124/);
  });

  test("what cannot be read or holds no events: one line, 125", async () => {
    const fifo = newPath("fifo");
    spawnSync("mkfifo", [fifo]);
    const folder = newPath("folder");
    mkdirSync(folder);
    const none = "holds no events: expected a file that curfew's --events has written";
    for (const [path, says] of [
      [newPath("none"), "cannot read '*': no such file or directory"],
      [folder, "cannot read '*': is a directory"],
      [fifo, `'*' ${none}`],
      ["/dev/null", `'*' ${none}`],
      [written(""), `'*' ${none}`],
      [written("hello\n"), `'*' ${none}`],
      [written(Buffer.alloc(100_000)), `'*' ${none}`],
      [written(Buffer.from([0xff, 0xfe, 0x0a, 0xc3])), `'*' ${none}`],
      [written(`${"[".repeat(3_000_000)}\n`), `'*' ${none}`],
    ] as const) {
      const { stdout, stderr, end } = await show(binary, [path]);
      const line = `${nameOf(binary)} show: ${says.replace("*", path)}\n`;
      assert.deepEqual([end, stdout, stderr], ["125", "", line]);
    }
    const { stderr } = await show(binary, ["-"]);
    assert.equal(stderr, `${nameOf(binary)} show: standard input ${none}\n`);
  });

  test("a file that this user may not read: permission denied", async () => {
    const path = written(fileOf(WHOLE));
    chmodSync(path, 0);
    const isRoot = process.getuid?.() === 0;
    const user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const options = { ...UTF8, before: isRoot ? user : [] };
    const program = isRoot ? staged(binary) : binary;
    const { stdout, stderr, end } = await show(program, [path], options);
    assert.deepEqual([end, stdout], ["125", ""]);
    assert.match(stderr, /: cannot read '.*': permission denied\n$/);
  });

  test("bytes that are not UTF-8, NUL bytes and a line that is too long are no reason to fail", async () => {
    const text = fileOf(WHOLE).replace("a b", "a\\u0000\u202e");
    const bytes = Buffer.concat([
      Buffer.from([0xff, 0x00, 0x0a]),
      Buffer.from(`{"event":"x","at_ms":1,"k":"${"y".repeat(5_000_000)}"}\n`),
      Buffer.from(text),
    ]);
    bytes[bytes.lastIndexOf("npm")] = 0xe9;
    const drawn = await drawing(binary, [written(bytes)]);
    assert.match(
      drawn,
      /^ {2}Command {6}'\\351pm' test -- --token \*\*\* 'a\\000\\342\\200\\256'$/m,
    );
    assert.match(drawn, /\n2 lines skipped: no event of curfew's\.\n$/);
  });

  test("an output that cannot be written: 125, and why", async () => {
    const before = surroundings("--open 1=/dev/full");
    const { stderr, end } = await show(binary, [written(fileOf(WHOLE))], { before });
    assert.equal(end, "125");
    assert.match(stderr, /: cannot write to standard output: no space left on device\n$/);
  });

  test("100,000 lines: little memory, and what is not shown is counted", async () => {
    const lines = Array.from({ length: 100_000 }, (_, at) => {
      const signal = at % 2 === 0 ? "SIGWINCH" : "SIGHUP";
      return `{"event":"signal","at_ms":${at},"signal":"${signal}"}\n`;
    });
    const path = written(lines.join(""));
    // The shell reports the memory of its child: getrusage(2).
    const script = "import resource,subprocess,sys;r=subprocess.run(sys.argv[1:]).returncode;";
    const told = "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss,file=sys.stderr);";
    const before = ["python3", "-c", `${script}${told}sys.exit(r)`];
    const { stdout, stderr, end } = await show(binary, [path], { ...UTF8, before });
    assert.equal(end, "0");
    assert.match(stdout, /99940 more events until /);
    assert.ok(Number(stderr) < 40_000, `${stderr.trim()} kB`);
  });
}

for (const binary of BINARIES) {
  describe(`show: ${binary.name}`, () => {
    runs(binary);
    files(binary);
  });
}
