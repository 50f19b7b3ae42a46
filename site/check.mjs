// Checks of the built site: every link and every anchor leads somewhere, every page has a place.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { sidebar } from './.vitepress/pages.mjs';

const DOCS = join(import.meta.dirname, '..', 'docs');
const filesBelow = (folder, end) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end))
    .map((name) => name.replaceAll(sep, '/'));

/** Pages that no list of pages leads to. Decisions stand in their own index. */
export function pagesWithoutPlace(docs = DOCS) {
  const placed = new Set(sidebar.flatMap(({ items }) => items.map(({ link }) => link.slice(1))));
  return filesBelow(docs, '.md')
    .map((page) => page.replace(/\.md$/, ''))
    .filter((page) => page !== 'index' && !/^decisions\/\d/.test(page))
    .map((page) => page.replace(/(?<=\/)index$/, ''))
    .filter((page) => !placed.has(page))
    .map((page) => `docs/${page}.md has no place in site/.vitepress/pages.mjs`);
}

/** Links of built pages whose page or anchor is not there. */
export function brokenLinks(dist) {
  const pages = filesBelow(dist, '.html');
  const anchors = new Map();
  const anchorsOf = (file) => {
    if (!anchors.has(file)) {
      const html = readFileSync(file, 'utf8');
      anchors.set(file, new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)));
    }
    return anchors.get(file);
  };
  const problems = pages.flatMap((page) => {
    const html = readFileSync(join(dist, page), 'utf8');
    const hrefs = [...html.matchAll(/<a\s[^>]*?href="([^"]+)"/g)].map(([, href]) => href);
    return [...new Set(hrefs)]
      .filter((href) => !/^[a-z]+:/.test(href))
      .filter((href) => !leads(href, page))
      .map((href) => `${page}: ${href} leads nowhere`);
  });
  return problems;

  function leads(href, page) {
    const [path, anchor] = decodeURIComponent(href.replaceAll('&amp;', '&')).split('#');
    const target =
      path === '' ? page : posix.join(path.startsWith('/') ? '/' : posix.dirname(page), path);
    const base = join(dist, target);
    const file = [base, `${base}.html`, join(base, 'index.html')].find(
      (candidate) => existsSync(candidate) && statSync(candidate).isFile(),
    );
    if (file === undefined) return false;
    return !anchor || anchorsOf(file).has(anchor);
  }
}
