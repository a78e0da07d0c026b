import type { TestRegistry } from '../../test/support/registry.js';
import type { Scene } from './commands.js';
import type { Narrator } from './narrator.js';
import { DemoFailure } from './subjects/subject.js';

/** Prints where to see the results, and with which token. `stays`: the registry keeps running. */
export async function whereToLook(
  { registry, slug, subject }: Scene,
  token: string,
  narrator: Narrator,
  stays: boolean,
): Promise<void> {
  const { number } = subject.pullRequest;
  const query = exampleQuery(slug, number);
  // Never print an address that does not work.
  await registry.ask(query, {}, token);
  const page = await fetch(report(registry, slug, number), { headers: { authorization: `Bearer ${token}` } });
  if (!page.ok) throw new DemoFailure(`the report's page responds with ${page.status}`);
  narrator.say(`GraphiQL  ${registry.url}/graphql?${new URLSearchParams({ query })}`);
  narrator.say(`          with the header {"Authorization": "Bearer ${token}"}`);
  narrator.say(`Report    ${report(registry, slug, number)}, with the same header; or in a terminal:`);
  narrator.command(`curl -H 'Authorization: Bearer ${token}' ${report(registry, slug, number)}`);
  narrator.command(
    `npx fixtures drift --registry ${registry.url} --token ${token} --repository ${slug} --pull-request ${number}`,
  );
  narrator.say(
    stays
      ? '\nThe registry keeps running. Press Ctrl-C to stop it.'
      : '\nThe demo deletes everything at its end. `npm run demo -- --serve` keeps the registry running.',
  );
}

function report(registry: TestRegistry, slug: string, number: number): string {
  return `${registry.url}/${slug}/pull/${number}`;
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
