// Pages and pictures of `curfew show` in a browser, light and dark: nothing overflows, all is
// legible, nothing runs. `npm test -- --only 'test/cli/show-browser.long.ts'` leaves pictures of
// them in build/show. Without Chromium it is skipped.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { drawn, HOSTILE, withTexts } from "../core/show/drawn.ts";
import { FILES, fileOf } from "../core/show/rows/files.ts";
import { patiently } from "../patience.ts";
import { ROOT } from "./binary.ts";
import { newPath } from "./reports.ts";

const FOLDER = join(ROOT, "build/show");
const SCHEMES = { dark: 0, light: 1 } as const;
type Scheme = keyof typeof SCHEMES;

const isThere = spawnSync("chromium", ["--version"]).status === 0;

function chromium(scheme: Scheme, page: string, ...options: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(
    "chromium",
    [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"],
      `--user-data-dir=${newPath("browser")}`,
      `--blink-settings=preferredColorScheme=${SCHEMES[scheme]}`,
      ...options,
      pathToFileURL(page).href,
    ],
    { encoding: "utf8", timeout: patiently(60_000), maxBuffer: 2 ** 28 },
  );
  assert.equal(status, 0, stderr);
  return stdout;
}

const NAMES = Object.keys(FILES);
const PLAIN = NAMES.map((name) => [name, fileOf(FILES[name] ?? [])] as const);
const LONG = ["x".repeat(300), "漢".repeat(200), "many words ".repeat(40)];
const STRANGE = ["WHOLE", "SERVICE", "SURVIVORS"].flatMap((name) =>
  [...HOSTILE, ...LONG].map((text, at) => [`${name} ${at}`, withTexts(name, text)] as const),
);

type Found = {
  readonly name: string;
  readonly background: string;
  readonly faults: readonly string[];
};

/** What the browser measures of each page, in a frame of so many pixels. */
function script(pages: readonly (readonly [name: string, page: string])[], width: number): string {
  return `<!doctype html><meta charset=utf-8><body><script>
const pages = ${JSON.stringify(pages).replaceAll("<", "\\u003c")};
const luminance = (color) => {
  const parts = color.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255);
  const [r, g, b] = parts.map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (one, other) => {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
};
function faultsOf(frame) {
  const { contentDocument: document, contentWindow: window } = frame;
  const faults = [];
  const svg = document.querySelector("svg");
  const backdrop = svg?.querySelector("rect");
  const background = backdrop
    ? window.getComputedStyle(backdrop).fill
    : window.getComputedStyle(document.body).backgroundColor;
  const [right, bottom] = svg
    ? [svg.getBoundingClientRect().right, svg.getBoundingClientRect().bottom]
    : [document.documentElement.clientWidth, Infinity];
  if (document.scripts.length > 0) faults.push("a script");
  if (document.documentElement.scrollWidth > frame.clientWidth) faults.push("scrolls sideways");
  for (const element of document.querySelectorAll("body *")) {
    for (const { name } of element.attributes) if (/^on|^href|^src/.test(name)) faults.push(name);
    if (element.closest("pre") && element.tagName !== "PRE") continue;
    const box = element.getBoundingClientRect();
    if (box.width === 0) continue;
    if (box.right > right + 0.5 || box.left < -0.5 || box.bottom > bottom + 0.5) {
      faults.push(element.tagName + " overflows: " + element.textContent.slice(0, 80));
    }
    const isText = element.tagName === "text" || [...element.childNodes].some((node) => {
      return node.nodeType === 3 && node.data.trim() !== "";
    });
    if (!isText || ["STYLE", "style", "title", "desc"].includes(element.tagName)) continue;
    const style = window.getComputedStyle(element);
    const color = element.tagName === "text" ? style.fill : style.color;
    if (contrast(color, background) < 4.5) faults.push(color + " on " + background);
  }
  return { background, faults };
}
const found = pages.map(([name, page]) => {
  const frame = document.createElement("iframe");
  frame.style = "width:${width}px;height:800px;border:0";
  document.body.append(frame);
  // Written at once, so that no load has to be waited for.
  frame.contentDocument.open();
  frame.contentDocument.write(page);
  frame.contentDocument.close();
  const all = { name, ...faultsOf(frame) };
  frame.remove();
  return all;
});
document.body.innerHTML = "";
document.body.append("BEGIN" + JSON.stringify(found) + "END");
</script>`;
}

function measured(
  scheme: Scheme,
  pages: readonly (readonly [name: string, page: string])[],
  width: number,
): readonly Found[] {
  const path = `${newPath("measure")}.html`;
  writeFileSync(path, script(pages, width));
  const dom = chromium(scheme, path, "--dump-dom");
  const [, json = "[]"] = /BEGIN(\[.*\])END/s.exec(dom) ?? [];
  const text = json.replace(/&(lt|gt|amp|nbsp);/g, (_, name) => {
    return { lt: "<", gt: ">", amp: "&", nbsp: "\u00a0" }[name as "lt"] ?? "";
  });
  return JSON.parse(text) as Found[];
}

describe("show in a browser", { skip: isThere ? false : "no chromium" }, () => {
  for (const scheme of ["light", "dark"] as const) {
    for (const width of [420, 1100]) {
      test(`pages of ${width} pixels, ${scheme}`, () => {
        const pages = [...PLAIN, ...STRANGE].map(([name, text]) => {
          return [name, drawn(text, "html")] as const;
        });
        const found = measured(scheme, pages, width);
        assert.equal(found.length, pages.length);
        assert.deepEqual(
          found.flatMap(({ name, faults }) => faults.map((one) => `${name}: ${one}`)),
          [],
        );
        const background = scheme === "dark" ? "rgb(13, 17, 23)" : "rgb(255, 255, 255)";
        for (const one of found) assert.equal(one.background, background);
      });
    }

    test(`pictures, ${scheme}`, () => {
      const pages = [...PLAIN, ...STRANGE].map(([name, text]) => {
        return [name, `<body style="margin:0">${drawn(text, "svg")}`] as const;
      });
      const found = measured(scheme, pages, 960);
      assert.equal(found.length, pages.length);
      assert.deepEqual(
        found.flatMap(({ name, faults }) => faults.map((one) => `${name}: ${one}`)),
        [],
      );
    });

    test(`screenshots, ${scheme}`, () => {
      mkdirSync(FOLDER, { recursive: true });
      for (const name of ["WHOLE", "SERVICE", "SURVIVORS"]) {
        for (const format of ["svg", "html"] as const) {
          const path = join(FOLDER, `${name.toLowerCase()}.${format}`);
          writeFileSync(path, drawn(fileOf(FILES[name] ?? []), format));
          const picture = path.replace(/\.(\w+)$/, `-$1-${scheme}.png`);
          chromium(scheme, path, "--window-size=1100,900", `--screenshot=${picture}`);
        }
      }
    });
  }
});
