import { createHash } from 'node:crypto';
import { claimsOf, type OidcIssuer, startOidcIssuer } from '../support/oidc-issuer.js';
import { askToPush, ownerAndName, type Push, planOf, pushFiles } from '../support/push-files.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { reportUse } from '../support/report-use.js';
import { type Calendar, calendarOf } from './calendar.js';
import {
  booking,
  editedReceipt,
  greeting,
  mood,
  orderStatus,
  outOfQuota,
  refundPolicy,
  urgency,
} from './recordings.js';

const REPOSITORY = 'acme/support-desk';
const GITHUB_ID = 4711;

/** A registry with five weeks of an invented repository. */
export interface SupportDesk extends AsyncDisposable {
  registry: TestRegistry;
  calendar: Calendar;
}

/** The git commit with a subject. */
const commitOf = (subject: string) => createHash('sha1').update(subject).digest('hex');
const AUDIENCE = 'https://fixtures.example.com';
const MAIN = { branch: 'main' };

/** Starts a registry, and pushes what the repository's workflows pushed. */
export async function startSupportDesk(postgresUrl: string): Promise<SupportDesk> {
  const issuer = await startOidcIssuer();
  const registry = await startRegistry({
    postgresUrl,
    environment: {
      FIXTURE_REGISTRY_OIDC_ISSUER: issuer.url,
      FIXTURE_REGISTRY_OIDC_AUDIENCE: AUDIENCE,
      FIXTURE_REGISTRY_OIDC_ALLOW: 'acme',
    },
  });
  const calendar = calendarOf(Date.now());
  await live({ registry, issuer, calendar });
  return {
    registry,
    calendar,
    [Symbol.asyncDispose]: async () => {
      await registry[Symbol.asyncDispose]();
      await issuer[Symbol.asyncDispose]();
    },
  };
}

interface World {
  registry: TestRegistry;
  issuer: OidcIssuer;
  calendar: Calendar;
}

async function live(world: World): Promise<void> {
  const { registry } = world;
  await on(world, 1, '09:05', async () => {
    const add = {
      ...refundPolicy('You can return it within 30 days.'),
      ...urgency('Urgent: a loose brake is dangerous.'),
      ...mood('The customer is unhappy.'),
      ...greeting('Hello! How can I help?'),
      ...orderStatus({ order: 1042 }),
      ...booking('Friday at ten is free.'),
      ...editedReceipt(),
    };
    await push(world, { run: 2101, actor: 'mona', subject: 'Test the agents' }, { ref: MAIN, add });
  });
  await on(world, 3, '15:30', () => {
    const ref = { branch: 'release-1.x' };
    const run = { run: 2117, actor: 'octocat', ref: 'refs/heads/release-1.x', subject: 'Release 1.0' };
    return push(world, run, { ref, add: mood('The customer is in pain.') });
  });
  await on(world, 9, '10:10', () => {
    const add = { ...refundPolicy('You can return it within 14 days.'), ...outOfQuota() };
    return push(
      world,
      { run: 2144, actor: 'octocat', subject: 'Shorten the refund period' },
      { ref: MAIN, add },
    );
  });
  await on(world, 15, '11:20', async () => {
    const add = {
      ...orderStatus('Which number does your order have?'),
      ...urgency('Urgent: please stop riding.'),
    };
    await pushPullRequest(world, 7, { run: 2160, actor: 'mona' }, { add, title: 'Ask for the order number' });
    const paths = Object.keys(urgency(''));
    const accept = 'mutation ($input: AcceptDriftInput!) { acceptDrift(input: $input) { __typename } }';
    const input = { ...ownerAndName(REPOSITORY), pullRequest: 7, paths, by: 'octocat', means: 'LABEL' };
    await registry.ask(accept, { input });
  });
  await on(world, 18, '08:45', () =>
    pushPullRequest(
      world,
      8,
      { run: 2171, actor: 'hubot' },
      {
        add: { ...mood('The customer suffers.'), ...booking('Friday is fully booked.') },
        title: 'Update the models',
      },
    ),
  );
  const rarelyRead = [...Object.keys(greeting('')), ...Object.keys(editedReceipt())];
  await on(world, 20, '10:30', () => test(world, { run: 2176, actor: 'mona' }, Object.keys(editedReceipt())));
  await on(world, 22, '14:00', async () => {
    const promote = 'mutation ($input: PromoteInput!) { promote(input: $input) { __typename } }';
    const input = { ...ownerAndName(REPOSITORY), pullRequest: 8, commit: commitOf('Merge pull request #8') };
    await registry.ask(
      promote,
      { input },
      await tokenOf(world, { run: 2180, actor: 'mona', subject: 'Merge pull request #8' }),
    );
  });
  for (const [number, day, say] of [
    [9, 23, 'The customer is sad.'],
    [10, 24, 'The customer needs another saddle.'],
  ] as const) {
    await on(world, day, '12:00', () =>
      pushPullRequest(
        world,
        number,
        { run: 2180 + number, actor: 'hubot' },
        {
          add: mood(say),
          title: `Try another prompt (${number})`,
        },
      ),
    );
  }
  await on(world, 25, '16:15', async () => {
    // The workflow of a pull request may not write to main.
    const run = {
      run: 2195,
      actor: 'mona',
      subject: 'Remove a recording',
      event: 'pull_request',
      ref: 'refs/pull/7/merge',
      baseRef: 'main',
    };
    const refused = { repository: REPOSITORY, ref: MAIN, remove: Object.keys(mood('')) };
    const token = await tokenOf(world, run);
    const { __typename } = await askToPush(registry, { ...refused, token });
    if (__typename !== 'Forbidden') throw new Error(`a refused push: ${__typename}`);
    const close =
      'mutation ($input: ClosePullRequestInput!) { closePullRequest(input: $input) { __typename } }';
    const input = { ...ownerAndName(REPOSITORY), pullRequest: 9 };
    const onNine = { ...run, run: 2199, actor: 'hubot', ref: 'refs/pull/9/merge' };
    await registry.ask(close, { input }, await tokenOf(world, onNine));
  });
  await on(world, 26, '08:30', () => test(world, { run: 2203, actor: 'octocat' }, rarelyRead));
  await on(world, 26, '09:00', async () => {
    const repository = 'acme/billing';
    await pushFiles(registry, { repository, ref: MAIN, add: greeting('Good morning!') });
  });
}

