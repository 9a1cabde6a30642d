// What to do where the program of curfew is missing or does not start. Each text says what is
// there, what is needed, and one thing to do. The library and the command say the same.
import { packageOf } from "./place.ts";

/** Why there is no program that runs; a platform is written as `linux-x64`. */
export type Missing =
  /** Installed on another machine: node_modules came with an image, a share or WSL. */
  | { readonly why: "other_platform"; readonly needed: string; readonly present: string }
  /** Optional dependencies were left out, or a lock file knows none for this platform. */
  | { readonly why: "not_installed"; readonly needed: string }
  /** A bundler put the library where no package can be found. */
  | { readonly why: "bundled"; readonly needed: string; readonly bundle: string }
  /** No package has a program for this platform. */
  | {
      readonly why: "unsupported";
      readonly platform: string;
      readonly supported: readonly string[];
    }
  /** CURFEW_BINARY names a file that is not there. */
  | { readonly why: "absent"; readonly path: string }
  /** A file without the permission to execute it. */
  | { readonly why: "not_executable"; readonly path: string }
  /** Has the permission, and is refused nevertheless. */
  | { readonly why: "noexec"; readonly path: string; readonly errno: string }
  /** Made for another processor or system, or not a program at all. */
  | { readonly why: "foreign"; readonly path: string; readonly platform: string };

/** One sentence without a line break. */
export function adviceOn(missing: Missing): string {
  switch (missing.why) {
    case "other_platform":
      return (
        `${packageOf(missing.present)} is installed, but this machine needs ` +
        `${packageOf(missing.needed)}: delete node_modules, which another machine made, and ` +
        "install again on this one"
      );
    case "not_installed":
      return (
        `${packageOf(missing.needed)}, which has the program for this machine, is not installed: ` +
        "install again with optional dependencies (npm install --include=optional; an old npm " +
        "also needs node_modules and package-lock.json to be deleted once)"
      );
    case "bundled":
      return (
        `${packageOf(missing.needed)} cannot be found from ${missing.bundle}, into which curfew ` +
        'was bundled: declare curfew as external (esbuild: external: ["curfew"])'
      );
    case "unsupported":
      return unsupported(missing.platform, missing.supported);
    case "absent":
      return `CURFEW_BINARY names ${missing.path}, which is no file: correct or unset it`;
    case "not_executable":
      return `${missing.path} has no permission to be executed: chmod +x ${missing.path}`;
    case "noexec":
      return (
        `the system refuses to execute ${missing.path} (${missing.errno}), as on a file system that is ` +
        "mounted noexec: copy it to another file system, and set CURFEW_BINARY to the copy's path"
      );
    case "foreign":
      return (
        `${missing.path} is no program for this machine: reinstall ` +
        `${packageOf(missing.platform)}, or correct CURFEW_BINARY if it is set`
      );
  }
}

function unsupported(platform: string, supported: readonly string[]): string {
  const there = `there is no program of curfew for ${platform}, only for ${supported.join(", ")}`;
  if (platform.startsWith("win32")) return `${there}: run Node inside of WSL`;
  return `${there}: use the library, which needs none (await prepare() says what it can promise)`;
}
