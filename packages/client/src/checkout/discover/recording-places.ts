import { DEFAULT_PATTERNS, foldedPath, pathPattern } from '@fixture-registry/protocol';
import { LocalError } from '../local-error.js';

/*
 * The registry sends the paths that a pull writes into a checkout, right before its tests run. A
 * malicious registry, or anyone with push access, must not be able to write a `conftest.py`.
 * Therefore a pull writes only to paths that match the user's patterns, and wildcards such as `**`
 * or `*.json` do not match files that tools load or run by name. To use such a file as a recording,
 * name it in a pattern.
 */

// Folders from which tools load settings, hooks and code, in addition to those that `refusedPath`
// refuses.
const TOOL_FOLDERS = namesIn(`
  .github .config .cargo .bundle .yarn .venv venv node_modules site-packages __pycache__ .tox .nox
  .direnv .mvn .gradle
`);

// Files that tools load or run by name.
const TOOL_FILES = namesIn(`
  package.json package-lock.json npm-shrinkwrap.json tsconfig.json jsconfig.json deno.json
  deno.jsonc bunfig.toml nx.json turbo.json lerna.json rush.json vercel.json composer.json
  composer.lock nodemon.json pnpm-workspace.yaml pnpm-lock.yaml yarn.lock .npmrc .yarnrc .yarnrc.yml
  .pnp.cjs .nvmrc .node-version .tool-versions mise.toml conftest.py sitecustomize.py
  usercustomize.py setup.py noxfile.py pyproject.toml setup.cfg tox.ini pytest.ini .coveragerc
  requirements.txt pipfile pipfile.lock poetry.lock uv.lock uv.toml .pypirc .python-version pip.conf
  cargo.toml cargo.lock rust-toolchain rust-toolchain.toml go.mod go.sum go.work gemfile
  gemfile.lock rakefile makefile gnumakefile justfile taskfile.yml taskfile.yaml cmakelists.txt
  cmakepresets.json meson.build build.ninja dockerfile containerfile compose.yml compose.yaml
  docker-compose.yml docker-compose.yaml docker-bake.json .dockerignore jenkinsfile vagrantfile
  procfile action.yml action.yaml azure-pipelines.yml bitbucket-pipelines.yml .gitlab-ci.yml
  .travis.yml .drone.yml appveyor.yml .pre-commit-config.yaml .pre-commit-hooks.yaml lefthook.yml
  .lefthook.yml .gitattributes .gitmodules .gitignore .gitconfig .editorconfig .env .envrc .netrc
  .bashrc .bash_profile .profile .zshrc .inputrc opencode.json biome.json renovate.json
  dependabot.yml claude.md agents.md gemini.md .cursorrules
`);

// File extensions of code, and of files that builds, interpreters and operating systems load or
// run.
const CODE = new RegExp(
  `^\\.(?:${[
    ...namesIn(`
      [cm]?[jt]sx? py[cdiowxz]? pth ipynb rb rs go java kts? groovy gradle scala cs csx csproj fs vb
      php phar pl pm lua r jl swift [ch](?:pp|xx|c)? hh m mm sh bash zsh fish ksh csh ps1 psm1 psd1
      bat cmd exe com scr msi dll so dylib node wasm jar war class whl egg vbs wsf hta lnk desktop
      service app command awk tcl nix mk cmake bzl bazel tf hcl rego dart ex exs erl clj hs ml vue
      svelte astro env
    `),
  ].join('|')})$`,
);

/**
 * Returns a function that says why a path cannot be a recording, as the end of a sentence ("… ends
 * in .py, as code does"), or null if it can.
 * @param patterns of recordings, see `pathPattern`: `{a,b}` must be expanded
 */
export function recordingPlaces(
  patterns: readonly string[] = DEFAULT_PATTERNS,
): (path: string) => string | null {
  const places = patterns.map((pattern) => ({
    // Most files of a checkout have another ending, so few reach the expression.
    ending: pattern.slice(pattern.lastIndexOf('*') + 1),
    matches: pathPattern(pattern),
    named: foldedPath(pattern).split('/'),
  }));
  return (path) => {
    let reason: string | null = null;
    for (const { ending, matches, named } of places) {
      if (!path.endsWith(ending) || !matches.test(path)) continue;
      reason = dangerOf(path, named);
      if (reason === null) return null;
    }
    return reason ?? `is outside of the recordings' paths (${patterns.join(', ')})`;
  };
}

/** Whether no recording can be in a folder of this name, because no pattern names it. */
export function isToolFolder(name: string, patterns: readonly string[]): boolean {
  const folded = foldedPath(name);
  if (!TOOL_FOLDERS.has(folded)) return false;
  return !patterns.some((pattern) => foldedPath(pattern).split('/').includes(folded));
}

/**
 * Why a path that matches a pattern is still refused, or null.
 * @param named the segments of the pattern: folders and files that it spells out are allowed
 */
function dangerOf(path: string, named: string[]): string | null {
  const folders = foldedPath(path).split('/');
  const name = folders.pop() as string;
  for (const folder of folders) {
    if (TOOL_FOLDERS.has(folder) && !named.includes(folder))
      return `lies in ${folder}, where tools look for code or settings`;
  }
  const last = named.at(-1) as string;
  if (last === name) return null;
  if (TOOL_FILES.has(name)) return `is named ${name}, which tools load or run`;
  const ending = name.slice(name.lastIndexOf('.'));
  if (CODE.test(ending) && !last.endsWith(ending)) return `ends in ${ending}, as code does`;
  return null;
}

/**
 * Checks that a pull writes only recordings.
 * @param patterns of the user or the settings file; the default ones if undefined
 * @throws LocalError for the first path that cannot be a recording
 */
export function requirePlaces(files: { path: string }[], patterns?: readonly string[]): void {
  const refusal = recordingPlaces(patterns);
  for (const { path } of files) {
    const reason = refusal(path);
    if (reason === null) continue;
    throw new LocalError(
      `The registry planned ${JSON.stringify(path)}, which ${reason}. Nothing was written. ` +
        'If it is a recording, add its path to --paths (in a workflow, the input `paths`), or to ' +
        '`recordings` in .github/fixtures.yml.',
      path,
    );
  }
}

function namesIn(list: string): Set<string> {
  return new Set(list.trim().split(/\s+/));
}
