// What is linked into the program besides our own code, with versions and licenses. A build notes
// it: later, other compilers may be there.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { need, ROOT, runTool, StepFailed } from "../steps.ts";
import { NATIVE } from "./cargo.ts";
import type { Target } from "./target.ts";

export type Component = {
  readonly name: string;
  readonly version: string;
  /** An SPDX license expression. */
  readonly license: string;
  /** The texts of the license, and what must be said beside them. */
  readonly texts: readonly string[];
  /** A package URL, where the component is a package. */
  readonly purl?: string;
};

/** Where a build notes them for the program of one processor. */
export function componentsFile(arch: string): string {
  return join(ROOT, `build/components-${arch}.json`);
}

export async function writeComponents(target: Target): Promise<void> {
  const text = JSON.stringify(await componentsOf(target), null, 1);
  writeFileSync(componentsFile(target.arch), `${text}\n`);
}

/** What is in the program that was built. */
export function componentsIn(arch: string): readonly Component[] {
  return JSON.parse(readFileSync(componentsFile(arch), "utf8")) as readonly Component[];
}

async function componentsOf(target: Target): Promise<readonly Component[]> {
  const crates = await linkedCrates(target);
  const engine = crates.find(({ name }) => name === "rquickjs-sys");
  if (engine === undefined) throw new StepFailed("curfew: rquickjs-sys is not among the crates");
  return [
    ...crates.map(componentOf),
    quickjs(dirname(engine.manifest_path)),
    bundled("smol-toml"),
    await rustLibrary(target),
    await cLibrary(target),
    await gccLibrary(target),
  ];
}

/** What we read of `cargo metadata`. */
type Crate = {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly manifest_path: string;
};
type Node = {
  readonly id: string;
  readonly deps: readonly {
    readonly pkg: string;
    readonly dep_kinds: readonly { readonly kind: string | null }[];
  }[];
};

/** The crates that are linked, without those that only a build needs, and without our own. */
async function linkedCrates({ triple, rust }: Target): Promise<readonly Crate[]> {
  const words = ["metadata", "--format-version", "1", "--locked", "--filter-platform", triple];
  const text = await need([rust.cargo, ...words], { cwd: NATIVE, env: quietly() });
  const metadata = JSON.parse(text.slice(text.indexOf("{"))) as {
    readonly packages: readonly Crate[];
    readonly resolve: { readonly root: string; readonly nodes: readonly Node[] };
  };
  const { root, nodes } = metadata.resolve;
  const linked = new Set<string>([root]);
  // A set that grows while it is walked is walked to its end.
  for (const id of linked) {
    for (const { pkg, dep_kinds } of nodes.find((node) => node.id === id)?.deps ?? []) {
      if (dep_kinds.some(({ kind }) => kind === null)) linked.add(pkg);
    }
  }
  return metadata.packages.filter(({ id }) => linked.has(id) && id !== root);
}

function quietly(): NodeJS.ProcessEnv {
  return { ...process.env, CARGO_TERM_QUIET: "true" };
}

function componentOf({ name, version, license, manifest_path }: Crate): Component {
  const purl = `pkg:cargo/${name}@${version}`;
  return { name, version, license, purl, texts: crateTexts(name, dirname(manifest_path)) };
}

/** A crate that offers a choice of licenses is taken under MIT. */
function crateTexts(name: string, folder: string): readonly string[] {
  const files = readdirSync(folder).filter((file) => /^(LICENSE|COPYING)/i.test(file));
  const mit = files.filter((file) => /MIT/i.test(file));
  const found = (mit.length > 0 ? mit : files).map((file) => join(folder, file));
  const ours = join(ROOT, "packaging/licenses", `${name}.txt`);
  if (found.length === 0 && existsSync(ours)) found.push(ours);
  if (found.length === 0) throw new StepFailed(`curfew: the crate ${name} has no license file`);
  return found.sort().map((path) => readFileSync(path, "utf8"));
}

function quickjs(crate: string): Component {
  const header = readFileSync(join(crate, "quickjs/quickjs.h"), "utf8");
  const part = (name: string): string =>
    new RegExp(`define QJS_VERSION_${name}\\s+(\\d+)`).exec(header)?.[1] ?? "0";
  return {
    name: "QuickJS-NG",
    version: ["MAJOR", "MINOR", "PATCH"].map(part).join("."),
    license: "MIT AND Unicode-3.0",
    texts: [readFileSync(join(crate, "quickjs/LICENSE"), "utf8"), unicodeLicense(crate)],
  };
}

