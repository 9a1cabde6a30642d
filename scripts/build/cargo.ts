// How cargo is called: the same way by build and checks, so that they share what is compiled.
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { ROOT, runTool, StepFailed } from "../steps.ts";
import type { Target } from "./target.ts";

export const NATIVE: string = join(ROOT, "native");

/** Flags from outside would replace those in native/.cargo/config.toml. */
const FOREIGN = /^((|HOST_|TARGET_)C(XX|PP)?FLAGS|.*RUSTFLAGS|CARGO_(BUILD|PROFILE|TARGET)_)/;

/** The environment for every compiler: the caller's, less what would change the result. */
export function compilerEnvironment(target: Target): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
  return { ...Object.fromEntries(own), ...target.env };
}

/** Ends the build with one line where something is missing that we cannot install ourselves. */
export async function requireCompilers(): Promise<void> {
  if ((await runTool(["cargo", "--version"])).status !== 0) {
    throw new StepFailed("curfew: cargo is missing: install Rust 1.88 or later (rustup, or cargo)");
  }
  const compile = (...flags: string[]): ReturnType<typeof runTool> =>
    runTool(["cc", ...flags, "-x", "c", "-o", "/dev/null", "-"], { input: "int main() {}" });
  if ((await compile()).status !== 0) {
    throw new StepFailed("curfew: the C compiler `cc` is missing: install gcc or clang");
  }
  if ((await compile("-static")).status !== 0) {
    throw new StepFailed(
      "curfew: the static C library is missing: install libc6-dev (Debian, Ubuntu), " +
        "glibc-static (Fedora, RHEL), glibc-devel-static (openSUSE) or musl-dev (Alpine)",
    );
  }
}

/**
 * Arguments of every cargo command that compiles. They take this machine's directories out of the
 * result; as configuration, since RUSTFLAGS would replace the flags of native/.cargo/config.toml.
 */
export function compileArguments({ triple }: Target): string[] {
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
  const remap = [`${ROOT}=`, `${cargoHome}/=cargo/`].map((pair) => `--remap-path-prefix=${pair}`);
  const flags = `target.${triple}.rustflags=${JSON.stringify(remap)}`;
  // The target is named, also our own, so that build scripts do not get our flags.
  return ["--release", "--locked", "--target", triple, "--config", flags];
}

/** Added where the program may start without the C library's own start (native/src/start.rs). */
export const DIRECT_START: readonly string[] = ["--features", "direct-start"];

/** Added behind all else, for a linker that understands native/layout.ld. */
export const LAYOUT: readonly string[] = [
  "--",
  "-Clink-arg=-T",
  `-Clink-arg=${join(NATIVE, "layout.ld")}`,
];

/** Path of the host program that cargo makes. */
export function hostProgram({ triple }: Target): string {
  return join(NATIVE, "target", triple, "release", "curfew-host");
}

/** The product's version; package.json is the only place where it is written. */
export async function productVersion(): Promise<string> {
  return JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")).version;
}
