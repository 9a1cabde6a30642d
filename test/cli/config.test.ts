// Configuration files and profiles, through the program: which files it reads, which it refuses or
// ignores, and that other names and --control read none.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import type { Binary } from "./binary.ts";
import { BINARIES } from "./binary.ts";
import { child } from "./children.ts";
import type { Ended, Spawn } from "./run.ts";
import { curfew } from "./run.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-config-"));
after(() => rmSync(FOLDER, { recursive: true, force: true }));
let homes = 0;

/** A home of its own with this configuration. */
function home(text: string | undefined): string {
  homes += 1;
  const folder = join(FOLDER, `home-${homes}`);
  if (text !== undefined) write(fileIn(folder), text);
  else mkdirSync(folder, { recursive: true });
  return folder;
}

const fileIn = (folder: string) => join(folder, ".config/curfew/config.toml");

function write(path: string, text: string | Buffer): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o644 });
  return path;
}

/** Nothing of the machine's or the tester's own. */
const CLEAN = {
  XDG_CONFIG_HOME: undefined,
  CURFEW_CONFIG: undefined,
  CURFEW_PROFILE: undefined,
} as const;

function runIn(
  binary: Binary,
  folder: string,
  words: readonly string[],
  options: Spawn = {},
): Promise<Ended> {
  const env = { ...CLEAN, HOME: folder, ...options.env };
  return curfew(binary, words, { ...options, env }).ended;
}

/** A command that says in which session it is, and what is left after it is told on stderr. */
const SESSION = ["sh", "-c", 'read -r _ _ _ _ _ session _ < /proc/self/stat; echo "$session $$"'];
const isOwn = ({ stdout }: Ended) => new Set(stdout.trim().split(" ")).size === 1;

const isRoot = process.getuid?.() === 0;

for (const binary of BINARIES) {
  describe(`configuration, ${binary.name}`, { concurrency: 4 }, () => {
    sources(binary);
    trust(binary);
    mistakes(binary);
    command(binary);
  });
}

