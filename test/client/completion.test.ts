import { execFileSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Folder, makeFolder } from '../support/folder.js';
import { run } from '../support/process.js';
import { CHECKOUT } from '../support/registry.js';

let folder: Folder;
let path: string;

beforeAll(async () => {
  folder = await makeFolder({ 'listing.txt': 'tests/a.py\n' });
  await symlink(join(CHECKOUT, 'packages/cli/bin/fixtures.js'), join(folder.path, 'fixtures'));
  path = `${folder.path}:${process.env['PATH']}`;
});
afterAll(() => folder[Symbol.asyncDispose]());

function isInstalled(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function shell(program: string, words: string[]): Promise<string> {
  const ended = await run(program, words, { cwd: folder.path, env: { PATH: path } });
  expect(ended.stderr).toBe('');
  return ended.stdout;
}

// What a person types, and what the shell then offers.
const CASES: [typed: string, offered: string[]][] = [
  ['fixtures pu', ['pull', 'push']],
  ['fixtures drift --fail-on ', ['any', 'behaviour', 'content', 'metadata', 'never']],
  ['fixtures push --pru', ['--prune', '--prune-unused']],
  ['fixtures pull --token-', ['--token-file', '--token-stdin']],
  ['fixtures completion ', ['bash', 'fish', 'zsh']],
  ['fixtures pull --branch ', []],
];

/** Completes a line as bash does, in a shell without the package bash-completion; loads the script twice. */
const BASH = `source <(fixtures completion bash); source <(fixtures completion bash)
compopt() { :; }
COMP_LINE=$1 COMP_POINT=\${#1}
_saved=$(complete -p fixtures)
[[ $_saved == *"-o default -F"* ]] || echo "not registered: $_saved"
__fixtures_complete
printf '%s\\n' "\${COMPREPLY[@]}"`;

describe('bash', () => {
  it.each(CASES)('%s<tab>', async (typed, offered) => {
    const words = ['--norc', '--noprofile', '-c', BASH, 'bash', typed];
    const lines = (await shell('bash', words)).split('\n').filter((line) => line !== '');
    expect(lines.sort()).toEqual(offered);
  });
});

describe('bash on a terminal', () => {
  it.skipIf(!isInstalled('script'))(
    'completes commands, and file names where an option takes one',
    async () => {
      const script = [
        'PS1="> "',
        'source <(fixtures completion bash)',
        'fixtures stat\t--help',
        'fixtures pull --branch main --tests-file list\t',
        'exit',
      ];
      await folder.write({ 'typed.txt': `${script.join('\n')}\n` });
      const words = ['-c', 'script -qec "bash --norc --noprofile -i" /dev/null < typed.txt'];
      const shown = await shell('sh', words);
      expect(shown).toContain('fixtures status --help');
      expect(shown).toContain('--tests-file listing.txt');
    },
  );
});

describe('fish', () => {
  it.skipIf(!isInstalled('fish')).each(CASES)('%s<tab>', async (typed, offered) => {
    const script = 'fixtures completion fish | source; complete -C "$argv[1]"';
    const lines = (await shell('fish', ['--no-config', '-c', script, typed])).split('\n');
    const words = lines.map((line) => line.split('\t')[0] ?? '').filter((line) => line !== '');
    expect(words.sort()).toEqual(offered);
  });
});

describe('zsh', () => {
  it.skipIf(!isInstalled('zsh'))('the script is valid and registers itself', async () => {
    const script =
      'autoload -Uz compinit; compinit -u -D; source <(fixtures completion zsh); print $_comps[fixtures]';
    expect((await shell('zsh', ['-f', '-c', script])).trim()).toBe('_fixtures');
  });
});

it('offers every command and option of the help', async () => {
  const help = await shell('fixtures', ['--help']);
  const commands = [...help.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name as string);
  expect(commands.length).toBeGreaterThan(8);
  const offered = async (...words: string[]) =>
    (await shell('fixtures', ['complete', '--', ...words])).split('\n').map((line) => line.split('\t')[0]);
  expect(await offered('')).toEqual(expect.arrayContaining(commands));
  for (const command of commands) {
    if (command === 'help') continue;
    const options = [
      ...(await shell('fixtures', [command, '--help'])).matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm),
    ];
    expect(options.length).toBeGreaterThan(0);
    expect(await offered(command, '--')).toEqual(expect.arrayContaining(options.map(([, name]) => name)));
  }
});
