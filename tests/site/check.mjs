// Opens a release's pages as people do, from files without a network, in headless Chromium:
//   node check.mjs RELEASE [CHROMIUM]
// No console error, no overflow at 320, 768 and 1440 px, axe-core (WCAG 2.2 AA) without a violation, valid HTML, no broken
// link, sorting and search that work, a practice on one side of A4. Prints what fails and exits with 1.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import axe from "axe-core";
import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";

const release = path.resolve(process.argv[2] ?? "demo/release");
const executablePath = process.argv[3] ?? "/usr/bin/chromium";
const WIDTHS = [320, 768, 1440];
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const faults = [];
const fail = (page, what) => faults.push(`${page}: ${what}`);

const all = fs.readdirSync(release, { recursive: true }).map(String).filter((f) => f.endsWith(".html")).sort();
const few = (folder, n) => all.filter((f) => f.startsWith(folder)).slice(0, n);
const looked = [
  ...all.filter((f) => !/site\/(ccg|practice|indicator)\//.test(f)),
  ...few("site/ccg/", 2), ...few("site/practice/", 3), ...few("site/indicator/", 3),
];

// Every page: its links lead to files and anchors that are there, and it is valid HTML.
const html = new HtmlValidate({
  extends: ["html-validate:standard"],
  rules: {
    // as the template writes them: neither is a matter of validity
    "no-trailing-whitespace": "off", "long-title": "off", "void-style": "off", "prefer-native-element": "off",
    // WCAG is axe's business here; a scrolling region must be reachable by keyboard
    "wcag/h37": "off", "no-redundant-role": "off", "no-redundant-for": "off", "tel-non-breaking": "off",
  },
});
const ids = new Map();
const anchors = (file) => {
  if (!ids.has(file)) {
    const found = fs.readFileSync(file, "utf8").matchAll(/\sid="([^"]*)"/g);
    ids.set(file, new Set(Array.from(found, (m) => m[1])));
  }
  return ids.get(file);
};
const NAMED = { amp: "&", quot: '"', lt: "<", gt: ">" };
const plain = (text) => text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex, decimal, name) =>
  name ? NAMED[name] ?? all : String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal)));
let links = 0;
for (const name of all) {
  const file = path.join(release, name);
  const text = fs.readFileSync(file, "utf8");
  for (const [, , written] of text.matchAll(/\s(href|src)="([^"]*)"/g)) {
    const to = plain(written);
    links += 1;
    if (to.startsWith("https://www.nationalarchives.gov.uk/")) continue;
    const url = new URL(to, pathToFileURL(file));
    const target = fileURLToPath(new URL(url.pathname, "file:"));
    if (url.protocol !== "file:" || !target.startsWith(release) || !fs.existsSync(target)) {
      fail(name, `a link leads nowhere: ${to}`);
    } else if (url.hash && !anchors(target).has(decodeURIComponent(url.hash.slice(1)))) {
      fail(name, `no such place: ${to}`);
    }
  }
}
for (const name of looked) {
  const report = await html.validateFile(path.join(release, name));
  for (const m of report.results.flatMap((r) => r.messages).filter((m) => m.severity === 2)) {
    fail(name, `${m.line}:${m.column} ${m.ruleId}: ${m.message}`);
  }
}

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"],
});
const open = async (context, name, width) => {
  const page = await context.newPage();
  await page.setViewportSize({ width, height: 900 });
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && fail(name, `console: ${m.text()}`));
  page.on("pageerror", (e) => fail(name, `script: ${e.message}`));
  page.on("requestfailed", (r) => fail(name, `not loaded: ${r.url()}`));
  await page.goto(pathToFileURL(path.join(release, name)).href, { waitUntil: "load" });
  return page;
};

// As shipped, under its own content policy.
const shipped = await browser.newContext({ offline: true });
for (const name of looked) {
  for (const width of WIDTHS) {
    const page = await open(shipped, name, width);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 1) fail(name, `wider than the window of ${width} px by ${wide} px`);
    await page.close();
  }
}

// The policy lets nothing in that is not ours, so the checker needs a context without it.
const bare = await browser.newContext({ offline: true, bypassCSP: true });
for (const name of looked) {
  for (const width of [WIDTHS[0], WIDTHS[2]]) {
    const page = await open(bare, name, width);
    await page.evaluate(axe.source);
    const found = await page.evaluate((values) => globalThis.axe.run({ preload: false, runOnly: { type: "tag", values } }), RULES);
    for (const v of found.violations) {
      fail(name, `axe at ${width} px: ${v.id}: ${v.help} (${v.nodes.length}), such as ${v.nodes[0].html.slice(0, 160)}`);
    }
    await page.close();
  }
}

