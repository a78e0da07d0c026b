import { writeFile } from 'node:fs/promises';
import { makeFolder } from '../../test/support/folder.js';
import { type GitHubStandIn, startGitHub } from '../../test/support/github-api.js';
import { pullRequestEvent } from '../../test/support/github-events.js';
import { startRegistry } from '../../test/support/registry.js';
import { type Job, type StepResult, startJob } from '../../test/support/runner.js';
import { type DriftFigures, readComment } from './check-comment.js';
import type { Cleanup } from './cleanup.js';
import { pushMain, readDrift, type Scene, startTests } from './commands.js';
import { checkOut, makeRepository, publish } from './demo-repository.js';
import { oneToken, signedRuns } from './identities.js';
import { type Narrator, readableLog } from './narrator.js';
import { DemoFailure, type Subject } from './subjects/subject.js';
import { lookOf } from './terminal/look.js';
import { renderComment } from './terminal/render-comment.js';
import { nextCommands, whereToLook } from './where-to-look.js';

export interface PlayOptions {
  narrator: Narrator;
  cleanup: Cleanup;
  /** Whether the registry keeps running afterwards, so that its address is worth printing. */
  stays: boolean;
  oidc: boolean;
  /** Where to write the Markdown of the comment; null: nowhere. */
  commentFile: string | null;
}

/** Runs all steps of the demo and checks their results. Throws `DemoFailure` when a step fails. */
export async function play(
  subject: Subject,
  { narrator, cleanup, stays, oidc, commentFile }: PlayOptions,
): Promise<void> {
  const { number, title } = subject.pullRequest;
  const slug = `${subject.repository.owner}/${subject.repository.name}`;
  narrator.show(`Fixture Registry: the whole loop, on ${subject.title}`);
  const folder = await cleanup.keep(makeFolder());

  narrator.step('A registry with a fresh, embedded database');
  const identities = oidc ? await signedRuns(subject, { narrator, cleanup }) : oneToken(slug, narrator);
  narrator.command('fixture-registry serve');
  const registry = await cleanup.keep(startRegistry({ environment: identities.environment }));
  narrator.quote(stays ? `listening on ${registry.url}` : 'listening');
  const token = await identities.ofMain(registry);

  narrator.step('A repository whose tests are in git, and whose recordings are not');
  const repository = await makeRepository(folder.path, subject);
  const scene: Scene = { registry, identities, slug, repository, subject };
  narrator.say(
    `${slug}: main is ${repository.main.slice(0, 9)}. Its recordings are pushed to the registry, once:`,
  );
  await pushMain(scene, token, narrator);

  narrator.step(`Pull request #${number}: ${title}`);
  const github = await cleanup.keep(startGitHub({ repository: subject.repository }));
  publish(repository, github.state, subject);
  const checkout = await checkOut(repository, folder.path, number);
  narrator.say(
    `One commit over main, ${repository.head.slice(0, 9)}. A job of its workflow checks it out: no recordings there.`,
  );
  narrator.say("A stand-in on loopback plays GitHub's API and checks every request against GitHub's schema.");
  const job = await cleanup.keep(jobOf(scene, github, checkout));
  if (oidc) narrator.say('The job has `permissions: { id-token: write }` and no secret.');

  narrator.step('The action, before the tests (packages/action/dist/main.js)');
  showStep(await job.main(), narrator);

  narrator.step('The tests');
  narrator.say(`Stand-in: ${subject.testRunIs}.`);
  narrator.quote(await startTests(scene, checkout));

  narrator.step('The action, after the tests (packages/action/dist/post.js)');
  showStep(await job.post(), narrator);

  const reader = await identities.ofReader(registry);
  const comment = checked(subject, github, await readDrift(scene, reader));
  if (commentFile !== null) await writeFile(commentFile, comment);
  narrator.step('The comment on the pull request, as its reader sees it');
  narrator.show(renderComment(comment, lookOf(process.stdout, stays)));

  if (stays) await whereToLook(scene, reader, narrator);
  nextCommands(narrator, stays);
}

/** Starts a job of the example's workflow: the action with its inputs, for the event of the pull request. */
async function jobOf(
  { registry, identities, subject }: Scene,
  github: GitHubStandIn,
  workspace: string,
): Promise<Job> {
  const { inputs, environment } = await identities.ofJob(registry);
  return startJob({
    inputs: { 'registry-url': registry.url, ...inputs, prune: 'true' },
    environment,
    event: pullRequestEvent(github.state, subject.pullRequest.number, 'opened'),
    repository: subject.repository,
    githubApiUrl: github.url,
    githubToken: github.token,
    workspace,
  });
}

function showStep(step: StepResult | null, narrator: Narrator): void {
  if (step === null) throw new DemoFailure('the runner skipped the step');
  narrator.quote(readableLog(step.stdout));
  narrator.quote(step.stderr);
  if (step.exitCode !== 0) throw new DemoFailure(`the action ended with ${step.exitCode}`);
}

/**
 * Returns the comment. Throws `DemoFailure` when it is wrong, or when GitHub would have refused a request.
 */
function checked(
  subject: Subject,
  github: GitHubStandIn,
  { figures, markdown }: { figures: DriftFigures; markdown: string },
): string {
  const bodies = github.state.commentsOf(subject.pullRequest.number).map(({ body }) => body);
  const read = readComment(bodies, markdown);
  if ('problem' in read) throw new DemoFailure(read.problem);
  const { comment } = read;
  const problems = [
    ...subject.check(comment, figures),
    ...github.violations.map((violation) => `GitHub's schema does not allow what was sent: ${violation}`),
  ];
  if (problems.length > 0) throw new DemoFailure(`${problems.join('\n')}\n\nThe comment:\n\n${comment}`);
  return comment;
}
