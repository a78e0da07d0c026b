import type { SignInGitHub } from './github-sign-in.js';
import type { TestRegistry } from './registry.js';

/** The cookies that a browser keeps for one registry. */
export class CookieJar {
  readonly #cookies = new Map<string, string>();

  /** The header `Cookie`. */
  get header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  get(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  set(name: string, value: string): void {
    this.#cookies.set(name, value);
  }

  keep(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/Max-Age=0/.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }
}

/** Requests an address of a registry as a browser with these cookies does, without following redirects. */
export async function browse(
  registry: TestRegistry,
  jar: CookieJar,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const response = await fetch(new URL(path, registry.url), {
    redirect: 'manual',
    ...init,
    headers: { cookie: jar.header, ...(init.headers as Record<string, string>) },
  });
  jar.keep(response);
  return response;
}

/** Begins a sign-in. Returns the address at GitHub to which the browser is sent. */
export async function beginSignIn(registry: TestRegistry, jar: CookieJar, back = '/'): Promise<string> {
  const begun = await browse(registry, jar, `/-/sign-in/github?return=${encodeURIComponent(back)}`);
  return begun.headers.get('location') ?? '';
}

/** Signs a person in with GitHub. Returns the last response, which redirects to the page to return to. */
export async function signInWithGitHub(
  registry: TestRegistry,
  github: SignInGitHub,
  person: { jar: CookieJar; login: string; back?: string },
): Promise<Response> {
  const address = await beginSignIn(registry, person.jar, person.back);
  return await browse(registry, person.jar, await github.authorize(address, person.login));
}
