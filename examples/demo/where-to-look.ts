import type { TestRegistry } from '../../test/support/registry.js';
import type { Scene } from './commands.js';
import type { Narrator } from './narrator.js';
import { DemoFailure } from './subjects/subject.js';

/** Says where the results can be seen while the registry is up, and with which token. `stays`: it is kept up now. */
export async function whereToLook(
  { registry, slug, subject }: Scene,
  token: string,
  narrator: Narrator,
  stays: boolean,
): Promise<void> {
  const { number } = subject.pullRequest;
  const query = exampleQuery(slug, number);
  // An address that answers nothing is worse than none.
  await registry.ask(query, {}, token);
  const page = await fetch(report(registry, slug, number), { headers: { authorization: `Bearer ${token}` } });
  if (!page.ok) throw new DemoFailure(`the report's page answers ${page.status}`);
  narrator.say(`GraphiQL  ${registry.url}/graphql?${new URLSearchParams({ query })}`);
  narrator.say(`          with the header {"Authorization": "Bearer ${token}"}`);
  narrator.say(`Report    ${report(registry, slug, number)}, with the same header; or in a terminal:`);
  narrator.command(`curl -H 'Authorization: Bearer ${token}' ${report(registry, slug, number)}`);
  narrator.command(
    `npx fixtures drift --registry ${registry.url} --token ${token} --repository ${slug} --pull-request ${number}`,
  );
  narrator.say(
    stays
      ? '\nThe registry stays up. Press Ctrl-C to end it.'
      : '\nAll of it is gone when this ends. `npm run demo -- --serve` keeps the registry up.',
  );
}

function report(registry: TestRegistry, slug: string, number: number): string {
  return `${registry.url}/${slug}/pull/${number}`;
}

/** What the tests of a pull request do that others of its branch do not. */
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
