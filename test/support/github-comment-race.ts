import type { GitHubStandIn } from './github-api.js';

/**
 * Runs steps concurrently in the worst order: the first list of comments of each step is held until all
 * steps have requested it, so that none finds one. A step that ends without that request releases the
 * others.
 * @returns the results of the steps, in their order
 */
export async function raceToComment<Result>(
  github: GitHubStandIn,
  steps: (() => Promise<Result>)[],
): Promise<Result[]> {
  let looks = 0;
  let letGo = () => {};
  const allLooked = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  github.before = async ({ operation }) => {
    if (operation !== 'issues/list-comments' || ++looks > steps.length) return undefined;
    if (looks === steps.length) letGo();
    await allLooked;
    return { status: 200, body: [] };
  };
  try {
    return await Promise.all(steps.map((step) => step().finally(letGo)));
  } finally {
    github.before = () => undefined;
  }
}
