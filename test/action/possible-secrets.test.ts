import { describe, expect, it } from 'vitest';
import { useActionWorld, world } from '../support/action-test.js';
import { pullRequestEvent } from '../support/github-events.js';
import { said } from '../support/runner-recordings.js';
import { record } from '../support/runner-world.js';
import { chance } from '../support/sample-keys.js';

const SIGNATURE = chance(44, 7);
const LINKED = said('test_goodbye', `Read https://news.invalid/article?id=7&sig=${SIGNATURE} first.`);
const LINE = '1 recording may contain a secret: 1 × URL parameter sig';

useActionWorld();

describe('what may be a secret', () => {
  it('is pushed, and reported in the log, the summary and the comment, also after a later push', async () => {
    const event = pullRequestEvent(world.github.state, world.openPullRequest().number);
    await using job = world.job(event);
    await job.main();
    record(job, LINKED);
    const post = await job.post();
    expect(post?.exitCode).toBe(0);
    expect(post?.annotations).toContainEqual(
      expect.objectContaining({ level: 'warning', message: expect.stringContaining(LINE) }),
    );
    expect(post?.summary).toMatch(new RegExp(`#### Possible secrets\n\n⚠️ \u200b${LINE}`));
    expect(post?.summary).toContain('URL parameter sig at $.');
    expect(world.comments(3)).toEqual([
      expect.stringContaining(`${LINE}. The job summary of the run that pushed them lists the places.`),
    ]);
    for (const shown of [post?.stdout, post?.summary, ...world.comments(3)])
      expect(shown).not.toContain(SIGNATURE);

    record(job, said('test_hello', 'Hello, how can I help you?'));
    const later = await job.post();
    expect(later?.summary).not.toContain('Possible secrets');
    expect(world.comments(3)).toEqual([expect.stringContaining(LINE)]);
  });
});
