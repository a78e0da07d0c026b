import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { CHECKOUT } from '../support/registry.js';
import { baseImages, DOCKERFILE, readStages } from './dockerfile.js';

const read = (path: string) => readFileSync(join(CHECKOUT, path), 'utf8');
const stages = readStages();
const last = stages.at(-1);
const texts = (keyword: string, stage = last) =>
  (stage?.steps ?? []).filter((step) => step.keyword === keyword).map((step) => step.text);
/** The paths in the checkout that COPY instructions read; copies from other stages are not among them. */
const copied = stages
  .flatMap((stage) => texts('COPY', stage))
  .filter((text) => !text.startsWith('--from='))
  .flatMap((text) => text.split(' ').slice(0, -1));

describe('the Dockerfile', () => {
  it('has no problem that the linter knows', () => {
    expect(validate(DOCKERFILE)).toEqual([]);
    expect(validate('FROM node\nEXPOSE port\n')).not.toEqual([]);
  });

  it('begins with one image, of an exact version of Node that the packages support', () => {
    const [image, ...more] = baseImages(stages);
    expect(more).toEqual([]);
    expect(image).toMatch(/^node:24\.\d+\.\d+-[a-z]+-slim$/);
  });

  it('installs by the lock file only, and runs no scripts of packages', () => {
    const installs = stages.flatMap((stage) => texts('RUN', stage)).filter((text) => /\bnpm\b/.test(text));
    const commands = installs.flatMap(
      (text) => text.match(/\bnpm (?:ci|install|i|exec|update)\b[^&;|]*/g) ?? [],
    );
    expect(commands).toHaveLength(2);
    for (const command of commands) expect(command).toMatch(/^npm ci .*--ignore-scripts/);
    expect(commands.filter((command) => command.includes('--omit=dev'))).toHaveLength(1);
  });

  it('copies the manifest of every workspace before it installs', () => {
    const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] };
    const manifests = copied.filter((path) => path.endsWith('package.json'));
    expect(manifests.sort()).toEqual(
      ['package.json', ...workspaces.map((path) => `${path}/package.json`)].sort(),
    );
    expect(copied).toContain('package-lock.json');
  });

  it('runs one process as a numbered user without root, and passes signals to it', () => {
    expect(texts('USER')).toEqual(['1000:1000']);
    expect(texts('ENTRYPOINT')).toEqual(['["fixture-registry"]']);
    expect(texts('CMD')).toEqual(['["serve", "--host", "0.0.0.0", "--port", "4000"]']);
  });

  it('contains the licence', () => {
    expect(texts('COPY')).toContain('LICENSE /app/LICENSE');
  });
});

describe('the build context', () => {
  const lines = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const allowed = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));

  it('excludes everything that is not named', () => {
    expect(lines[0]).toBe('*');
    expect(allowed.filter((path) => !existsSync(join(CHECKOUT, path)))).toEqual([]);
  });

  it('contains what the instructions copy', () => {
    for (const path of copied.filter((each) => each !== '.')) {
      expect(allowed, path).toContain(path.split('/')[0]);
    }
  });

  it.each(['**/node_modules', '**/dist', '**/.env*', '**/.fixture-registry'])(
    'excludes %s at any depth',
    (path) => {
      expect(lines.indexOf(path)).toBeGreaterThan(lines.lastIndexOf(`!${allowed.at(-1)}`));
    },
  );
});
