// What the documents say is so: commands run, tables are the code's, names and links exist.
// How a block of commands is written: CONTRIBUTING.md, "Documents".
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import { DOCUMENTS, partsOf, withGenerated } from "../scripts/docs/docs.ts";
import { FROZEN, ROOT } from "./cli/binary.ts";
import { patiently } from "./patience.ts";

const MARKDOWN = globSync(["*.md", "docs/**/*.md"], { cwd: ROOT });
const textOf = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** A command of a block, the exit code it must have, and lines it must print. */
type Command = { readonly text: string; readonly code: number; readonly lines: readonly string[] };

/** The commands of all blocks marked `sh`, in order. */
function commandsOf(document: string): Command[] {
  const blocks = document.matchAll(/^```sh\n([\s\S]*?)^```$/gm);
  return [...blocks].flatMap(([, block = ""]) => block.split(/\n(?!#>)/).flatMap(commandOf));
}

function commandOf(lines: string): Command[] {
  const [first = "", ...rest] = lines.trimEnd().split("\n");
  const [, text = "", code = "0"] = /^(.*?)(?:\s+# exit (\d+))?$/.exec(first) ?? [];
  if (text === "") return [];
  return [{ text, code: Number(code), lines: rest.map((line) => line.slice("#> ".length)) }];
}

/** The blocks marked `sh`, each as one script: `# exit N` stands at the end of its last command. */
function scriptsOf(document: string): Command[] {
  const blocks = document.matchAll(/^```sh\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, block = ""]) => {
    const all = block.trimEnd().split("\n");
    const isPrinted = (line: string) => line.startsWith("#> ");
    const text = all.filter((line) => !isPrinted(line)).join("\n");
    const [, code = "0"] = /# exit (\d+)$/.exec(text) ?? [];
    return { text, code: Number(code), lines: all.filter(isPrinted).map((line) => line.slice(3)) };
  });
}

const HOME = mkdtempSync(join(tmpdir(), "curfew-docs-"));
after(() => rmSync(HOME, { recursive: true }));
const ENV = {
  ...process.env,
  HOME,
  // Where `npm start` has something to build, compilers are still the user's.
  CARGO_HOME: process.env.CARGO_HOME ?? join(homedir(), ".cargo"),
  RUSTUP_HOME: process.env.RUSTUP_HOME ?? join(homedir(), ".rustup"),
  PATH: `${HOME}/bin:${process.env.PATH}`,
  LC_ALL: "C",
  TIMEOUT_METRICS: undefined,
  INIT_CWD: undefined,
};
/** No command of a document runs for a minute. */
const PATIENCE = { timeout: patiently(60_000), killSignal: "SIGKILL" } as const;

/** Runs a command to its own end; what it leaves behind may hold its output, which is a file. */
async function runCommand(
  text: string,
  cwd: string,
  env: NodeJS.ProcessEnv = ENV,
): Promise<{ code: number; output: string }> {
  const path = join(HOME, "output");
  const output = openSync(path, "w");
  const here = text.replaceAll("linux-x64", `linux-${process.arch}`);
  const limit = text.startsWith("npm") ? {} : PATIENCE;
  const child = spawn("sh", ["-c", here], {
    cwd,
    env,
    stdio: ["ignore", output, output],
    ...limit,
  });
  closeSync(output);
  const [code, signal] = await once(child, "exit");
  // sh in our place dies as its last command does; a shell would show 128 + 9.
  return { code: signal === "SIGKILL" ? 137 : code, output: readFileSync(path, "utf8") };
}

async function check(command: Command, cwd: string, env?: NodeJS.ProcessEnv): Promise<void> {
  const { output, code } = await runCommand(command.text, cwd, env);
  assert.equal(code, command.code, output);
  const said = output.split("\n");
  for (const line of command.lines)
    assert.ok(said.some(isLike(line)), `${line}\nnot in:\n${output}`);
}

/** 4711 stands for any number, as process numbers differ; every other number is what it is. */
function isLike(line: string): (said: string) => boolean {
  const here = line.replaceAll("linux-x64", `linux-${process.arch}`);
  const literal = here.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const pattern = new RegExp(`^${literal.replaceAll("4711", "\\d+")}$`);
  return (said) => pattern.test(said);
}

test("a printed line is compared with its numbers, except 4711", () => {
  const isSaid = isLike("4711 ended with 4 (a.b)");
  assert.ok(isSaid("23 ended with 4 (a.b)"));
  const others = ["23 ended with 124 (a.b)", "23 ended with 5 (a.b)", "x ended with 4 (a.b)"];
  for (const other of others) assert.ok(!isSaid(other), other);
});

describe("commands of the README", () => {
  const commands = commandsOf(textOf("README.md"));
  test("are found, and few of them start npm", () => {
    assert.ok(commands.length > 10);
    assert.ok(commands.filter(({ text }) => text.startsWith("npm")).length <= 2);
  });
  for (const command of commands) test(command.text, () => check(command, ROOT));
});

/** Programs that a block may need and a machine may lack. */
const OTHERS = ["curl", "jq", "node", "python3", "rustc"];

/** Documents in which each block is one script. */
const SCRIPTED = [
  "docs/recipes.md",
  "docs/guarantees.md",
  "docs/init.md",
  "docs/reload.md",
  "docs/control.md",
];

for (const path of SCRIPTED) {
  describe(`blocks of ${path}`, () => {
    const bin = join(HOME, path, "bin");
    mkdirSync(bin, { recursive: true });
    symlinkSync(FROZEN.path, join(bin, "curfew"));
    const env = { ...ENV, PATH: `${bin}:${process.env.PATH}` };
    const scripts = scriptsOf(textOf(path));
    test("are found", () => assert.ok(scripts.length > 0));
    for (const script of scripts) {
      const needed = OTHERS.filter((name) => new RegExp(`^${name}\\b`, "m").test(script.text));
      const missing = needed.find((name) => spawnSync(name, ["--version"]).error !== undefined);
      const skip = missing !== undefined && `no ${missing}`;
      test(script.text.split("\n")[0] ?? "", { skip }, () => {
        // What an earlier script wrote would answer a question of this one too soon.
        const cwd = mkdtempSync(join(HOME, path, "work-"));
        return check(script, cwd, env);
      });
    }
  });
}

describe("generated parts are as the code makes them", () => {
  for (const [path, parts] of Object.entries(DOCUMENTS)) {
    test(path, () => {
      assert.deepEqual(partsOf(textOf(path)), parts);
      assert.equal(textOf(path), withGenerated(textOf(path)), "npm run docs");
    });
  }
});

test("the README is short, and so is the map of the code", () => {
  assert.ok(textOf("README.md").split("\n").length <= 200);
  assert.ok(textOf("ARCHITECTURE.md").split("\n").length <= 250);
});

test("curfew.md and the pages of other tools list every variable that curfew reads", () => {
  const pages = textOf("docs/curfew.md") + textOf("docs/init.md");
  const sources = globSync("src/{core,linux}/**/*.ts", { cwd: ROOT }).map(textOf).join("\n");
  const read = [...sources.matchAll(/\b(?:env|variable)\((?:env, )?"([A-Z_]+)"\)/g)];
  const names = new Set(read.map(([, name = ""]) => name));
  assert.ok(names.size > 12, `${[...names]}`);
  for (const name of names) assert.match(pages, new RegExp(`\`${name}[\`=]`), name);
});

/** Bounds that a document names: its words around the figure, and the constant that it is. */
const BOUNDS: readonly (readonly [path: string, words: RegExp, code: string, name: string])[] = [
  ["docs/report.md", /At most (\d+) leftovers/, "src/linux/run/members.ts", "MOST_NAMES"],
  ["docs/run.md", /^- (\d+) leftovers at most/m, "src/linux/run/members.ts", "MOST_NAMES"],
  ["docs/report.md", /and (\d+) survivors/, "native/src/tuning.rs", "MAX_SURVIVORS"],
  ["docs/report.md", /(\d+) stops listed/, "src/core/run/stops.ts", "MOST_STOPS"],
  ["docs/run.md", /exit within (\d+ ms) of COMMAND/, "src/core/run/will.ts", "SETTLE_QUIET"],
  ["docs/run.md", /for (\d+ ms) at most/, "src/core/run/will.ts", "SETTLE_LIMIT"],
  ["docs/guarantees.md", /sweep may take (\d+ s)econds/, "src/core/run/ladder.ts", "SWEEP_LIMIT"],
  ["docs/guarantees.md", /only (\d+ s) if all remaining/, "src/core/run/ladder.ts", "STUCK_LIMIT"],
  [
    "docs/guarantees.md",
    /to a program +\| (\d+ s)/,
    "src/linux/run/outputs.ts",
    "REPORT_TO_PROGRAM",
  ],
  ["docs/control.md", /waits up to (\d+ s) for a/, "src/linux/run/outputs.ts", "REPORT_TO_PROGRAM"],
  ["docs/guarantees.md", /or `-k`, (\d+ s) where/, "src/core/run/ladder.ts", "DEFAULT_GRACE"],
  ["docs/guarantees.md", /\| (\d+ s) after the limit/, "src/core/run/will.ts", "SIGNAL_SLACK"],
  [
    "docs/guarantees.md",
    /the guardian sweeps (\d+ ms) after SIGKILL was due/,
    "src/core/run/ladder.ts",
    "SWEEP_SLACK",
  ],
  [
    "docs/guarantees.md",
    /not begun (\d+ s) after the order/,
    "src/core/run/sweeping.ts",
    "BEGIN_LIMIT",
  ],
  [
    "docs/reload.md",
    /It has room for (\d+) connections/,
    "src/linux/serve/listeners.ts",
    "BACKLOG",
  ],
];
/** A text with one line per paragraph: words are found wherever the line breaks. */
const unwrapped = (text: string) => text.replace(/(?<=\S)\n {0,5}(?=[\w`(*])/g, " ");
const MICROSECONDS: Readonly<Record<string, number>> = { ms: 1e3, s: 1e6 };

describe("bounds in documents are the code's", () => {
  for (const [path, words, code, name] of BOUNDS) {
    test(`${name} in ${path}`, () => {
      const [, figure = ""] = words.exec(unwrapped(textOf(path))) ?? [];
      const [number = "", unit = ""] = figure.split(" ");
      const constant = new RegExp(`const ${name}\\b[^=]* = ([\\d_.e]+)`).exec(textOf(code))?.[1];
      assert.equal(
        Number(number) * (MICROSECONDS[unit] ?? 1),
        Number(constant?.replaceAll("_", "")),
      );
    });
  }
});

/** What stands between single backticks, outside of blocks. */
function namesIn(document: string): string[] {
  const prose = document.replace(/^```[\s\S]*?^```$/gm, "");
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, name = ""]) => name);
}

describe("names in ARCHITECTURE.md exist", () => {
  const names = [...new Set(namesIn(textOf("ARCHITECTURE.md")))];
  const sources = globSync(
    ["{src,scripts,test}/**/*.ts", "native/src/**/*.rs", "*/*.toml", "*.json"],
    { cwd: ROOT },
  );
  const words = new Set(sources.map(textOf).join("\n").match(/\w+/g));
  for (const name of names) {
    if (/^(src|native|scripts|test|bench|docs)\//.test(name)) {
      test(name, () => assert.ok(globSync(name, { cwd: ROOT }).length > 0));
    } else if (/^[A-Za-z]\w*$/.test(name)) {
      test(name, () => assert.ok(words.has(name), "no source has this word"));
    }
  }
  test("there are some", () => assert.ok(names.length > 30));
});

/** A heading's anchor, as GitHub makes it. */
function anchorOf(heading: string): string {
  const text = heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "");
  return text.trim().replaceAll(" ", "-");
}

function anchorsOf(document: string): string[] {
  return [...document.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));
}

describe("links inside the repository lead somewhere", () => {
  for (const path of MARKDOWN) {
    test(path, () => {
      const prose = textOf(path).replace(/^```[\s\S]*?^```$/gm, "");
      for (const [, to = ""] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(to)) continue;
        const [file = "", anchor] = to.split("#");
        const target = file === "" ? path : join(dirname(path), file);
        assert.ok(existsSync(join(ROOT, target)), `${to}: no such file`);
        if (anchor !== undefined) {
          assert.ok(anchorsOf(textOf(target)).includes(anchor), `${to}: no such heading`);
        }
      }
    });
  }
});