/** A package of TypeScript's side that is a part of the bundle. */
function bundled(name: string): Component {
  const folder = join(ROOT, "node_modules", name);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly version: string;
    readonly license: string;
  };
  const { version, license } = manifest;
  const texts = [readFileSync(join(folder, "LICENSE"), "utf8")];
  return { name, version, license, purl: `pkg:npm/${name}@${version}`, texts };
}

/** It stands at the head of the tables that were made from Unicode's data. */
function unicodeLicense(crate: string): string {
  const tables = readFileSync(join(crate, "quickjs/libunicode-table.h"), "utf8");
  const [, text] = /\/\*\s*(UNICODE LICENSE.*?)\*\//s.exec(tables) ?? [];
  if (text === undefined) throw new StepFailed("curfew: libunicode-table.h has no license");
  return text;
}

async function rustLibrary({ rust }: Target): Promise<Component> {
  const [, version = "unknown"] = (await need([rust.rustc, "--version"])).split(" ");
  const sysroot = (await need([rust.rustc, "--print", "sysroot"])).trim();
  const notices = firstOf([
    join(sysroot, "share/doc/rust/COPYRIGHT-library.html"),
    "/usr/share/doc/libstd-rust-dev/copyright",
    "/usr/share/doc/libstd-rust-web-dev/copyright",
  ]);
  return {
    name: "Rust standard library",
    version,
    license: "MIT OR Apache-2.0",
    // Of the crates inside the library, too.
    texts: [ours("rust-std.txt"), ...notices],
  };
}

/** The first of the files that is there, without marks of HTML. */
function firstOf(paths: readonly string[]): readonly string[] {
  const path = paths.find((one) => existsSync(one));
  if (path === undefined) return [];
  const text = readFileSync(path, "utf8");
  if (!path.endsWith(".html")) return [text];
  return [plainText(text)];
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', amp: "&" };

function plainText(html: string): string {
  return html
    .replace(/<[^>]*>/g, "")
    .replace(/&(lt|gt|quot|amp);/g, (_, name: string) => ENTITIES[name] ?? "")
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n");
}

/** What section 6 of the license asks to be said. */
const RELINK = `The C library is linked statically, unchanged. Its source is that of the version
named above, from the distribution that made it. To use another
version of it: the complete source of curfew is public under the MIT
license, and "npm run build" links it with the C library of the machine on
which it runs.
`;

async function cLibrary(target: Target): Promise<Component> {
  const macros = await preprocessed(target, "#include <features.h>");
  const [, major] = /__GLIBC__ (\d+)/.exec(macros) ?? [];
  const [, minor] = /__GLIBC_MINOR__ (\d+)/.exec(macros) ?? [];
  if (major === undefined || minor === undefined) {
    // musl, for one, tells neither name nor version. A packager knows which one it is.
    return { name: "C library", version: "unknown", license: "NOASSERTION", texts: [] };
  }
  const notices = firstOf([`/usr/share/doc/${target.libc}/copyright`]);
  return {
    name: "glibc",
    version: (await packageVersion(target.libc)) ?? `${major}.${minor}`,
    license: "LGPL-2.1-or-later",
    texts: [RELINK, ours("LGPL-2.1.txt"), ...notices],
  };
}

/** The distribution's own version, where the distribution is of Debian's family. */
async function packageVersion(name: string): Promise<string | undefined> {
  const { status, output } = await runTool(["dpkg-query", "--show", name]);
  // NAME, a tabulator and VERSION: a line for each processor that the package is installed for.
  return status === 0 ? /\t(\S+)/.exec(output)?.[1] : undefined;
}

async function gccLibrary(target: Target): Promise<Component> {
  // clang, which takes libgcc from where it finds it, does not know the flag.
  const { status, output } = await runTool([target.cc, "-dumpfullversion"]);
  return {
    name: "libgcc",
    version: status === 0 ? output.trim() : "unknown",
    license: "GPL-3.0-or-later WITH GCC-exception-3.1",
    texts: [ours("GCC-exception-3.1.txt")],
  };
}

/** Every macro that is defined behind `text`. */
function preprocessed({ cc }: Target, text: string): Promise<string> {
  return need([cc, "-E", "-dM", "-x", "c", "-"], { input: text });
}

function ours(file: string): string {
  return readFileSync(join(ROOT, "packaging/licenses", file), "utf8");
}

/** All licenses in one text, in the order of the components. */
export function licensesText(components: readonly Component[]): string {
  const parts = components.map(({ name, version, license, texts }) => {
    const title = `${name} ${version}: ${license}`;
    const body = texts.map((text) => text.trim()).join("\n\n");
    return `${"=".repeat(72)}\n${title}\n${"=".repeat(72)}\n\n${body}\n`;
  });
  const first =
    "The program is curfew, under the MIT license (see LICENSE), linked with what follows.";
  return [first, "", ...parts].join("\n");
}
