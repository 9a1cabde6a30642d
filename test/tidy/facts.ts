// Citations: the facts that comments and test titles name by number stand in docs/facts.md.
import type { File, Find } from "./checks.ts";
import { named } from "./checks.ts";

const FACTS = "docs/facts.md";
const isSource = named(/\.(ts|mjs|rs|c)$/);

const matchesIn = (pattern: RegExp, { text }: File) =>
  [...text.matchAll(pattern)].map(([, name = ""]) => name);

const factsIn = (files: readonly File[]) =>
  files
    .filter(({ path }) => path === FACTS)
    .flatMap((file) => matchesIn(/^- \*\*([STP]\d+)\*\* \S/gm, file));

const citedIn = (file: File) => matchesIn(/\b([STP]\d{1,3})\b/g, file);

/** Cited numbers that docs/facts.md does not have, and numbers that stand there twice. */
export const unknownFacts: Find = (files) => {
  const facts = factsIn(files);
  const twice = facts.filter((fact, at) => facts.indexOf(fact) !== at);
  const unknown = files.filter(isSource).flatMap((file) => {
    const missing = citedIn(file).filter((fact) => !facts.includes(fact));
    return missing.map((fact) => `${file.path}: ${fact}`);
  });
  return [...twice, ...unknown];
};

/** Facts that no source cites. */
export const uncitedFacts: Find = (files) => {
  const cited = new Set(files.filter(isSource).flatMap(citedIn));
  return factsIn(files).filter((fact) => !cited.has(fact));
};

/** Documents that a source names and that are not here, from the root or from docs. */
export const foreignDocuments: Find = (files) => {
  const paths = new Set(files.map(({ path }) => path));
  return files.filter(isSource).flatMap((file) => {
    const names = matchesIn(/(?<![\w./*{}$-])\/?([\w-][\w/-]*\.md)\b/g, file);
    const foreign = names.filter((name) => !paths.has(name) && !paths.has(`docs/${name}`));
    return foreign.map((name) => `${file.path}: ${name}`);
  });
};
