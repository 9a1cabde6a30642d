// Whether reports and events are what schemas/ and docs/report.md promise, for every test that
// reads one.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

const SCHEMAS = fileURLToPath(new URL("../schemas/", import.meta.url));

const ajv = new Ajv2020({ allErrors: true, strict: true, formats: { "date-time": true } });

/**
 * Tests know all keys, so here a key that the schemas do not name is an error. The schemas
 * themselves allow it: a later version may add keys.
 */
function closed(_: string, value: unknown): unknown {
  const isObject = typeof value === "object" && value !== null && "properties" in value;
  const isOpen = isObject && "type" in value && !("additionalProperties" in value);
  return isOpen ? { ...value, additionalProperties: false } : value;
}

function load(name: string): string {
  const schema = JSON.parse(readFileSync(join(SCHEMAS, name), "utf8"), closed);
  ajv.addSchema(schema);
  return schema.$id;
}

const REPORT = load("report-v1.json");
const EVENTS = load("events-v1.json");

function errorsOf(reference: string, value: unknown): string[] {
  const validate: ValidateFunction | undefined = ajv.getSchema(reference);
  if (validate === undefined) return [`no schema ${reference}`];
  validate(value);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** The keys of a report between which something must hold. */
type Keys = {
  readonly outcome: string;
  readonly timed_out: boolean;
  readonly child: unknown;
  readonly error: object | null;
  readonly containment: string | null;
  readonly tree_kill_reliability: string | null;
  readonly reliability_reasons: readonly string[];
  readonly tree_gone: boolean | null;
  readonly proof: string | null;
  readonly survivors: readonly unknown[];
};

/** Outcomes of a run that may have been over before its command was started. */
const OVER_BEFORE: readonly string[] = ["parent_died", "cancelled", "timed_out"];

/** What no schema says. */
const PROMISES: Readonly<Record<string, (report: Keys) => boolean>> = {
  "timed_out is the outcome's": (r) => r.timed_out === (r.outcome === "timed_out"),
  "what was not started has no child": (r) =>
    OVER_BEFORE.includes(r.outcome) || (r.outcome === "spawn_failed") === (r.child === null),
  "what was not started has an error, and nothing else": (r) =>
    (r.error !== null) === (r.child === null) ||
    (r.error === null && OVER_BEFORE.includes(r.outcome)),
  "something holds what was started": (r) => (r.containment === null) === (r.child === null),
  "guaranteed exactly without reasons": (r) =>
    (r.tree_kill_reliability === "guaranteed") ===
    (r.containment !== null && r.reliability_reasons.length === 0),
  "tree_gone exactly with a proof": (r) => (r.tree_gone === true) === (r.proof !== null),
  "tree_gone is false exactly with survivors": (r) =>
    (r.tree_gone === false) === r.survivors.length > 0,
};

/** What is wrong with a report, in words; nothing if it is as promised. */
export function validateReport(value: unknown): string[] {
  const errors = errorsOf(REPORT, value);
  if (errors.length > 0) return errors;
  const report = value as Keys;
  return Object.keys(PROMISES).filter((promise) => PROMISES[promise]?.(report) === false);
}

/** What is wrong with the lines of --events. */
export function validateEvents(lines: readonly string[]): string[] {
  if (lines.length === 0) return ["no line"];
  const errors = lines.slice(0, -1).map(eventErrors);
  errors.push(validateReport(parsed(lines.at(-1) ?? "")));
  return errors.flatMap((each, at) => each.map((error) => `line ${at + 1}: ${error}`));
}

function eventErrors(line: string): string[] {
  const value = parsed(line) as { event?: unknown } | undefined;
  if (value === undefined) return [`not JSON: ${line}`];
  return errorsOf(`${EVENTS}#/$defs/${value.event ?? "report"}`, value);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Whether the schema of events as a whole takes a line, as a program of the user's would ask. */
export function isEventLine(value: unknown): boolean {
  return errorsOf(EVENTS, value).length === 0;
}
