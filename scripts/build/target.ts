// The processors that a program can be built for: this machine's own, and others where a cross
// compiler, a Rust standard library and an emulator are installed.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { need, ROOT, runTool, StepFailed } from "../steps.ts";

export type Target = {
  /** The processor, as Node names it. */
  readonly arch: string;
  /** Processor, system and C library, as Rust names them. */
  readonly triple: string;
  readonly rust: Toolchain;
  /** The C compiler, which links too. */
  readonly cc: string;
  /** Debian's package of the C library. */
  readonly libc: string;
  /** What must stand before a program of this target to run it here; empty for our own. */
  readonly runner: readonly string[];
  /** What cargo and the compilers find in their environment because of the target. */
  readonly env: NodeJS.ProcessEnv;
};

/** The programs of one Rust installation. */
type Toolchain = { readonly cargo: string; readonly rustc: string };

/** rustup's often stands first in PATH, but the distribution's may have more targets. */
const FIRST_IN_PATH: Toolchain = { cargo: "cargo", rustc: "rustc" };
const DISTRIBUTION: Toolchain = { cargo: "/usr/bin/cargo", rustc: "/usr/bin/rustc" };

type Cross = {
  readonly triple: string;
  readonly compiler: string;
  readonly libc: string;
  /** Names of the emulator, the preferred one first. */
  readonly runners: readonly string[];
  /** Debian's packages. */
  readonly tools: string;
  readonly std: string;
};

const CROSS: Readonly<Record<string, Cross>> = {
  arm64: {
    triple: "aarch64-unknown-linux-gnu",
    compiler: "aarch64-linux-gnu-gcc",
    libc: "libc6-arm64-cross",
    runners: ["qemu-aarch64-static", "qemu-aarch64"],
    tools: "gcc-aarch64-linux-gnu, libc6-dev-arm64-cross, qemu-user-static",
    std:
      "libstd-rust-dev:arm64 with rustc and cargo (in Debian 12 " +
      "libstd-rust-web-dev:arm64 with rustc-web and cargo-web)",
  },
};

/** Where the finished program for a processor is. */
export function productFor(arch: string): string {
  return join(ROOT, `dist/linux-${arch}/curfew`);
}

/** This machine's own. */
export async function ownTarget(): Promise<Target> {
  const version = await need(["rustc", "-vV"]);
  const triple = /^host: (.+)$/m.exec(version)?.[1];
  if (triple === undefined) throw new StepFailed("curfew: rustc -vV names no host");
  return {
    arch: process.arch,
    triple,
    rust: FIRST_IN_PATH,
    cc: "cc",
    libc: "libc6",
    runner: [],
    env: {},
  };
}

/** Another processor's; or what is missing for it, in one line. */
export async function crossTarget(arch: string): Promise<Target | { readonly missing: string }> {
  const cross = CROSS[arch];
  if (cross === undefined) return { missing: `nothing here builds for ${arch}` };
  const { triple, compiler } = cross;
  const runner = await firstThatRuns(cross.runners);
  if (runner === undefined || (await firstThatRuns([compiler])) === undefined) {
    return { missing: `install ${cross.tools}` };
  }
  const rust = await toolchainFor(triple);
  if (rust === undefined) {
    return { missing: `no Rust standard library for ${triple}: install ${cross.std}` };
  }
  const name = triple.toUpperCase().replaceAll("-", "_");
  const env = {
    RUSTC: rust.rustc,
    [`CARGO_TARGET_${name}_LINKER`]: compiler,
    [`CC_${triple.replaceAll("-", "_")}`]: compiler,
  };
  return { arch, triple, rust, cc: compiler, libc: cross.libc, runner: [runner], env };
}

async function firstThatRuns(programs: readonly string[]): Promise<string | undefined> {
  for (const program of programs) {
    if ((await runTool([program, "--version"])).status === 0) return program;
  }
  return undefined;
}

async function toolchainFor(triple: string): Promise<Toolchain | undefined> {
  for (const rust of [FIRST_IN_PATH, DISTRIBUTION]) {
    const argv = [rust.rustc, "--print", "target-libdir", "--target", triple];
    const { status, output } = await runTool(argv);
    if (status === 0 && existsSync(output.trim())) return rust;
  }
  return undefined;
}
