import { parseHTML } from 'linkedom';
import type { TestRegistry } from './registry.js';

/** The part of a parsed element that the tests use. */
export interface PageElement {
  tagName: string;
  textContent: string;
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
}

/** A parsed page, as a browser receives it. */
export interface WebPage {
  status: number;
  headers: Headers;
  html: string;
  /** The visible text of an element, with white space collapsed; null if there is no element. */
  text(selector: string): string | null;
  texts(selector: string): string[];
  /** The targets of the links in an element, by link text. */
  links(selector: string): Record<string, string>;
  all(selector: string): PageElement[];
}

export interface Visit {
  /** Null: without a token; the admin by default. */
  token?: string | null;
  headers?: Record<string, string>;
}

/** Opens a page without following redirects. */
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

/** Submits a form as a browser does. */
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
