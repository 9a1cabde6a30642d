// TypeScript in the documents is checked by the compiler, and each block is run as a program of
// its own in an empty folder, where the package `curfew` is this repository. It must exit with 0
// or with what it says, print what it says, and leave no process; with curfew's program, and as
// far as that promises the same, without it.
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { FROZEN, ROOT } from "../cli/binary.ts";
import { patiently } from "../patience.ts";
import { type Block, blocksOf, isLine } from "./blocks.ts";
import { tree } from "./tree.ts";

const DOCUMENTS = ["README.md", "docs/library.md"];

const HOME = mkdtempSync(join(tmpdir(), "curfew-library-docs-"));
after(() => rmSync(HOME, { recursive: true }));

type Placed = Block & { readonly folder: string };

function placed(): readonly Placed[] {
  mkdirSync(join(HOME, "node_modules"));
  symlinkSync(ROOT, join(HOME, "node_modules/curfew"));
  symlinkSync(join(ROOT, "node_modules/@types"), join(HOME, "node_modules/@types"));
  writeFileSync(join(HOME, "package.json"), '{ "type": "module" }');
  const found = DOCUMENTS.flatMap((path) => {
    return blocksOf(path, readFileSync(join(ROOT, path), "utf8"));
  });
  return found.map((block, index) => {
    const folder = join(HOME, `block-${index}`);
    mkdirSync(folder);
    writeFileSync(join(folder, "block.ts"), block.text);
    return { ...block, folder };
  });
}

const blocks = placed();

test("every document has blocks", () => {
  for (const path of DOCUMENTS)
    assert.ok(
      blocks.some(({ name }) => name.startsWith(path)),
      path,
    );
});

test("their types are right", () => {
  const config = {
    extends: join(ROOT, "tsconfig.base.json"),
    compilerOptions: {
      lib: ["es2024", "esnext.disposable"],
      types: ["node"],
      isolatedDeclarations: false,
      declaration: false,
      noUnusedLocals: false,
    },
    include: ["block-*/block.ts"],
  };
  writeFileSync(join(HOME, "tsconfig.json"), JSON.stringify(config));
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", HOME], {
    encoding: "utf8",
    timeout: patiently(60_000),
    killSignal: "SIGKILL",
  });
  const named = stdout.replace(/\S*block-(\d+)\/block\.ts/g, (_, index) => {
    return blocks[Number(index)]?.name ?? "";
  });
  assert.equal(status, 0, named);
});

describe("they run", { concurrency: 2 }, () => {
  for (const block of blocks) {
    test(block.name, async () => {
      using all = tree();
      await check(block, { ...all.env, CURFEW_BINARY: FROZEN.path });
      assert.deepEqual(all.alive(), []);
    });
  }
});

/** What only curfew's program can do or prove. */
const NEEDS_PROGRAM =
  /treeGone|echild|"direct"|"subreaper"|dev.stdout|\b(?:runSync|wrap|pty|inspect)\b/;

describe("they run without the program, except for proofs", { concurrency: 2 }, () => {
  const rest = blocks.filter(({ text }) => !NEEDS_PROGRAM.test(text));
  test("most do", () => assert.ok(rest.length > blocks.length / 2));
  for (const block of rest) {
    test(block.name, async () => {
      using all = tree();
      await check(block, { ...all.env, CURFEW_BINARY: undefined });
      // The guardian ends when it sees that Node has ended.
      await all.gone();
    });
  }
});

async function check({ folder, lines, code }: Placed, more: NodeJS.ProcessEnv): Promise<void> {
  const { status, output } = await runBlock(folder, more);
  assert.equal(status, code, output);
  const printed = output.split("\n");
  for (const line of lines) {
    assert.ok(
      printed.some((one) => isLine(line, one)),
      `${line}\nnot in:\n${output}`,
    );
  }
}

type Ended = { readonly status: unknown; readonly output: string };

function runBlock(folder: string, more: NodeJS.ProcessEnv): Promise<Ended> {
  const options = {
    cwd: folder,
    env: { ...process.env, NODE_NO_WARNINGS: "1", ...more },
    timeout: patiently(30_000),
    killSignal: "SIGKILL",
  } as const;
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ["block.ts"], options, (error, stdout, stderr) => {
      const status = error === null ? 0 : (error.code ?? error.signal);
      resolve({ status, output: stdout + stderr });
    });
    child.stdin?.end();
  });
}
