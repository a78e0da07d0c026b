// Makes a release: node scripts/release.js X.Y.Z [--no-check]
//   sets the version everywhere, dates the section "Unreleased" of CHANGELOG.md, builds the action's bundle,
//   runs `npm run check`, commits, and tags vX.Y.Z; moves the tag vX, which workflows use. Pushes nothing:
//   it prints the commands that publish the release.
//   node scripts/release.js --verify vX.Y.Z   fails unless the tag fits the versions in the repository
//   node scripts/release.js --notes vX.Y.Z    prints the section of CHANGELOG.md
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SEMVER = /^(\d+)\.(\d+)\.(\d+)$/;

/** The text of a changelog with its section "Unreleased" renamed to a version, and a new, empty one. */
export function datedChangelog(changelog, version, date) {
  const section = sectionOf(changelog, 'Unreleased');
  if (section === null || section.trim() === '')
    throw new Error('CHANGELOG.md has nothing under "## [Unreleased]": describe what changes for users.');
  return changelog.replace('## [Unreleased]\n', `## [Unreleased]\n\n## [${version}] - ${date}\n`);
}

/** The text below the heading of a version, without the heading; null if there is none. */
export function sectionOf(changelog, version) {
  const lines = changelog.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`## [${version}]`));
  if (start < 0) return null;
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('## ['));
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join('\n');
}

/** Whether version `a` is newer than version `b`; both like `1.2.3`. */
export function isNewer(a, b) {
  const [left, right] = [a, b].map((version) => SEMVER.exec(version).slice(1).map(Number));
  const index = left.findIndex((part, at) => part !== right[at]);
  return index >= 0 && left[index] > right[index];
}

const read = (file) => readFileSync(file, 'utf8');
const readJson = (file) => JSON.parse(read(file));
const writeJson = (file, value) => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
const npm = (...args) => execFileSync('npm', ['run', '--silent', ...args], { stdio: ['ignore', 2, 2] });

const manifests = () => [
  'package.json',
  ...readdirSync('packages')
    .map((name) => `packages/${name}/package.json`)
    .filter((file) => existsSync(file)),
];

/** Sets the version in a manifest, and in its dependencies on the other packages. */
function setVersion(manifest, version) {
  manifest.version = version;
  for (const name of Object.keys(manifest.dependencies ?? {}))
    if (name.startsWith('@fixture-registry/')) manifest.dependencies[name] = version;
}

function setVersions(version) {
  for (const file of manifests()) {
    const manifest = readJson(file);
    setVersion(manifest, version);
    writeJson(file, manifest);
  }
  const lock = readJson('package-lock.json');
  lock.version = version;
  for (const [path, entry] of Object.entries(lock.packages))
    if (!path.includes('node_modules/')) setVersion(entry, version);
  writeJson('package-lock.json', lock);
  const constant = 'packages/client/src/connection/registry/version.ts';
  writeFileSync(constant, read(constant).replace(/(?<=VERSION = ')[^']+/, version));
}

/** The tests of upgrades start from the newest release that is tagged. */
function notePreviousRelease() {
  const tags = git('tag', '--list', 'v*.*.*', '--merged', 'HEAD', '--sort=-version:refname').split('\n');
  const [newest] = tags.filter((tag) => SEMVER.test(tag.slice(1)));
  if (!newest) return;
  const { entries } = JSON.parse(git('show', `${newest}:drizzle/meta/_journal.json`));
  writeJson('test/upgrade/previous-release.json', {
    commit: git('rev-parse', `${newest}^{commit}`),
    migration: entries.at(-1).tag,
  });
}

/** The problems that stop a release, one message each. */
function problemsBefore(version) {
  if (!SEMVER.test(version ?? '')) return ['Name the version, such as 1.2.3: node scripts/release.js 1.2.3'];
  const current = readJson('package.json').version;
  const problems = [];
  if (!isNewer(version, current)) problems.push(`${version} is not newer than ${current}.`);
  if (git('status', '--porcelain') !== '') problems.push('The checkout has changes. Commit or stash them.');
  if (git('branch', '--show-current') !== 'main') problems.push('Releases are made from main.');
  if (git('tag', '--list', `v${version}`) !== '') problems.push(`The tag v${version} exists.`);
  return problems;
}

function release(version, isChecked) {
  const problems = problemsBefore(version);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync('CHANGELOG.md', datedChangelog(read('CHANGELOG.md'), version, date));
  notePreviousRelease();
  setVersions(version);
  npm('bundle');
  if (isChecked) npm('check');
  const [major] = SEMVER.exec(version).slice(1);
  // With the new files of the bundle.
  git('add', '--all');
  git('commit', '--message', `Release v${version}`);
  git('tag', '--annotate', `v${version}`, '--message', `Fixture Registry ${version}`);
  git(
    'tag',
    '--force',
    '--annotate',
    `v${major}`,
    '--message',
    `Fixture Registry ${version}`,
    `v${version}^{}`,
  );
  console.log(`Release v${version} is committed and tagged. Publish it:
  git push origin main v${version}
  git push --force origin v${major}`);
}

function verify(tag) {
  const wrong = manifests().filter((file) => `v${readJson(file).version}` !== tag);
  if (wrong.length > 0) throw new Error(`These files have another version than ${tag}: ${wrong.join(', ')}`);
  if (sectionOf(read('CHANGELOG.md'), tag.slice(1)) === null)
    throw new Error(`CHANGELOG.md has no section for ${tag}.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [word, tag = ''] = process.argv.slice(2);
  try {
    if (word === '--verify') verify(tag);
    else if (word === '--notes') console.log((sectionOf(read('CHANGELOG.md'), tag.slice(1)) ?? '').trim());
    else release(word, tag !== '--no-check');
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
