import type { GitHubStandIn } from './github-api.js';

/**
 * Runs steps at once in the worst order: each is held at its first look for a comment until all have looked, and none finds one.
 * A step that ends without a look lets the others go on.
 * @returns what the steps gave, in their order
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
