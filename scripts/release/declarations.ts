// One declaration file of the library: what its entry exports, and what that refers to. TypeScript
// writes a declaration file for each source; their statements are joined here. This is no parser:
// it relies on the compiler's own layout (a statement begins in the first column), and a form that
// it does not know is an error.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { need, ROOT, StepFailed } from "../steps.ts";

/** A declaration of a file, or an overload of one: its texts with their comments. */
type Declaration = { readonly file: string; readonly name: string; readonly texts: string[] };
/** A name of a file, or of a package where `from` is none of our files. */
type Source = { readonly from: string; readonly name: string };

type File = {
  readonly path: string;
  readonly declarations: ReadonlyMap<string, Declaration>;
  /** Where the names come from that the file uses, by the names it uses. */
  readonly imports: ReadonlyMap<string, Source>;
  /** Where the names come from that it exports; the file itself where it declares them. */
  readonly exports: ReadonlyMap<string, Source>;
};

const DECLARED =
  /^(?:export )?(?:declare )?(?:abstract )?(?:type|interface|class|function|const) (\w+)/;
const BEGIN =
  /^(export|import|declare|abstract|type|interface|class|function|const|enum|namespace)\b/;
const NAMED = /^(import|export) (?:type )?\{([^}]*)\}(?: from "([^"]+)")?;$/;

/** The text of the declaration file of `entry`; those of single files are put into `folder`. */
export async function declarationsOf(entry: string, folder: string): Promise<string> {
  const files = await compile(entry, folder);
  return joined(files, join(files, relative(ROOT, entry)).replace(/\.ts$/, ".d.ts"));
}

/** Returns the folder of the declaration files; below it they lie as the sources below ROOT. */
async function compile(entry: string, folder: string): Promise<string> {
  const files = join(folder, "files");
  rmSync(files, { recursive: true, force: true });
  mkdirSync(files, { recursive: true });
  const project = join(folder, "tsconfig.json");
  const compilerOptions = {
    noEmit: false,
    emitDeclarationOnly: true,
    outDir: files,
    rootDir: ROOT,
    lib: ["es2024", "esnext.collection", "esnext.disposable"],
    types: ["node"],
    typeRoots: [join(ROOT, "node_modules/@types")],
  };
  const extended = join(ROOT, "tsconfig.base.json");
  writeFileSync(project, JSON.stringify({ extends: extended, compilerOptions, files: [entry] }));
  await need([process.execPath, join(ROOT, "node_modules/typescript/bin/tsc"), "-p", project]);
  return files;
}

/** `entry`: the path of a declaration file below `folder`. */
export function joined(folder: string, entry: string): string {
  const files = new Map<string, File>();
  const fileOf = (path: string): File => {
    const file = files.get(path) ?? read(path);
    files.set(path, file);
    return file;
  };
  const kept = new Map<Declaration, string>();
  const foreign = new Map<string, Source>();
  /** Gives the name that the declaration has in the joined file. */
  const keep = (source: Source): string => {
    if (!source.from.startsWith(folder)) return keepForeign(source);
    const file = fileOf(source.from);
    const declaration = file.declarations.get(source.name);
    if (declaration === undefined) {
      const further = file.exports.get(source.name) ?? file.imports.get(source.name);
      if (further === undefined || further.from === source.from) {
        throw new StepFailed(`${relative(folder, source.from)} declares no ${source.name}`);
      }
      return keep(further);
    }
    const before = kept.get(declaration);
    if (before !== undefined) return before;
    const name = freeName(source.name);
    kept.set(declaration, name);
    for (const [at, text] of declaration.texts.entries()) {
      declaration.texts[at] = withNames(text, (word) => {
        if (word === source.name) return name;
        if (file.declarations.has(word)) return keep({ from: source.from, name: word });
        const from = file.imports.get(word);
        return from === undefined ? undefined : keep(from);
      });
    }
    return name;
  };
  const keepForeign = (source: Source): string => {
    const [name] = [...foreign].find(([, other]) => isSame(source, other)) ?? [];
    if (name !== undefined) return name;
    const free = freeName(source.name);
    foreign.set(free, source);
    return free;
  };
  const freeName = (wanted: string): string => {
    const taken = new Set([...kept.values(), ...foreign.keys()]);
    let name = wanted;
    for (let number = 2; taken.has(name); number++) name = `${wanted}${number}`;
    return name;
  };
  const exported = new Map<string, string>();
  for (const [name, source] of fileOf(entry).exports) exported.set(name, keep(source));
  return printed(kept, foreign, exported);
}

