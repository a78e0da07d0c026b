import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MAIN_CALLS } from '../../examples/calls/all-calls.js';
import { type DriftFigures, readComment } from '../../examples/demo/check-comment.js';
import { sampleComment, shownSample } from '../../examples/demo/readme-comment.js';
import { supportDesk } from '../../examples/demo/subjects/support-desk.js';
import { type StartedProcess, startProcess } from '../support/clean-up.js';
import { makeFolder } from '../support/folder.js';
import { type Finished, run } from '../support/process.js';
import { recordingPath, recordingText } from '../support/recorder.js';
import { CHECKOUT } from '../support/registry.js';

/** What `npm run demo` runs after the build. */
const COMMAND = [
  createRequire(import.meta.url).resolve('tsx/cli'),
  fileURLToPath(new URL('../../examples/demo/demo.ts', import.meta.url)),
];

/** Runs the demo with a folder of its own for temporary files, and checks that it leaves nothing there. */
async function runDemo(...args: string[]): Promise<Finished> {
  await using temporary = await makeFolder();
  const finished = await run(process.execPath, [...COMMAND, ...args], {
    cwd: CHECKOUT,
    env: { TMPDIR: temporary.path },
  });
  expect(await leftIn(temporary.path)).toEqual([]);
  return finished;
}

/** tsx keeps what it compiled. */
async function leftIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !name.startsWith('tsx-'));
}

function section(output: string, title: string): string {
  const start = output.indexOf(title);
  return output.slice(start, output.indexOf('\n\n', output.indexOf('|', start)));
}

