// Where programs are, by the names of their packages.
import { builtin } from "../builtin/builtin.ts";

/** The package with the program for a platform. */
export function packageOf(platform: string): string {
  return `@curfew/${platform}`;
}

/** This machine's, as the packages are named after it. */
export function ownPlatform(): string {
  return `${process.platform}-${process.arch}`;
}

/** Whether the process has rights that its user does not have. */
export function isPrivileged(): boolean {
  const { getuid, geteuid, getgid, getegid } = process;
  return getuid?.() !== geteuid?.() || getgid?.() !== getegid?.();
}

/** Not read where the real and the effective user differ: a caller could choose what root runs. */
export function namedBinary(): string | undefined {
  return isPrivileged() ? undefined : process.env.CURFEW_BINARY;
}

/** From the module itself, else (where it was bundled) from the package that it came from. */
export function resolved(from: string | undefined, platform: string): string | undefined {
  const file = `${packageOf(platform)}/bin/curfew`;
  const direct = resolvedFrom(from, file);
  return direct ?? resolvedFrom(resolvedFrom(from, "curfew/package.json"), file);
}

function resolvedFrom(from: string | undefined, name: string): string | undefined {
  if (from === undefined) return undefined;
  try {
    return builtin("node:module").createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}
