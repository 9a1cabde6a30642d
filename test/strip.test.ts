// What packagers' tools do to the finished program: they keep its frozen heap, or the program says
// that it is gone.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { BUNDLE, FROZEN } from "./cli/binary.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-strip-"));
after(() => rmSync(FOLDER, { recursive: true }));

/** A tool's words; `{}` is a copy of the program, which the tool changes in place. */
const KEEPS: readonly string[] = [
  "strip {}",
  "strip -s {}",
  "strip -g {}",
  "strip -d {}",
  "strip --strip-unneeded {}",
  "strip --remove-section=.comment --remove-section=.note {}",
  "strip --strip-section-headers {}",
  "strip --keep-section-symbols {}",
  "objcopy {}",
  "objcopy -S {}",
  "objcopy -g {}",
  "objcopy --strip-unneeded {}",
  "objcopy --compress-debug-sections {}",
  "objcopy --add-section .more=/dev/null {}",
  "eu-strip {}",
  "eu-strip -g {}",
  "eu-strip --strip-sections {}",
  "llvm-strip {}",
  "llvm-strip --strip-all {}",
  "llvm-objcopy --strip-all {}",
  "dwz {}",
  "upx -q {}",
];

const LOSES: readonly string[] = ["objcopy -R .curfew {}", "strip -R .curfew {}"];
const LOST = "this program has lost its section .curfew: build or install it again\n";

type Result = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

function execute(program: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): Result {
  return spawnSync(program, words, { env: { PATH: process.env.PATH, ...env }, encoding: "utf8" });
}

/** Why a tool cannot be tried here; false if it can. */
function whyNot(command: string): string | false {
  const [tool = "", option = ""] = command.split(" ");
  const { status, stdout } = execute(tool, ["--help"]);
  if (status !== 0) return `no ${tool} here`;
  const isKnown = !option.startsWith("--") || stdout.includes(option.split("=")[0] ?? option);
  return isKnown ? false : `this ${tool} has no ${option}`;
}

let copies = 0;

/** A copy of the program that a tool has changed. */
function changed(command: string): string {
  const path = join(FOLDER, `curfew-${copies++}`);
  copyFileSync(FROZEN.path, path);
  const [tool = "", ...words] = command.split(" ");
  const { status, stderr } = execute(
    tool,
    words.map((word) => (word === "{}" ? path : word)),
  );
  assert.equal(status, 0, stderr);
  return path;
}

describe("a tool that keeps the section keeps the program", () => {
  for (const command of KEEPS) {
    test(command, { skip: whyNot(command) }, () => {
      const program = changed(command);
      const words = ["timeout", "0.01", "sleep", "1000"];
      // It would fail with a bundle that does not exist if it took itself for an unfrozen host.
      const { status, stderr } = execute(program, words, { CURFEW_BUNDLE: "/nonexistent" });
      assert.deepEqual([status, stderr], [124, ""]);
      const again = execute(program, ["run", "--", "echo", "runs"]);
      assert.deepEqual([again.status, again.stdout], [0, "runs\n"]);
    });
  }
});

describe("a program without its section says so, whatever bundle is named", () => {
  for (const command of LOSES) {
    test(command, { skip: whyNot(command) }, () => {
      const { status, stdout, stderr } = execute(changed(command), ["run", "--", "echo", "runs"], {
        CURFEW_BUNDLE: BUNDLE,
      });
      assert.deepEqual([status, stdout, stderr], [125, "", LOST]);
    });
  }
});

/** p_type and p_flags of each segment: elf(5). */
function segmentsOf(path: string): readonly (readonly [type: number, flags: number])[] {
  const file = readFileSync(path);
  const [at, size, count] = [
    Number(file.readBigUInt64LE(0x20)),
    file.readUInt16LE(0x36),
    file.readUInt16LE(0x38),
  ];
  return Array.from({ length: count }, (_, index) => {
    const entry = at + index * size;
    return [file.readUInt32LE(entry), file.readUInt32LE(entry + 4)] as const;
  });
}

test("no segment is writable and executable, the stack neither; relocations become read-only", () => {
  const [EXECUTE, WRITE] = [1, 2];
  const [STACK, RELRO] = [0x6474e551, 0x6474e552];
  const segments = segmentsOf(FROZEN.path);
  const both = segments.filter(([, flags]) => (flags & EXECUTE) !== 0 && (flags & WRITE) !== 0);
  assert.deepEqual(both, []);
  assert.ok(segments.some(([type, flags]) => type === STACK && (flags & EXECUTE) === 0));
  assert.ok(segments.some(([type]) => type === RELRO));
});