describe('the demo', () => {
  it('plays the whole loop on the example repository and ends with 0', async () => {
    await using folder = await makeFolder();
    const file = join(folder.path, 'comment.md');
    const { status, stdout, stderr } = await runDemo('--comment', file);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(section(stdout, '2. ')).toContain('38 added');
    expect(section(stdout, '4. The action, before the tests')).toContain('38 pulled, 0 already there');
    expect(section(stdout, '5. The tests')).toMatch(
      /32 recordings replayed, 8 recorded again .*\n.* 1 recording deleted/,
    );
    expect(section(stdout, '6. The action, after the tests')).toContain('3 added, 5 changed, 1 removed');
    const comment = await readFile(file, 'utf8');
    expect(comment).toMatch(/^### 🔴 2 tests call a tool differently; 1 answer in other words; .*2 new/m);
    expect(comment).toContain('priority: "urgent"');
    expect(comment).toContain('confirm_by: "email"');
    const readme = await readFile(join(CHECKOUT, 'README.md'), 'utf8');
    expect(shownSample(readme), 'run "npm run readme:comment" and commit it').toBe(sampleComment(comment));
    // The comment is shown as a reader sees it: a heading, a table, and folds that are collapsed.
    const shown = stdout.slice(stdout.indexOf('7. The comment'), stdout.indexOf('8. Your own repository'));
    expect(shown).toMatch(/^🔴 2 tests call a tool differently; 1 answer in other words; .*2 new/m);
    expect(shown).toMatch(/^│ 🔴 │ calls book_slot with confirm_by: "email" instead of "sms" +│$/m);
    expect(shown).toMatch(/^▶ 1 recording with changed texts \(\d lines\)$/m);
    expect(shown).not.toContain('<details>');
    expect(stdout.slice(stdout.indexOf('8. ')).match(/^ {3}\$ npx @fixture-registry\/.*/gm)).toHaveLength(3);
    // The registry has ended, so none of its addresses is shown; and neither is a token.
    expect(stdout.match(/http:\/\/127\.0\.0\.1:(?!4000)\d+/g)).toBeNull();
    expect(stdout).not.toMatch(/fr_1_[0-9a-f]{8}/);
  });

  it('plays the same loop with OIDC: no workflow has a token, and the comment is there', async () => {
    const { status, stdout, stderr } = await runDemo('--oidc');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(section(stdout, '2. ')).toContain('38 added');
    expect(section(stdout, '4. The action, before the tests')).toContain('38 pulled, 0 already there');
    expect(section(stdout, '6. The action, after the tests')).toContain('3 added, 5 changed, 1 removed');
    expect(stdout).toMatch(/^🔴 2 tests call a tool differently; 1 answer in other words; .*2 new/m);
    // The one token that is made is for a person, and only reads.
    expect(stdout.match(/token create .*/g)).toEqual([expect.stringContaining('--scope read --name reader')]);
    expect(stdout.indexOf('token create')).toBeGreaterThan(stdout.indexOf('6. The action, after the tests'));
    // What GitHub signs is never shown.
    expect(stdout).not.toMatch(/eyJ[\w-]+\./);
  });

  it("takes a git bundle's last commit that changes recordings, and stays up with --serve until it is stopped", async () => {
    await using folder = await makeFolder();
    const bundle = await bundleOf(folder.path);
    await using temporary = await makeFolder();
    const child = startProcess(process.execPath, [...COMMAND, '--serve', '--recordings', bundle], {
      cwd: CHECKOUT,
      env: { PATH: process.env['PATH'], TMPDIR: temporary.path },
    });
    child.stderr.pipe(process.stderr);
    const output = await outputUntil(child, 'Press Ctrl-C');
    expect(output).toContain('Pull request #7: Record more and less');
    expect(section(output, '5. The tests')).toContain(
      '27 recordings replayed, 1 recorded again, 1 new, 1 deleted',
    );
    expect(section(output, '6. The action, after')).toContain('1 added, 1 changed, 1 removed');
    const address = /listening on (\S+)/.exec(output)?.[1];
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
    // The addresses work in a browser after signing in with the token.
    const [, token = ''] = /with the token (\S+)/.exec(output) ?? [];
    const links = output.slice(output.indexOf('8. Where to look')).match(/(?<=^ {3}\w.* )http\S+/gm) ?? [];
    expect(links).toEqual([
      `${address}/-/sign-in`,
      expect.stringContaining('/pull/7'),
      expect.stringContaining('/graphql?query='),
    ]);
    for (const link of links) {
      const headers = { accept: 'text/html', authorization: `Bearer ${token}` };
      expect((await fetch(link, { headers })).status).toBe(200);
    }
    child.kill('SIGTERM');
    const [status] = await once(child, 'close');
    expect(status).toBe(0);
    await expect(fetch(`${address}/healthz`)).rejects.toThrow();
    expect(await leftIn(temporary.path)).toEqual([]);
  });

  it('rewords a few answers of a folder without a history', async () => {
    const { status, stdout } = await runDemo('--recordings', join(CHECKOUT, 'examples/support-desk'));
    expect(status).toBe(0);
    expect(stdout).toContain('38 recordings without a history');
    expect(stdout.match(/^ {3}\| reworded /gm)).toHaveLength(5);
    expect(stdout).toMatch(/^🟡 5 answers in other words$/m);
  });

  it('says what is wrong and does not end with 0 when it cannot play', async () => {
    await using empty = await makeFolder({ 'notes.txt': 'nothing here' });
    const nothing = await runDemo('--recordings', empty.path);
    expect(nothing.status).toBe(1);
    expect(nothing.stderr).toContain('holds no recordings');
    const file = await runDemo('--recordings', join(empty.path, 'notes.txt'));
    expect(file.status).toBe(1);
    expect(file.stderr).toContain('is no git bundle');
    const wrong = await runDemo('--recording', empty.path);
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain('usage: npm run demo');
  });
});

describe('the check of the comment', () => {
  const marker = '<!-- fixture-registry:drift -->';
  const figures: DriftFigures = {
    ...{ added: 2, removed: 0, changed: 5, rekeyed: 1, moved: 0 },
    ...{ cosmetic: 3, metadata: 0, content: 1, behaviour: 2 },
  };

  it('requires exactly one comment, which is the report', () => {
    expect(readComment([], 'report')).toHaveProperty('problem');
    expect(readComment([`${marker}\nreport`, `${marker}\nreport`], 'report')).toHaveProperty('problem');
    expect(readComment(['report'], 'report')).toHaveProperty('problem');
    expect(readComment([`${marker}\nother`], 'report')).toHaveProperty('problem');
    expect(readComment([`${marker}\nreport`], 'report\n')).toEqual({ comment: 'report' });
  });

  it('requires every part of the story', () => {
    const { check } = supportDesk();
    expect(check('', figures)).toHaveLength(6);
    expect(check('', { ...figures, behaviour: 0 })).toHaveLength(7);
  });
});

/**
 * A history of the example's recordings: the second commit adds, changes and deletes one, the third touches
 * none.
 */
async function bundleOf(folder: string): Promise<string> {
  const git = async (...args: string[]) => {
    const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
    const { status, stderr } = await run('git', [...who, ...args], { cwd: folder });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  };
  await using files = await makeFolder();
  const [first, second, third, ...others] = MAIN_CALLS;
  if (!first || !second || !third) throw new Error('the example has no calls');
  const written = (calls: typeof MAIN_CALLS) =>
    Object.fromEntries(calls.map((call) => [recordingPath(call), recordingText(call)]));
  const tree = ['--work-tree', files.path];
  const commit = async (message: string) => {
    await git(...tree, 'add', '--all');
    await git(...tree, 'commit', '--quiet', '--message', message);
  };
  await git('init', '--quiet', '--initial-branch', 'main', 'repository');
  tree.unshift('--git-dir', join(folder, 'repository/.git'));
  await files.write(written([first, second, ...others]));
  await commit('Record');
  await files.remove(recordingPath(first));
  await files.write({
    ...written([third]),
    [recordingPath(second)]: recordingText(second).replace('9', '8'),
  });
  await commit('Record more and less');
  await files.write({ 'notes.md': 'Only words.\n' });
  await commit('Write notes');
  const bundle = join(folder, 'history.bundle');
  await git('--git-dir', join(folder, 'repository/.git'), 'bundle', 'create', '--quiet', bundle, 'main');
  return bundle;
}

async function outputUntil(child: StartedProcess, mark: string): Promise<string> {
  let output = '';
  return await new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes(mark)) resolve(output);
    });
    child.once('close', () => reject(new Error(`the demo ended early:\n${output}`)));
  });
}
