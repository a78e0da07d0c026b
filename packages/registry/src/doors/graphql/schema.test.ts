import { readFileSync } from 'node:fs';
import { type ASTNode, parse, visit } from 'graphql';
import { expect, it } from 'vitest';

// `npm run check` keeps the printed schema equal to the code.
const PRINTED = new URL('../../../../../schema.graphql', import.meta.url);

it('describes every type, field, argument and enum value', () => {
  const described: string[] = [];
  const undescribed: string[] = [];
  const path: string[] = [];
  const enter = (node: ASTNode) => {
    if (!node.kind.endsWith('Definition') || !('name' in node) || node.name === undefined) return;
    path.push(node.name.value);
    const description = 'description' in node ? node.description?.value.trim() : undefined;
    (description ? described : undescribed).push(path.join('.'));
  };
  const leave = (node: ASTNode) => {
    if (node.kind.endsWith('Definition') && 'name' in node && node.name !== undefined) path.pop();
  };
  visit(parse(readFileSync(PRINTED, 'utf8')), { enter, leave });
  expect(described).toContain('Repository.recordings.filter');
  expect(undescribed).toEqual([]);
});
