// Where curfew's own program is. Nothing is read before the first run asks.
import { createRequire } from "node:module";

/** The program's path, or what to do where there is none. */
export type Found =
  | { readonly kind: "found"; readonly path: string }
  | { readonly kind: "missing"; readonly text: string };

/** What is known of Node's surroundings; tests have others. */
export type Surroundings = {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: string;
  readonly arch: string;
  readonly isPrivileged: boolean;
  /** Finds a file of a package. Throws where there is none. */
  readonly resolve: (name: string) => string;
};

/**
 * The program: CURFEW_BINARY, else the package for this platform. Where the real and the effective
 * user differ, the variable is not trusted: whoever set it is not who the program would run as.
 */
export function findProgram(surroundings: Surroundings = here()): Found {
  const { env, platform, arch, isPrivileged, resolve } = surroundings;
  const given = isPrivileged ? "" : (env.CURFEW_BINARY ?? "");
  if (given !== "") return { kind: "found", path: given };
  const name = `@curfew/${platform}-${arch}`;
  try {
    // A program cannot be executed inside of an archive of Electron's.
    const path = resolve(`${name}/bin/curfew`).replace("app.asar/", "app.asar.unpacked/");
    return { kind: "found", path };
  } catch {
    return { kind: "missing", text: missingText(name) };
  }
}

function missingText(name: string): string {
  return (
    `curfew's program is not installed: the package ${name} is missing. Install it without ` +
    "--omit=optional, or set CURFEW_BINARY to the program"
  );
}

/** Whether the process has rights that its user does not have. */
export function isPrivileged(): boolean {
  const { getuid, geteuid, getgid, getegid } = process;
  return getuid?.() !== geteuid?.() || getgid?.() !== getegid?.();
}

function here(): Surroundings {
  const { env, platform, arch } = process;
  return { env, platform, arch, isPrivileged: isPrivileged(), resolve: resolveFromHere };
}

function resolveFromHere(name: string): string {
  // A bundle of CommonJS has no URL; there the file that Node began with has to do.
  return createRequire(import.meta.url ?? process.argv[1]).resolve(name);
}
