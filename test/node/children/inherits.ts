// A program that gives a command its own streams. Its first word is the options, as JSON.
import { type Options, run } from "../program.ts";

const options: Options<"utf8"> = JSON.parse(process.argv[2] ?? "{}");
const { stdout, stderr } = await run("sh", ["-c", "cat; echo err >&2"], options);
process.stdout.write(`[${stdout}][${stderr}]`);