function sources(binary: Binary): void {
  const user = home("[defaults]\nleftovers = 'fail'\n[profiles.ci]\nleftovers = 'kill'\n");
  // A leftover that ignores the end of its parent: with `fail` the run is an error.
  const LEAK = ["sh", "-c", "sleep 1000 >/dev/null 2>&1 &"];

  test("run takes the user's file; an option and a profile win over it", async () => {
    assert.equal((await runIn(binary, user, ["run", ...LEAK])).code, 125);
    assert.equal((await runIn(binary, user, ["run", "--leftovers=kill", ...LEAK])).code, 0);
    assert.equal((await runIn(binary, user, ["run", "--profile", "ci", ...LEAK])).code, 0);
    assert.equal((await runIn(binary, user, ["run", "--no-config", ...LEAK])).code, 0);
  });

  test("XDG_CONFIG_HOME, CURFEW_CONFIG and CURFEW_PROFILE", async () => {
    const empty = home("");
    const other = write(join(FOLDER, binary.name, "xdg/curfew/config.toml"), "x = 1");
    const xdg = { XDG_CONFIG_HOME: dirname(dirname(other)) };
    const end = await runIn(binary, user, ["run", "true"], { env: xdg });
    assert.deepEqual([end.code, end.stderr.includes(`${other}:1:1: `)], [125, true]);
    const named = { CURFEW_CONFIG: fileIn(user) };
    assert.equal((await runIn(binary, empty, ["run", ...LEAK], { env: named })).code, 125);
    const profile = { CURFEW_PROFILE: "ci" };
    assert.equal((await runIn(binary, user, ["run", ...LEAK], { env: profile })).code, 0);
    const blank = { CURFEW_PROFILE: "", CURFEW_CONFIG: "", XDG_CONFIG_HOME: "" };
    assert.equal((await runIn(binary, user, ["run", ...LEAK], { env: blank })).code, 125);
  });

  test("the system's file comes before the user's", { skip: skipEtc() }, async () => {
    const script =
      'mount -t tmpfs none /etc && mkdir /etc/curfew && cat > /etc/curfew/config.toml && exec "$@"';
    const before = ["unshare", "--mount", "sh", "-c", script, "sh"];
    const input = "[defaults]\nleftovers = 'fail'\n";
    const alone = await runIn(binary, home(undefined), ["run", ...LEAK], { before, input });
    assert.equal(alone.code, 125, alone.stderr);
    const kill = home("[defaults]\nleftovers = 'kill'\n");
    const both = await runIn(binary, kill, ["run", ...LEAK], { before, input });
    assert.equal(both.code, 0, both.stderr);
    const user = home("[defaults]\nverbose = true\n");
    assert.equal((await runIn(binary, user, ["run", ...LEAK], { before, input })).code, 125);
  });

  test("the built-in profile agent: a session of its own", async () => {
    const empty = home(undefined);
    assert.ok(!isOwn(await runIn(binary, empty, ["run", ...SESSION])));
    assert.ok(isOwn(await runIn(binary, empty, ["run", "--profile", "agent", ...SESSION])));
    const env = { CURFEW_PROFILE: "agent" };
    assert.ok(isOwn(await runIn(binary, empty, ["run", ...SESSION], { env })));
    const none = ["run", "--no-config", "--profile=agent", ...SESSION];
    assert.ok(isOwn(await runIn(binary, home("x"), none)));
  });

  test("init and timeout read nothing unasked, links and --control never do", async () => {
    const broken = home("this is no TOML");
    const env = { CURFEW_PROFILE: "none-such", CURFEW_CONFIG: "/nowhere" };
    for (const words of [
      ["init", "true"],
      ["timeout", "5", "true"],
    ]) {
      const end = await runIn(binary, broken, words, { env });
      assert.deepEqual([end.code, end.stderr], [0, ""], words[0]);
    }
    const control = ["run", "--control", "fd:3", "--report", "fd:1", "true"];
    const stdio = ["ignore", "pipe", "pipe", "pipe"] as const;
    const told = await runIn(binary, broken, control, { env, stdio: [...stdio] });
    assert.match(told.stdout, /"outcome":"exited"/);
    for (const [name, words] of [
      ["timeout", ["5", "true"]],
      ["tini", ["true"]],
      ["dumb-init", ["true"]],
      ["catatonit", ["true"]],
      ["scinit", ["true"]],
    ] as const) {
      const end = await runIn(binary, broken, words, { env, argv0: name });
      assert.deepEqual([end.code, end.stderr], [0, ""], name);
    }
    const end = await runIn(binary, broken, ["--config", "x", "5", "true"], { argv0: "timeout" });
    assert.deepEqual([end.code, end.stdout], [125, ""]);
  });

  test("two opens that fail are all that run looks for, and the others look for nothing", {
    skip: spawnSync(child("opens"), ["true"]).status === 0 ? false : "no ptrace here",
  }, async () => {
    const empty = home(undefined);
    const files = ["/etc/curfew/config.toml", fileIn(empty)];
    for (const [words, opened, argv0] of [
      [["run", "true"], files],
      [["run", "--no-config", "true"], []],
      [["init", "true"], []],
      [["timeout", "5", "true"], []],
      [["5", "true"], [], "timeout"],
      [["true"], [], "tini"],
    ] as const) {
      const before = [child("opens")];
      const link = argv0 && join(FOLDER, binary.name, argv0);
      if (link) mkdirSync(dirname(link), { recursive: true });
      if (link) symlinkSync(binary.path, link);
      const program = link ? { ...binary, path: link } : binary;
      const { stdout, code } = await runIn(program, empty, words, { before });
      const seen = stdout.split("\n").filter((path) => path.includes("config"));
      assert.deepEqual([seen, code], [opened, 0], words.join(" "));
    }
  });

  test("init and timeout read a file that is named", async () => {
    const file = write(join(FOLDER, binary.name, "named.toml"), "[defaults]\nforeground = true\n");
    for (const words of [
      ["init", "--config", file, "true"],
      ["timeout", "--config", file, "5", "true"],
    ]) {
      assert.equal((await runIn(binary, home(undefined), words)).code, 0);
    }
    write(file, "[defaults]\nx = 1\n");
    for (const words of [
      ["init", "--config", file, "true"],
      ["timeout", "--config", file, "5", "true"],
      ["run", "--config", file, "true"],
    ]) {
      const { code, stderr, stdout } = await runIn(binary, home(undefined), words);
      assert.deepEqual(
        [code, stdout, stderr.includes(`${file}:2:1: unknown key 'x'`)],
        [125, "", true],
      );
    }
  });
}

function skipEtc(): string | false {
  const tried = spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "none", "/etc"]);
  return tried.status === 0 ? false : "no mount namespace here";
}