function printed(
  kept: ReadonlyMap<Declaration, string>,
  foreign: ReadonlyMap<string, Source>,
  exported: ReadonlyMap<string, string>,
): string {
  const body = [...kept].flatMap(([{ texts }, name]) => {
    const keyword = exported.get(name) === name ? "export " : "";
    return texts.map((text) => text.replace(/^(?:export )?(?=\w)/m, keyword));
  });
  const renamed = [...exported].filter(([name, own]) => name !== own);
  const lines = [...foreign].map(([own, { from, name }]) => {
    return `import type { ${name === own ? name : `${name} as ${own}`} } from "${from}";`;
  });
  // Without a list of exports, all declarations of such a file are exported.
  const list = renamed.map(([name, own]) => `${own} as ${name}`).join(", ");
  const all = [...lines, ...body, list === "" ? "export {};" : `export { ${list} };`];
  // The compiler of a reader includes no types of Node by itself.
  if (/\b(NodeJS\.|Buffer\b)/.test(body.join("\n"))) all.unshift('/// <reference types="node" />');
  return `${all.join("\n")}\n`;
}

function isSame(one: Source, other: Source): boolean {
  return one.from === other.from && one.name === other.name;
}

/** Replaces names, except those in comments, in strings, of members and behind a dot. */
function withNames(text: string, nameFor: (word: string) => string | undefined): string {
  const pattern = /\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\.)*"|(?<![.\w$])[A-Za-z_$][\w$]*(?!\??:)/g;
  return text.replace(pattern, (word) => (/^[/"]/.test(word) ? word : (nameFor(word) ?? word)));
}

function read(path: string): File {
  const declarations = new Map<string, Declaration>();
  const imports = new Map<string, Source>();
  const exports = new Map<string, Source>();
  for (const statement of statementsOf(readFileSync(path, "utf8"))) {
    const code = statement.replace(/\/\*[\s\S]*?\*\/|^\/\/.*/gm, "").trim();
    if (/\bimport\(/.test(code)) throw new StepFailed(`${path}: name what is imported:\n${code}`);
    const name = DECLARED.exec(code)?.[1];
    const [, kind, list = "", from] = NAMED.exec(code) ?? [];
    if (name !== undefined) {
      const declaration = declarations.get(name) ?? { file: path, name, texts: [] };
      declaration.texts.push(statement);
      declarations.set(name, declaration);
      if (code.startsWith("export ")) exports.set(name, { from: path, name });
    } else if (kind !== undefined) {
      const source = from === undefined ? path : sourceOf(path, from);
      for (const [theirs, ours] of pairsIn(list)) {
        (kind === "import" ? imports : exports).set(ours, { from: source, name: theirs });
      }
    } else {
      throw new StepFailed(`${path}: no known form of a declaration:\n${code}`);
    }
  }
  return { path, declarations, imports, exports };
}

/** `A, type B as C`: the pairs A, A and B, C. */
function pairsIn(list: string): readonly (readonly [theirs: string, ours: string])[] {
  const names = list.split(",").map((one) => one.trim().replace(/^type /, ""));
  return names.filter(Boolean).map((one) => {
    const [theirs = "", ours = theirs] = one.split(" as ");
    return [theirs, ours];
  });
}

function sourceOf(path: string, from: string): string {
  return from.startsWith(".") ? resolve(dirname(path), from.replace(/\.ts$/, ".d.ts")) : from;
}

/** Each with the comments in front of it; a comment in the first column may also be inside. */
function statementsOf(text: string): readonly string[] {
  const statements: string[][] = [];
  let comments: string[] = [];
  for (const line of text.trimEnd().split("\n")) {
    if (/^( ?\*|\/[/*])/.test(line)) comments.push(line);
    else {
      if (BEGIN.test(line)) statements.push([]);
      statements.at(-1)?.push(...comments, line);
      comments = [];
    }
  }
  return statements.map((lines) => lines.join("\n"));
}