// Sorting: the league table by its first column of figures, down and up; a table of fewer than four rows is not sorted.
if (fs.readFileSync(path.join(release, "index.html"), "utf8").match(/id="league-table"[^]*?<\/table>/)[0].match(/<tr>/g).length > 4) {
  const page = await open(shipped, "index.html", 1440);
  const column = page.locator("#league-table table thead th.n").first();
  const at = await column.evaluate((th) => th.cellIndex);
  const read = () => page.locator("#league-table tbody tr").evaluateAll((rows, at) => rows
    .map((r) => r.cells[at]).filter((c) => !c.classList.contains("absent"))
    .map((c) => Number(c.textContent.replace(/,/g, "").match(/-?[\d.]+/)[0])), at);
  for (const [way, sign] of [["ascending", 1], ["descending", -1]]) {
    await column.getByRole("button").click();
    if (await column.getAttribute("aria-sort") !== way) fail("index.html", `the heading does not say ${way}`);
    const got = await read();
    if (got.length < 3 || got.some((x, i) => i > 0 && sign * (x - got[i - 1]) < 0)) fail("index.html", `not sorted, ${way}`);
  }
  await page.close();
}

// Days sort by their date, not by their words: a column of words of a long table is given days of a year.
{
  const page = await open(shipped, "site/data-quality.html", 1440);
  const [table, column] = await page.evaluate(() => {
    const tables = Array.from(document.querySelectorAll("table"));
    for (const [i, t] of tables.entries()) {
      const k = Array.from(t.tHead?.rows[0].cells ?? []).findIndex((th, k) => k > 0 && th.querySelector("button") && !th.classList.contains("n"));
      if (k < 0) continue;
      Array.from(t.tBodies[0].rows, (row, at) => {
        const day = new Date(Date.UTC(2018, (at * 5) % 12, 1 + (at * 11) % 28));
        const time = document.createElement("time");
        time.dateTime = day.toISOString().slice(0, 10);
        time.textContent = day.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
        row.cells[k].className = "";
        row.cells[k].replaceChildren(time);
      });
      return [i, k];
    }
    return [-1, -1];
  });
  if (table < 0) fail("site/data-quality.html", "no column of words to sort");
  else {
    await page.locator("table").nth(table).locator("thead th").nth(column).getByRole("button").click();
    const days = await page.locator("table").nth(table).locator("tbody time").evaluateAll((all) => all.map((t) => t.dateTime));
    if (days.length < 4 || days.some((d, i) => i > 0 && d < days[i - 1])) fail("site/data-quality.html", `days out of order: ${days.join(", ")}`);
  }
  await page.close();
}

// Search: by code and by part of a name; nothing found is said.
{
  const page = await open(shipped, "site/find.html", 768);
  const rows = page.locator("#all tbody tr");
  const first = (await rows.nth(0).locator("td").nth(0).textContent()).trim();
  const practice = path.basename(few("site/practice/", 1)[0], ".html");
  const input = page.getByRole("searchbox");
  const visible = () => rows.evaluateAll((r) => r.filter((x) => !x.hidden).length);
  for (const [words, least, most] of [[practice, 1, 1], [first.toLowerCase(), 1, 50], ["no such place at all", 0, 0]]) {
    await input.fill(words);
    const n = await visible();
    if (n < least || n > most) fail("site/find.html", `"${words}" finds ${n} rows`);
    const said = await page.locator(".find [role=status]").textContent();
    if (!said.startsWith(`${n} of `)) fail("site/find.html", `says "${said}" for ${n} rows`);
  }
  await input.fill(practice);
  await rows.locator("a:visible").first().click();
  await page.waitForLoadState();
  if (!page.url().endsWith(`/practice/${practice}.html`)) fail("site/find.html", `led to ${page.url()}`);
  await page.close();
}

// Paper: a practice on one side of A4, those with most to say; nothing of a CCG is cut at the edge.
const A4 = { width: 718, height: 1047 };
const fullest = (folder, n) => all.filter((f) => f.startsWith(folder))
  .sort((a, b) => fs.statSync(path.join(release, b)).size - fs.statSync(path.join(release, a)).size).slice(0, n);
for (const name of fullest("site/ccg/", 2)) {
  const page = await open(shipped, name, A4.width);
  await page.emulateMedia({ media: "print" });
  const cut = await page.evaluate((long) => Array.from(document.querySelectorAll("table, img, .facts, p, h1, h2"))
    .filter((e) => e.getBoundingClientRect().width > (e.closest(".across") ? long : document.documentElement.clientWidth) + 1)
    .map((e) => e.id || e.textContent.trim().slice(0, 40) || e.getAttribute("src")), A4.height);
  if (cut.length) fail(name, `wider than A4: ${cut.slice(0, 3).join("; ")}`);
  await page.close();
}
for (const name of fullest("site/practice/", 3)) {
  const page = await open(shipped, name, 1440);
  const pdf = await page.pdf({ format: "A4", margin: { top: "10mm", bottom: "10mm", left: "10mm", right: "10mm" } });
  const sides = (pdf.toString("latin1").match(/\/Type\s*\/Page(?![a-zA-Z])/g) ?? []).length;
  if (sides !== 1) fail(name, `prints on ${sides} sides of A4`);
  await page.close();
}
await browser.close();

const unique = Array.from(new Set(faults));
unique.slice(0, 60).forEach((f) => console.error(f));
console.log(`${all.length} pages, ${links} links; ${looked.length} pages opened: ${unique.length} faults`);
process.exit(unique.length ? 1 : 0);
