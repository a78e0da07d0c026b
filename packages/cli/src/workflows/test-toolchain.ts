import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HeadFormat } from '../formats/format-of-head.js';

/** How a workflow prepares a machine for the tests, and runs them. */
export interface Toolchain {
  /** Lines of YAML: steps of a job. */
  setup: string[];
  /** The command that runs the tests; null if it is not known. */
  test: string | null;
}

type Language = 'python' | 'ruby' | 'go' | 'node';

const ORDER: readonly Language[] = ['python', 'ruby', 'go', 'node'];

/** The language of the recorders that write a format. */
const LANGUAGES: Partial<Record<HeadFormat, Language>> = {
  ogx: 'python',
  vcrpy: 'python',
  vcr: 'ruby',
  'go-vcr': 'go',
  httprr: 'go',
  har: 'node',
  nock: 'node',
};

/**
 * The toolchain of the project in a folder, by its manifest files.
 * @param formats of the recordings: they decide if the project has several languages
 */
export function findToolchain(folder: string, formats: readonly HeadFormat[]): Toolchain {
  const has = (...names: string[]) => names.some((name) => existsSync(join(folder, name)));
  const mentions = (text: string, ...names: string[]) =>
    names.some((name) => textOf(folder, name).includes(text));
  const found: Record<Language, boolean> = {
    python: has('pyproject.toml', 'setup.py', 'requirements.txt', 'tox.ini', 'pytest.ini', 'conftest.py'),
    ruby: has('Gemfile'),
    go: has('go.mod'),
    node: has('package.json'),
  };
  const preferred = formats.flatMap((format) => LANGUAGES[format] ?? []);
  const language = [...preferred, ...ORDER].find((each) => found[each]);
  switch (language) {
    case 'python':
      return python(has, mentions('pytest-recording', 'pyproject.toml', 'requirements.txt', 'uv.lock'));
    case 'ruby': {
      const setup = ['- uses: ruby/setup-ruby@v1', '  with:', '    bundler-cache: true'];
      return { setup, test: has('spec') ? 'bundle exec rspec' : 'bundle exec rake test' };
    }
    case 'go':
      return {
        setup: ['- uses: actions/setup-go@v5', '  with:', '    go-version: stable'],
        test: 'go test ./...',
      };
    case 'node':
      return node(has, mentions('"test"', 'package.json'));
    case undefined:
      return { setup: [], test: null };
  }
}

function python(has: (...names: string[]) => boolean, recording: boolean): Toolchain {
  // Without the option, pytest-recording would call the API for a cassette that is missing.
  const pytest = recording ? 'pytest --record-mode=none' : 'pytest';
  if (has('uv.lock')) {
    return { setup: ['- uses: astral-sh/setup-uv@v5', '- run: uv sync'], test: `uv run ${pytest}` };
  }
  const install = has('requirements.txt')
    ? 'pip install -r requirements.txt'
    : has('pyproject.toml', 'setup.py')
      ? 'pip install -e . pytest'
      : 'pip install pytest';
  const setup = [
    '- uses: actions/setup-python@v5',
    '  with:',
    '    python-version: "3.12"',
    `- run: ${install}`,
  ];
  return { setup, test: pytest };
}

function node(has: (...names: string[]) => boolean, hasTest: boolean): Toolchain {
  const setup = ['- uses: actions/setup-node@v4', '  with:', '    node-version: 22'];
  const manager = has('pnpm-lock.yaml') ? 'pnpm' : has('yarn.lock') ? 'yarn' : 'npm';
  if (manager !== 'npm') setup.push('- run: corepack enable');
  const install = {
    npm: has('package-lock.json') ? 'npm ci' : 'npm install',
    yarn: 'yarn install --immutable',
    pnpm: 'pnpm install',
  };
  setup.push(`- run: ${install[manager]}`);
  return { setup, test: hasTest ? `${manager} test` : null };
}

function textOf(folder: string, name: string): string {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
