import type { Scene } from './commands.js';
import type { Narrator } from './narrator.js';
import { DemoFailure } from './subjects/subject.js';

/** Prints where to see the results in the registry, which keeps running, and with which token. */
export async function whereToLook(
  { registry, slug, subject }: Scene,
  token: string,
  narrator: Narrator,
): Promise<void> {
  const { number } = subject.pullRequest;
  const query = exampleQuery(slug, number);
  const report = `${registry.url}/${slug}/pull/${number}`;
  const signIn = `${registry.url}/-/sign-in`;
  const graphiql = `${registry.url}/graphql?${new URLSearchParams({ query })}`;
  // Never print an address that does not work.
  await registry.ask(query, {}, token);
  for (const address of [report, signIn, graphiql]) {
    const headers = { accept: 'text/html', authorization: `Bearer ${token}` };
    const page = await fetch(address, { headers });
    if (!page.ok) throw new DemoFailure(`the page ${address} responds with ${page.status}`);
  }
  narrator.step('Where to look');
  narrator.say(`Sign in   ${signIn}`);
  narrator.say(`          with the token ${token}`);
  narrator.say(`Report    ${report}`);
  narrator.say(`GraphiQL  ${graphiql}`);
}

/** Prints the next commands for a repository of the reader. @param stays the registry keeps running */
export function nextCommands(narrator: Narrator, stays: boolean): void {
  narrator.step('Your own repository');
  narrator.command(
    'npx @fixture-registry/server serve                                # prints an admin token',
  );
  narrator.command('npx @fixture-registry/cli login --registry http://127.0.0.1:4000  # asks for it');
  narrator.command('npx @fixture-registry/cli init --registry http://127.0.0.1:4000   # in your repository');
  narrator.say(
    stays
      ? '\nThe registry of the demo keeps running. Press Ctrl-C to stop it.'
      : '\nThe demo deletes everything at its end. `npm run demo -- --serve` keeps its registry running.',
  );
}

/** Returns a query for the models and the drift of the pull request. */
function exampleQuery(slug: string, number: number): string {
  const [owner, name] = slug.split('/');
  return `{
  repository(owner: "${owner}", name: "${name}") {
    models { model recordings }
    drift(pullRequest: ${number}) {
      changes(first: 20) { nodes { kind level testId model summary } }
    }
  }
}`;
}