interface Run {
  run: number;
  actor: string;
  /** The subject of its commit. */
  subject: string;
  event?: string;
  ref?: string;
  baseRef?: string;
}

function tokenOf({ issuer }: World, { run, subject, ...claims }: Run): Promise<string> {
  const all = claimsOf({ repository: REPOSITORY, repositoryId: GITHUB_ID, ...claims });
  return issuer.token({ ...all, run_id: String(run), sha: commitOf(subject) }, AUDIENCE);
}

async function push(world: World, run: Run, what: Omit<Push, 'repository'>): Promise<void> {
  await pushFiles(world.registry, { repository: REPOSITORY, ...what, token: await tokenOf(world, run) });
}

/** Runs the tests of the default branch, which read all recordings but some, and reports their use. */
async function test(world: World, run: Omit<Run, 'subject'>, unread: string[]): Promise<void> {
  const { registry } = world;
  const plan = await planOf(registry, REPOSITORY, { ref: MAIN });
  if (plan.__typename !== 'PullPlan') throw new Error(`${plan.__typename}: ${plan.message}`);
  const pulled = plan.files.map(({ path }) => path);
  const read = pulled.filter((path) => !unread.includes(path));
  const use = { snapshot: plan.snapshot.id, pulled, read, job: { run: String(run.run) } };
  const token = await tokenOf(world, { ...run, subject: 'Test the agents' });
  const { counts } = await reportUse(registry, REPOSITORY, MAIN, use, token);
  if (counts !== true) throw new Error(`run ${run.run} does not count`);
}

/** Pushes to a pull request and requests its report, as the action does. */
async function pushPullRequest(
  world: World,
  number: number,
  run: Omit<Run, 'subject'>,
  what: Pick<Push, 'add'> & { title: string },
): Promise<void> {
  const ref = { pullRequest: number, base: 'main' };
  const claims = { event: 'pull_request', ref: `refs/pull/${number}/merge`, baseRef: 'main' };
  const commit = commitOf(what.title);
  const candidates = [commitOf('Shorten the refund period')];
  await push(
    world,
    { ...run, ...claims, subject: what.title },
    { ref, author: run.actor, commit, candidates, ...what },
  );
  const { owner, name } = ownerAndName(REPOSITORY);
  await world.registry.ask(
    `{ repository(owner: "${owner}", name: "${name}") { drift(pullRequest: ${number}) { url } } }`,
  );
}

/** Does something, as if on a day of the history: sets all times that the registry stored meanwhile. */
async function on(
  { registry, calendar }: World,
  day: number,
  time: string,
  work: () => Promise<void>,
): Promise<void> {
  const { sql } = registry;
  const [clock] = await sql<{ now: Date }[]>`select clock_timestamp() as now`;
  const columns = await sql<{ table: string; column: string }[]>`
    select c.table_name as "table", c.column_name as "column" from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and c.data_type = 'timestamp with time zone' and t.table_type = 'BASE TABLE'
      and c.column_name <> 'expires_at'`;
  await work();
  await sql.begin(async (tx) => {
    // The audit log refuses changes by a trigger.
    await tx`set local session_replication_role = replica`;
    for (const { table, column } of columns) {
      await tx`update ${tx(table)} set ${tx(column)} = ${calendar.at(day, time)}
        where ${tx(column)} >= ${clock?.now ?? new Date()}`;
    }
    const weekOf = (time: Date) => tx`date_trunc('week', ${time}::timestamptz at time zone 'UTC')::date`;
    await tx`update weekly_changes set week = ${weekOf(calendar.at(day, time))} where week = ${weekOf(new Date())}`;
  });
}
