// The bill of materials, in SPDX 2.3: what each program was made from.
import { createHash } from "node:crypto";
import type { Component } from "../build/components.ts";

/** One program of a release. */
export type Program = {
  readonly arch: string;
  /** The archive that has it, and the archive's sum. */
  readonly archive: string;
  readonly sha256: string;
  readonly components: readonly Component[];
};

export type Bill = {
  readonly version: string;
  /** Of the release: a year, a month, a day. */
  readonly date: string;
  readonly programs: readonly Program[];
};

const UNKNOWN = "NOASSERTION";

/** The text of the SPDX document. */
export function billOfMaterials({ version, date, programs }: Bill): string {
  const packages = new Map<string, object>();
  const relationships: object[] = [];
  for (const program of programs) {
    const id = `SPDXRef-curfew-linux-${program.arch}`;
    packages.set(id, programPackage(id, version, program));
    relationships.push(related("SPDXRef-DOCUMENT", "DESCRIBES", id));
    for (const component of program.components) {
      const part = idOf(component);
      packages.set(part, componentPackage(part, component));
      relationships.push(related(id, "STATIC_LINK", part));
    }
  }
  const content = { packages: [...packages.values()], relationships };
  const digest = createHash("sha256").update(JSON.stringify(content)).digest("hex");
  const document = {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: `curfew-${version}`,
    // Must be unique to the document, and is not fetched: other contents have another digest.
    documentNamespace: `https://spdx.org/spdxdocs/curfew-${version}-${digest}`,
    creationInfo: {
      created: new Date(date).toISOString().replace(/\.\d+/, ""),
      creators: ["Organization: curfew contributors"],
    },
    ...content,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function related(from: string, type: string, to: string): object {
  return { spdxElementId: from, relationshipType: type, relatedSpdxElement: to };
}

/** Two programs may be linked with different versions of one component. */
function idOf({ name, version }: Component): string {
  return `SPDXRef-${`${name}-${version}`.replace(/[^A-Za-z0-9.-]+/g, "-")}`;
}

/** The licenses of a program and of all that is linked into it. */
function conjunction(components: readonly Component[]): string {
  const known = components.filter(({ license }) => license !== UNKNOWN);
  const licenses = new Set(["MIT", ...known.map(({ license }) => license)]);
  const parts = [...licenses].map((one) => (one.includes(" OR ") ? `(${one})` : one));
  return parts.join(" AND ");
}

function programPackage(SPDXID: string, version: string, program: Program): object {
  const checksumValue = program.sha256;
  return {
    SPDXID,
    name: "curfew",
    versionInfo: version,
    packageFileName: program.archive,
    checksums: [{ algorithm: "SHA256", checksumValue }],
    downloadLocation: UNKNOWN,
    filesAnalyzed: false,
    licenseConcluded: conjunction(program.components),
    licenseDeclared: "MIT",
    copyrightText: UNKNOWN,
    primaryPackagePurpose: "APPLICATION",
  };
}

function componentPackage(SPDXID: string, { name, version, license, purl }: Component): object {
  const reference = {
    referenceCategory: "PACKAGE-MANAGER",
    referenceType: "purl",
    referenceLocator: purl,
  };
  return {
    SPDXID,
    name,
    versionInfo: version,
    downloadLocation: UNKNOWN,
    filesAnalyzed: false,
    licenseConcluded: license,
    licenseDeclared: license,
    copyrightText: UNKNOWN,
    ...(purl !== undefined && { externalRefs: [reference] }),
    primaryPackagePurpose: "LIBRARY",
  };
}