/** One line that the file is ignored, for this reason; and the run goes on without it. */
async function ignores(binary: Binary, folder: string, why: RegExp): Promise<void> {
  const file = fileIn(folder);
  const end = await runIn(binary, folder, ["run", "echo", "on"]);
  assert.deepEqual([end.code, end.stdout], [0, "on\n"], end.stderr);
  assert.equal(end.stderr.split("\n").length, 2, end.stderr);
  assert.match(end.stderr, /^\S+ run: ignoring '/);
  assert.match(end.stderr, why);
  // A caller that names the file does not want to run without it.
  const named = await runIn(binary, folder, ["run", "--config", file, "echo", "on"]);
  assert.deepEqual([named.code, named.stdout], [125, ""]);
  assert.match(named.stderr, why);
}

function trust(binary: Binary): void {
  const BAD = "[defaults]\nleftovers = 'no such word'\n";

  test("a file that every user may write to", async () => {
    const folder = home(BAD);
    chmodSync(fileIn(folder), 0o646);
    await ignores(binary, folder, /every user may write to it$/m);
  });

  test("a folder that every user may write to, but not with the sticky bit", async () => {
    const folder = home(BAD);
    chmodSync(dirname(fileIn(folder)), 0o777);
    await ignores(binary, folder, /every user may write to its folder$/m);
    chmodSync(dirname(fileIn(folder)), 0o1777);
    assert.equal((await runIn(binary, folder, ["run", "true"])).code, 125);
  });

  test("another user's file", { skip: isRoot ? false : "not root" }, async () => {
    const folder = home(BAD);
    chownSync(fileIn(folder), 12345, 12345);
    await ignores(binary, folder, /its owner is neither this user nor root$/m);
  });

  test("of a symbolic link, what it leads to counts", async () => {
    const folder = home(undefined);
    const place = home(BAD);
    mkdirSync(dirname(fileIn(folder)), { recursive: true });
    symlinkSync(fileIn(place), fileIn(folder));
    assert.equal((await runIn(binary, folder, ["run", "true"])).code, 125);
    chmodSync(dirname(fileIn(place)), 0o777);
    await ignores(binary, folder, /every user may write to its folder$/m);
    chmodSync(dirname(fileIn(place)), 0o755);
    chmodSync(fileIn(place), 0o666);
    await ignores(binary, folder, /every user may write to it$/m);
  });

  test("what is no regular file is ignored, and a FIFO is not waited for", async () => {
    const fifo = home(undefined);
    mkdirSync(dirname(fileIn(fifo)), { recursive: true });
    assert.equal(spawnSync("mkfifo", [fileIn(fifo)]).status, 0);
    await ignores(binary, fifo, /it is not a regular file$/m);
    const directory = home(undefined);
    mkdirSync(fileIn(directory), { recursive: true });
    await ignores(binary, directory, /it is not a regular file$/m);
    const device = home(undefined);
    mkdirSync(dirname(fileIn(device)), { recursive: true });
    symlinkSync("/dev/null", fileIn(device));
    await ignores(binary, device, /it is not a regular file$/m);
  });

  test("a huge file", async () => {
    const folder = home(`# ${"x".repeat(1 << 16)}\n`);
    await ignores(binary, folder, /it is larger than 64K$/m);
  });
}

function mistakes(binary: Binary): void {
  /** Contents, and what the one line says behind the file's name. */
  const ROWS: readonly (readonly [name: string, text: string | Buffer, says: RegExp])[] = [
    [
      "an unknown key",
      "[defaults]\ntimout = '5s'\n",
      /:2:1: unknown key 'timout': did you mean timeout/,
    ],
    ["a wrong type", "[defaults]\n\n  timeout = 5\n", /:3:3: 'timeout' is a number: expected /],
    ["a bad value of another subcommand", "[defaults]\npoll = 'x'\n", /:2:1: poll: invalid time /],
    [
      "a bad value of another profile",
      "[profiles.x]\nsignal = 'X'\n",
      /:2:1: signal: invalid signal/,
    ],
    ["no TOML", "[defaults\n", /:1:\d+: /],
    ["bytes that are not UTF-8", Buffer.from("[defaults]\n# \xff\n", "latin1"), /:2:3: .*UTF-8/],
    ["NUL", "[defaults]\n\0", /:2:\d+: /],
    ["deep nesting", `x = ${"[".repeat(60_000)}`, /:1:\d+: /],
    ["deep tables", `x = ${"{a=".repeat(20_000)}`, /:1:\d+: /],
    ["a long list", `[defaults]\nspare = [${'"x",'.repeat(10_000)}]`, /:2:1: 'spare' has 10000 /],
    ["a deep table", `[a${".a".repeat(20_000)}]`, /:1:2: unknown table or key 'a': /],
    ["a date", "[defaults]\ntimeout = 1979-05-27T07:32:00Z\n", /:2:1: 'timeout' is a date/],
    ["no date", "[defaults]\ntimeout = 1979-99-99\n", /:2:\d+: /],
    ["a huge number", "[defaults]\nprocess_limit = 99999999999999999999\n", /:2:\d+: /],
    ["an escape in a key", '[defaults]\n"\\u001b[31m" = 1\n', /:2:1: unknown key '\\033\[31m': /],
  ];
  for (const [name, text, says] of ROWS) {
    test(`a mistake: ${name}`, async () => {
      const folder = home("");
      write(fileIn(folder), text);
      const { code, stdout, stderr } = await runIn(binary, folder, ["run", "echo", "on"]);
      assert.deepEqual([code, stdout], [125, ""], stderr);
      assert.equal(stderr.split("\n").length, 2, stderr);
      assert.ok(stderr.includes(` run: ${fileIn(folder)}:`), stderr);
      assert.match(stderr, says);
      assert.match(stderr, /^[ -~]*\n$/);
    });
  }

  test("options of a file and of the line that exclude each other: the file's is named as such", async () => {
    const file = write(join(FOLDER, binary.name, "pty.toml"), "[defaults]\npty = true\n");
    const words = ["init", "--config", file, "--watch", ".", "echo", "on"];
    const { code, stdout, stderr } = await runIn(binary, home(""), words);
    assert.deepEqual([code, stdout], [125, ""]);
    assert.match(stderr, /^\S+ init: --pty of the configuration: cannot be combined: expected /);
  });

  test("a file that was named must be there", async () => {
    const { code, stderr } = await runIn(binary, home(""), ["run", "--config", "/nowhere", "true"]);
    assert.equal(code, 125);
    assert.match(stderr, /cannot read '\/nowhere': no such file or directory\n$/);
  });

  test("an unknown profile, and options that exclude each other", async () => {
    for (const [words, says] of [
      [["--profile", "agnt"], /did you mean agent\?/],
      [["--profile="], /expected the name of a profile/],
      [["--config="], /expected a file/],
      [["--config", "x", "--no-config"], /--config: cannot be combined: .*without --no-config/],
      [["--config", "x", "--control", "fd:3"], /--config: cannot be combined: .*without --control/],
    ] as const) {
      const end = await runIn(binary, home(""), ["run", ...words, "echo", "on"]);
      assert.deepEqual([end.code, end.stdout], [125, ""]);
      assert.match(end.stderr, says);
    }
  });
}

function command(binary: Binary): void {
  test("curfew config prints what holds, and where it was set", async () => {
    const folder = home("[defaults]\ntimeout = '5m'\n");
    const text = await runIn(binary, folder, ["config"]);
    assert.deepEqual([text.code, text.stderr], [0, ""]);
    assert.match(text.stdout, /^timeout = "5m" +# '.*config\.toml':2$/m);
    assert.match(text.stdout, /^kill_after = "5s" +# built in$/m);
    const json = await runIn(binary, folder, ["config", "--json", "--profile", "agent"]);
    const { options } = JSON.parse(json.stdout);
    const found = options.find(({ option }: { option: string }) => option === "new_session");
    assert.deepEqual([found.value, found.profile], [true, "agent"]);
    // What it prints is a file that means the same.
    const again = write(join(FOLDER, binary.name, "printed.toml"), text.stdout);
    const printed = await runIn(binary, folder, ["config", "--config", again]);
    assert.match(printed.stdout, /^timeout = "5m" +# .*printed\.toml/m);
  });

  test("curfew config refuses a mistaken file, and words that are no options", async () => {
    const end = await runIn(binary, home("x = 1"), ["config"]);
    assert.deepEqual([end.code, end.stdout], [125, ""]);
    assert.match(end.stderr, /config\.toml:1:1: unknown table or key 'x'/);
    assert.equal((await runIn(binary, home(""), ["config", "x"])).code, 125);
    const none = await runIn(binary, home("x = 1"), ["config", "--no-config"]);
    assert.deepEqual([none.code, none.stdout.startsWith("[defaults]\n")], [0, true]);
  });
}
