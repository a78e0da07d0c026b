import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A workflow of the repository. */
export interface ExistingWorkflow {
  /** Relative to the root. */
  path: string;
  text: string;
  /** Whether it has a step with this action. */
  usesAction: boolean;
  /** The number of the first line that seems to run tests, counted from 1; null if none does. */
  testLine: number | null;
}

const FOLDER = '.github/workflows';
const ACTION = /^\s*(?:-\s*)?uses:\s*['"]?[\w.-]+\/fixture-registry@/m;
const TESTS =
  /\b(?:pytest|tox|nox|unittest|go test|rspec|rake (?:test|spec)|rails test|cargo test|vitest|jest|mocha|(?:npm|yarn|pnpm|bun)(?: run)? test|make (?:test|check)|hatch test|gradlew? test|mvn test)\b/;

/** The workflows of a repository, by path. */
export function existingWorkflows(root: string): ExistingWorkflow[] {
  return namesIn(join(root, FOLDER)).map((name) => {
    const text = readFileSync(join(root, FOLDER, name), 'utf8');
    return {
      ...{ path: `${FOLDER}/${name}`, text },
      usesAction: ACTION.test(text),
      testLine: testLineOf(text),
    };
  });
}

/** The first line that is part of a `run:` and names a test runner. */
function testLineOf(text: string): number | null {
  const at = text
    .split('\n')
    .findIndex((line) => TESTS.test(line) && !/^\s*(?:#|-?\s*(?:uses|name):)/.test(line));
  return at === -1 ? null : at + 1;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name))
      .sort();
  } catch {
    return [];
  }
}
