import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { parseHTML } from 'linkedom';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { CHECKOUT } from '../support/registry.js';

// What the documents say of each other, and of the commands that they name, must be true.

interface Heading {
  level: string;
  text: string;
}

interface Rendered {
  links: string[];
  headings: Heading[];
}

async function documentPaths(): Promise<string[]> {
  const inDocs = await readdir(join(CHECKOUT, 'docs'), { recursive: true });
  return [
    ...['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'CHANGELOG.md'],
    'examples/support-desk/README.md',
    ...inDocs.filter((name) => name.endsWith('.md')).map((name) => join('docs', name)),
  ].sort();
}

function render(markdown: string): Rendered {
  const html = micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()] });
  const { document } = parseHTML(`<html><body>${html}</body></html>`);
  return {
    links: [...document.querySelectorAll('a[href], img[src]')].map(
      (element) => element.getAttribute('href') ?? element.getAttribute('src') ?? '',
    ),
    headings: [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((element) => ({
      level: element.tagName,
      text: element.textContent ?? '',
    })),
  };
}

/** The anchors that GitHub gives to headings; a second one of the same text gets a number. */
function anchorsOf(headings: Heading[]): string[] {
  const seen = new Map<string, number>();
  return headings.map(({ text }) => {
    const anchor = text
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** Why a relative link of a document leads nowhere; null when it does not. */
async function problemOf(link: string, path: string): Promise<string | null> {
  const [target = '', anchor] = decodeURIComponent(link).split('#');
  const file = target === '' ? path : normalize(join(dirname(path), target));
  const found = await stat(join(CHECKOUT, file)).catch(() => null);
  if (found === null) return `${link}: there is no ${file}`;
  if (anchor === undefined || !file.endsWith('.md')) return null;
  const { headings } = render(await readFile(join(CHECKOUT, file), 'utf8'));
  return anchorsOf(headings).includes(anchor) ? null : `${link}: ${file} has no such heading`;
}

const read = (path: string) => readFile(join(CHECKOUT, path), 'utf8');
const paths = await documentPaths();

describe('the documents', () => {
  it.each(paths)('%s has no dead link', async (path) => {
    const { links } = render(await read(path));
    const relative = links.filter((link) => !/^[a-z]+:/i.test(link));
    const problems = await Promise.all(relative.map((link) => problemOf(link, path)));
    expect(problems.filter((problem) => problem !== null)).toEqual([]);
  });

  it('notice a link to a file or a heading that does not exist', async () => {
    expect(await problemOf('docs/nothing.md', 'README.md')).toContain('there is no');
    expect(await problemOf('workflow.md#nothing', 'docs/faq.md')).toContain('has no such heading');
    expect(await problemOf('workflow.md#inputs', 'docs/faq.md')).toBeNull();
    expect(await problemOf('../README.md', 'docs/faq.md')).toBeNull();
  });

  it('have a link to each other: every page of docs/ is reached from the README or ARCHITECTURE.md', async () => {
    const seen = new Set(['README.md', 'ARCHITECTURE.md']);
    for (const path of seen) {
      for (const link of render(await read(path)).links) {
        const target = link.split('#')[0] ?? '';
        if (target.endsWith('.md') && !/^[a-z]+:/i.test(link))
          seen.add(normalize(join(dirname(path), target)));
      }
    }
    expect(paths.filter((path) => path.startsWith('docs/') && !seen.has(path))).toEqual([]);
  });

  it('name only scripts that package.json has', async () => {
    const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
    for (const path of paths) {
      for (const [command, name = ''] of (await read(path)).matchAll(/npm run ([a-z][a-z:-]*[a-z])/g)) {
        expect(Object.keys(scripts), `${path}: ${command}`).toContain(name);
      }
    }
  });

  // `fixtures` alone is somebody else's package on npm.
  it('run the commands by the names of their packages, outside of a checkout', async () => {
    for (const path of paths.filter((name) => name !== 'CONTRIBUTING.md'))
      expect((await read(path)).match(/npx (?:fixtures|fixture-registry)\b.*/g) ?? [], path).toEqual([]);
  });

  it('name only tests and scripts that exist', async () => {
    for (const path of paths) {
      const named = (await read(path)).matchAll(
        /`((?:test|scripts|packages)\/[\w./-]+\.(?:test\.ts|ts|json|js))`/g,
      );
      for (const [, file = ''] of named) {
        const found = await stat(join(CHECKOUT, file)).catch(() => null);
        expect(found, `${path} names ${file}`).not.toBeNull();
      }
    }
  });

  it.each([
    ['README.md', 180],
    ['SECURITY.md', 200],
  ])('%s is short: at most %i lines', async (path, most) => {
    // The list of attacks is generated and does not count.
    const text = (await read(path)).replaceAll(/<!-- attacks: from .*?<!-- end of attacks -->/gs, '');
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(most);
  });

  it('have the commands that CI runs', async () => {
    const readme = await read('README.md');
    expect(readme).toMatch(/^ {4}npm ci && npm test$/m);
    expect(readme).toMatch(/^ {4}npm ci && npm run demo$/m);
    expect(await read('.ci/run')).toMatch(/^npm ci && npm test\b/m);
  });
});
