// What the documents and schemas/ say about the report and the events, made from the core's tables.
import { EVENTS } from "../../src/core/report/event-line.ts";
import {
  type Json,
  MILLISECONDS,
  objectOf,
  type Row,
  type Schema,
} from "../../src/core/report/json-shape.ts";
import { GENERATION, LIFECYCLE_EVENTS } from "../../src/core/report/lifecycle-events.ts";
import { OUTCOMES } from "../../src/core/report/report.ts";
import { REPORT } from "../../src/core/report/report-json.ts";
import {
  CONTAINMENT_MEANINGS,
  PROOF_MEANINGS,
  RELIABILITY_MEANINGS,
  SPAWN_CODE_MEANINGS,
  SURVIVAL_MEANINGS,
} from "../../src/core/report/report-words.ts";
import { SIGNALS } from "../../src/core/values/signal.ts";
import { code, table } from "./markdown.ts";

/** The generated parts by name, and their document. */
export const REPORT_PARTS: Readonly<Record<string, () => string>> = {
  "report keys": () => table(["Key", "Type", "Meaning"], keysOf(objectOf(REPORT), "")),
  outcomes: () => wordsTable("`outcome`", OUTCOMES),
  "start errors": () => wordsTable("`error.code`", SPAWN_CODE_MEANINGS),
  containments: () => wordsTable("`containment`", CONTAINMENT_MEANINGS),
  reliability: () => wordsTable("`reliability_reasons`", RELIABILITY_MEANINGS),
  proofs: () => wordsTable("`proof`", PROOF_MEANINGS),
  survival: () => wordsTable("`why`", SURVIVAL_MEANINGS),
  events: () => eventsTable(EVENTS),
  "serving events": () => eventsTable(LIFECYCLE_EVENTS),
};
export const REPORT_DOCUMENT = "docs/report.md";

/** The schemas by path. */
export const SCHEMAS: Readonly<Record<string, () => string>> = {
  "schemas/report-v1.json": () =>
    printed({ ...head("report-v1", "A report of curfew"), ...report() }),
  "schemas/events-v1.json": () => printed(eventsSchema()),
};

type Rows = readonly Row<never>[];
type Object = { readonly properties?: Readonly<Record<string, Schema>> };

function head(name: string, title: string): Schema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: `urn:curfew:${name}`,
    title,
    $defs: { "signal-name": { type: "string", enum: [...SIGNALS] } },
  };
}

function report(): Schema {
  return { ...objectOf(REPORT), description: "How a run began, went and ended" };
}

/** Each line of --events: an event, or at last the report. */
function eventsSchema(): Schema {
  const { $defs, ...rest } = head("events-v1", "A line of curfew --events");
  const events = Object.entries(EVENTS).map(([word, { means, facts }]) => {
    return [word, lineSchema(word, means, [OF_GENERATION, ...(facts as Rows)])] as const;
  });
  const serving = Object.entries(LIFECYCLE_EVENTS).map(([word, { means, facts }]) => {
    return [word, lineSchema(word, means, facts as Rows)] as const;
  });
  const lines: Schema = { ...Object.fromEntries([...events, ...serving]), report: report() };
  const refs = Object.keys(lines).map((name) => ({ $ref: `#/$defs/${name}` }));
  return { ...rest, oneOf: refs, $defs: { ...($defs as Schema), ...lines } };
}

/** Left out where the command has one generation only. */
const OF_GENERATION = [...GENERATION, "optional"] as unknown as Row<never>;

function lineSchema(word: string, means: string, facts: Rows): Schema {
  const { properties, required, ...object } = objectOf<never>(facts) as {
    properties: Schema;
    required: readonly string[];
  };
  return {
    ...object,
    description: means,
    properties: {
      event: { const: word },
      at_ms: { ...MILLISECONDS, description: "since the start of the run" },
      ...properties,
    },
    required: ["event", "at_ms", ...required],
  };
}

/** The keys of an object and of all below it, as jq(1) names them. */
function keysOf(schema: Schema, path: string): string[][] {
  const properties = Object.entries((schema as Object).properties ?? {});
  return properties.flatMap(([key, value]) => [
    [code(path + key), typeText(value), String(value.description)],
    ...keysOf(...within(value, path + key)),
  ]);
}

function within(schema: Schema, path: string): [Schema, string] {
  const [first] = (schema.anyOf ?? []) as readonly Schema[];
  if (first !== undefined) return within(first, path);
  return schema.type === "array"
    ? within(schema.items as Schema, `${path}[]`)
    : [schema, `${path}.`];
}

/** Lists of more words than these have a table of their own. */
const FEW = 3;

function typeText(schema: Schema): string {
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  const [first] = (schema.anyOf ?? []) as readonly Schema[];
  if (first !== undefined) return `${typeText(first)} or null`;
  if (schema.type === "array") return `list of ${typeText(schema.items as Schema)}`;
  if (schema.enum === undefined) return schema.type === undefined ? "any" : String(schema.type);
  if (schema.enum === SIGNALS) return "signal";
  const words = schema.enum as readonly string[];
  return words.length > FEW ? "word" : words.map(code).join(", ");
}

function wordsTable(title: string, meanings: Readonly<Record<string, string>>): string {
  return table(
    [title, "Meaning"],
    Object.entries(meanings).map(([word, means]) => [code(word), means]),
  );
}

type Kind = { readonly means: string; readonly facts: readonly unknown[] };

function eventsTable(events: Readonly<Record<string, Kind>>): string {
  const rows = Object.entries(events).map(([word, { means, facts }]) => {
    const keys = (facts as Rows).map(([key]) => code(key));
    return [code(word), means, keys.join(", ")];
  });
  return table(["`event`", "When", "What it says"], rows);
}

const WIDTH = 100;

/** JSON as the formatter wants it: an object line by line, a plain list on one if it fits. */
function printed(json: Json): string {
  return `${printedAt(json, "", 0)}\n`;
}

/** `room`: what stands on the line beside the value. */
function printedAt(json: Json, indent: string, room: number): string {
  if (json === null || typeof json !== "object") return JSON.stringify(json);
  if ("enum" in json && json.enum === SIGNALS) {
    const { enum: _, ...rest } = json;
    return printedAt({ $ref: "#/$defs/signal-name", ...rest }, indent, room);
  }
  const inner = `${indent}  `;
  const block = ([open, close]: string, parts: readonly string[]) =>
    `${open}\n${parts.map((part) => inner + part).join(",\n")}\n${indent}${close}`;
  if (!Array.isArray(json)) {
    const entries = Object.entries(json).map(([key, value]) => {
      const name = `${JSON.stringify(key)}: `;
      return name + printedAt(value, inner, inner.length + name.length);
    });
    return entries.length === 0 ? "{}" : block("{}", entries);
  }
  const parts = (json as readonly Json[]).map((part) => printedAt(part, inner, inner.length));
  const line = `[${parts.join(", ")}]`;
  const isShort = !line.includes("\n") && room + line.length < WIDTH;
  return isShort ? line : block("[]", parts);
}
