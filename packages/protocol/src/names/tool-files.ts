// Settings that editors, agents and test tools load from any folder, including folders of recordings. Many of
// them contain commands to run, so a recording must not be such a file.

const FOLDERS = new Set(
  `.vscode .idea .fleet .zed .devcontainer .claude .cursor .gemini .codex .husky .githooks .circleci
  .buildkite .gitlab`.split(/\s+/),
);

const FORMAT = '(?:json[5c]?|ya?ml|toml|[cm]?[jt]s)';
/** `.babelrc.json`, `.eslintrc`, `.mocharc.yml` */
const DOT_RC = new RegExp(`^\\.[a-z0-9_-]{1,40}rc(?:\\.${FORMAT})?$`);
/** `jest.config.json`, `vitest.config.mts` */
const CONFIG = new RegExp(`^[a-z0-9._-]{1,80}\\.config\\.${FORMAT}$`);
const NAMES = new Set(['.devcontainer.json', '.mcp.json']);

/**
 * Why a path is refused because tools load the file, as the end of a sentence; null when it is
 * accepted. Pure.
 * @param segments the folder and file names of the path, normalized as in `refusedPath`
 */
export function toolReason(segments: readonly string[]): string | null {
  const name = segments.at(-1) ?? '';
  const folder = segments.slice(0, -1).find((each) => FOLDERS.has(each));
  if (folder !== undefined) return `lies in ${folder}, where tools look for code or settings`;
  const isLoaded = NAMES.has(name) || DOT_RC.test(name) || CONFIG.test(name);
  return isLoaded ? `is named ${name}, which tools load or run` : null;
}
