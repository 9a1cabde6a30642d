// What is linked into the program: named with its license, in a bill of materials that others read.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { componentsIn, licensesText } from "../../scripts/build/components.ts";
import { billOfMaterials } from "../../scripts/release/bill.ts";
import { ROOT } from "../cli/binary.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-bill-"));
after(() => rmSync(FOLDER, { recursive: true }));
const COMPONENTS = componentsIn(process.arch);
const PROGRAM = { archive: "a.tar.gz", sha256: "0".repeat(64), components: COMPONENTS };
const RELEASE = { version: "1.2.3", date: "2001-02-03" };

type Element = { readonly SPDXID: string; readonly name: string };
type Document = {
  readonly packages: readonly Element[];
  readonly documentNamespace: string;
  readonly relationships: readonly {
    readonly spdxElementId: string;
    readonly relatedSpdxElement: string;
  }[];
};

function billOf(...arches: readonly string[]): string {
  return billOfMaterials({ ...RELEASE, programs: arches.map((arch) => ({ ...PROGRAM, arch })) });
}

test("the crates that are linked are the dependencies of Cargo.toml, and theirs", () => {
  const manifest = readFileSync(join(ROOT, "native/Cargo.toml"), "utf8");
  const [, direct = ""] = /^\[dependencies\]$(.*?)^\[/ms.exec(manifest) ?? [];
  const names = [...direct.matchAll(/^([a-z][\w-]*) = /gm)].map(([, name]) => name);
  assert.ok(names.length >= 3);
  const linked = COMPONENTS.flatMap(({ name, purl }) => (purl === undefined ? [] : [name]));
  for (const name of names) assert.ok(linked.includes(name ?? ""), name);
  // What only compiles is not in the program.
  assert.ok(!linked.includes("cc"));
});

test("each component has a version, and a license with its text", () => {
  const others = COMPONENTS.filter(({ purl }) => purl === undefined).map(({ name }) => name);
  assert.deepEqual(others, ["QuickJS-NG", "Rust standard library", "glibc", "libgcc"]);
  for (const { name, version, license, texts } of COMPONENTS) {
    assert.match(version, /^\d+\.\d[\w.+~:-]*$/, name);
    assert.match(license, /^[A-Z][A-Za-z0-9. -]+$/, name);
    assert.ok(texts.join("").length > 500, name);
  }
  const text = licensesText(COMPONENTS);
  for (const { name, version } of COMPONENTS) assert.ok(text.includes(`${name} ${version}: `));
  for (const holder of [
    "Fabrice Bellard",
    "Mees Delzenne",
    "UNICODE LICENSE",
    "GNU LESSER GENERAL PUBLIC LICENSE",
  ]) {
    assert.ok(text.includes(holder), holder);
  }
});

test("the bill of materials names each component once, and only what it has", () => {
  const bill = JSON.parse(billOf("x64", "arm64")) as Document;
  const ids = bill.packages.map(({ SPDXID }) => SPDXID);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(ids.length, 2 + COMPONENTS.length);
  for (const { spdxElementId, relatedSpdxElement } of bill.relationships) {
    assert.ok(["SPDXRef-DOCUMENT", ...ids].includes(spdxElementId), spdxElementId);
    assert.ok(ids.includes(relatedSpdxElement), relatedSpdxElement);
  }
  assert.equal(bill.relationships.length, 2 + 2 * COMPONENTS.length);
  const other = JSON.parse(billOf("x64")) as Document;
  assert.notEqual(other.documentNamespace, bill.documentNamespace);
});

/** The npm packages that esbuild takes in with a source. */
async function packagesIn(source: string, platform: "neutral" | "node"): Promise<string[]> {
  const { build } = await import("esbuild");
  const { metafile } = await build({
    ...{ absWorkingDir: ROOT, entryPoints: [source], platform, format: "esm", outdir: FOLDER },
    ...{ bundle: true, write: false, metafile: true, logLevel: "silent", tsconfigRaw: {} },
  });
  const names = Object.keys(metafile.inputs).flatMap((path) => {
    const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
    return name === undefined ? [] : [name];
  });
  return [...new Set(names)].sort();
}

test("the npm packages in the program are components, and the library has none", async () => {
  const noted = COMPONENTS.filter(({ purl }) => purl?.startsWith("pkg:npm/") === true);
  assert.deepEqual(
    await packagesIn("src/linux/main.ts", "neutral"),
    noted.map(({ name }) => name).sort(),
  );
  for (const source of ["src/node/index.ts", "src/node/binary/command.ts"]) {
    assert.deepEqual(await packagesIn(source, "node"), [], source);
  }
});

const VALIDATOR = ["-m", "spdx_tools.spdx.clitools.pyspdxtools", "--infile"];
const skip =
  spawnSync("python3", ["-c", "import spdx_tools"]).status === 0
    ? false
    : "no spdx-tools here (python3 -m pip install spdx-tools)";

function validated(text: string): ReturnType<typeof spawnSync> {
  const path = join(FOLDER, "bill.spdx.json");
  writeFileSync(path, text);
  return spawnSync("python3", [...VALIDATOR, path], { encoding: "utf8" });
}

test("a validator of SPDX accepts it, and refuses a broken one", { skip }, () => {
  const bill = billOf("x64", "arm64");
  const { status, stdout, stderr } = validated(bill);
  assert.equal(status, 0, `${stdout}${stderr}`);
  assert.notEqual(validated(bill.replace("SPDXRef-glibc", "SPDXRef-other")).status, 0);
});
