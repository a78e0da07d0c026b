import { parseHTML } from 'linkedom';
import type { TestRegistry } from './registry.js';

/** What the tests use of an element of a parsed page. */
export interface PageElement {
  tagName: string;
  textContent: string;
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
}

/** A page as a browser gets it, parsed. */
export interface WebPage {
  status: number;
  headers: Headers;
  html: string;
  /** What a reader sees of an element, runs of white space as one; null where there is none. */
  text(selector: string): string | null;
  texts(selector: string): string[];
  /** Where the links within lead, by their text. */
  links(selector: string): Record<string, string>;
  all(selector: string): PageElement[];
}

export interface Visit {
  /** Null for nobody; the admin when left out. */
  token?: string | null;
  headers?: Record<string, string>;
}

/** Opens a page; redirects are not followed. */
export async function openPage(registry: TestRegistry, path: string, visit: Visit = {}): Promise<WebPage> {
  const token = visit.token === undefined ? registry.adminToken : visit.token;
  const response = await fetch(new URL(path, registry.url), {
    redirect: 'manual',
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...visit.headers },
  });
  const html = await response.text();
  const { document } = parseHTML(html) as unknown as { document: PageElement };
  const all = (selector: string) => [...document.querySelectorAll(selector)];
  const texts = (selector: string) => all(selector).map(seen);
  return {
    status: response.status,
    headers: response.headers,
    html,
    all,
    texts,
    text: (selector) => texts(selector)[0] ?? null,
    links: (selector) =>
      Object.fromEntries(all(`${selector} a`).map((link) => [seen(link), link.getAttribute('href') ?? ''])),
  };
}

/** Sends a form as a browser does. */
export function sendForm(
  registry: TestRegistry,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(new URL(path, registry.url), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(fields),
    headers: { 'sec-fetch-site': 'same-origin', ...headers },
  });
}

function seen(element: PageElement): string {
  return element.textContent.replaceAll(/\s+/g, ' ').trim();
}
