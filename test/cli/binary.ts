// The program under test, in its two forms: with the frozen heap, and loading its bundle anew.
import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT: string = fileURLToPath(new URL("../../", import.meta.url));

/** One form of the program. `env` is what it needs in its environment to start at all. */
export type Binary = {
  readonly name: "frozen" | "cold";
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
};

/** What the program calls itself in its messages. */
export const nameOf = ({ path }: Binary): string => basename(path);

/** The bundle that the cold form loads. */
export const BUNDLE: string = join(ROOT, "build/bundle.js");

/** The host program without a frozen heap. */
export const HOST: string = hostProgram();

export const FROZEN: Binary = {
  name: "frozen",
  path: join(ROOT, `dist/linux-${process.arch}/curfew`),
  env: {},
};

export const COLD: Binary = { name: "cold", path: HOST, env: { CURFEW_BUNDLE: BUNDLE } };

export const BINARIES: readonly Binary[] = [FROZEN, COLD];

function hostProgram(): string {
  const cpu = process.arch === "arm64" ? "aarch64" : "x86_64";
  const [found] = globSync(`native/target/${cpu}-*linux*/release/curfew-host`, { cwd: ROOT });
  return join(ROOT, found ?? "native/target/curfew-host");
}
