// The pictures of docs/show.md are made of events of real runs. CURFEW_OBSERVED=write makes these
// runs again, and writes their events, the pictures, and the parts of the document.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { FROZEN, ROOT } from "./binary.ts";
import { newPath, readEvents } from "./reports.ts";
import { curfew, until } from "./run.ts";

const DOCUMENT = join(ROOT, "docs/show.md");
const IMAGES = join(ROOT, "docs/images");
const isWriting = process.env.CURFEW_OBSERVED === "write";

/** A run for a picture: its events. */
type Picture = (folder: string) => Promise<string>;

/** The events without places of this machine: its folder is `/srv/app`, python3 is in PATH. */
function anywhere(events: string, folder: string): string {
  return events.replaceAll(folder, "/srv/app").replace(/"\/[^"]*\/(python3)[\d.]*"/g, '"$1"');
}

const HANGING = `trap '' TERM
python3 -m http.server --bind 127.0.0.1 0 &
cat queue
`;

const SERVER = `trap 'exit 0' TERM
sleep 0.2; echo ready >&4
while :; do sleep 0.02; done
`;

const hang: Picture = async (folder) => {
  writeFileSync(join(folder, "test.sh"), `mkfifo queue\n${HANGING}`);
  const words = ["run", "--timeout", "1s", "--kill-after", "1s", "--events", "events.jsonl"];
  await curfew(FROZEN, [...words, "--", "sh", "test.sh"], { cwd: folder }).ended;
  return readFileSync(join(folder, "events.jsonl"), "utf8");
};

const reload: Picture = async (folder) => {
  writeFileSync(join(folder, "server.sh"), SERVER);
  const events = join(folder, "events.jsonl");
  const words = ["--listen", "127.0.0.1:0", "--ready", "fd:4", "--watch", "server.sh"];
  const options = ["init", ...words, "--debounce", "50ms", "--events", "events.jsonl"];
  const running = curfew(FROZEN, [...options, "--", "sh", "server.sh"], { cwd: folder });
  for (const generation of [1, 2, 3]) {
    const ready = new RegExp(`"event":"ready".*"generation":${generation}`);
    await until(`generation ${generation}`, () => ready.test(textOf(events)));
    if (generation < 3) writeFileSync(join(folder, "server.sh"), `${SERVER}# ${generation}\n`);
  }
  await until("two generations have ended", () => textOf(events).split('"ended"').length === 3);
  running.kill("SIGTERM");
  await running.ended;
  return readFileSync(events, "utf8");
};

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

const PICTURES: Readonly<Record<string, Picture>> = { hang, reload };

async function drawing(path: string, ...options: string[]): Promise<string> {
  const env = { LC_ALL: "C.UTF-8", COLUMNS: "100" };
  const { stdout, stderr, code } = await curfew(FROZEN, ["show", ...options, path], { env }).ended;
  assert.deepEqual([stderr, code], ["", 0]);
  return stdout;
}

/** The words of a file's events, each once. */
function wordsOf(text: string): readonly string[] {
  return [...new Set(readEvents(text).events.map(({ event }) => event))].sort();
}

for (const [name, make] of Object.entries(PICTURES)) {
  describe(`the picture ${name}`, () => {
    const events = join(IMAGES, `${name}.jsonl`);

    test("its run tells the same events again", async () => {
      const folder = newPath(name);
      mkdirSync(folder);
      const text = anywhere(await make(folder), folder);
      if (isWriting) writeFileSync(events, text);
      const drawn = readFileSync(events, "utf8");
      assert.deepEqual(wordsOf(text), wordsOf(drawn));
      assert.equal(readEvents(text).report.outcome, readEvents(drawn).report.outcome);
    });

    test("it is what `curfew show` draws of them, and so is the text", async () => {
      const picture = join(IMAGES, `${name}.svg`);
      const svg = await drawing(events, "--svg");
      const part = new RegExp(`(<!-- observed: ${name} -->\n)[\\s\\S]*?(<!-- /observed -->)`);
      const document = readFileSync(DOCUMENT, "utf8");
      assert.match(document, part);
      const text = `\n\`\`\`text\n${await drawing(events)}\`\`\`\n\n`;
      const written = document.replace(part, (_, begin, end) => `${begin}${text}${end}`);
      if (isWriting) {
        writeFileSync(picture, svg);
        writeFileSync(DOCUMENT, written);
      }
      assert.equal(readFileSync(picture, "utf8"), svg, "CURFEW_OBSERVED=write");
      assert.equal(readFileSync(DOCUMENT, "utf8"), written, "CURFEW_OBSERVED=write");
    });
  });
}
