import { readFileSync } from 'node:fs';
import { type ASTNode, buildSchema, type GraphQLObjectType, isObjectType, parse, visit } from 'graphql';
import { describe, expect, it } from 'vitest';

// `npm run check` keeps the printed schema equal to the code, and runs the rules of graphql-schema-linter on it.
const PRINTED = readFileSync(new URL('../../../../../schema.graphql', import.meta.url), 'utf8');
const schema = buildSchema(PRINTED);
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
const objects = types.filter(isObjectType);

/** Every named definition of a schema by its path, such as `Query.node.id`. */
function definitionsIn(text: string): Map<string, ASTNode> {
  const found = new Map<string, ASTNode>();
  const path: string[] = [];
  const isNamed = (node: ASTNode) =>
    node.kind.endsWith('Definition') && 'name' in node && node.name !== undefined;
  visit(parse(text), {
    enter: (node) => {
      if (!isNamed(node)) return;
      path.push((node as { name: { value: string } }).name.value);
      found.set(path.join('.'), node);
    },
    leave: (node) => {
      if (isNamed(node)) path.pop();
    },
  });
  return found;
}

describe('every type, field, argument, input field and enum value', () => {
  const definitions = definitionsIn(PRINTED);
  const described = (node: ASTNode) => ('description' in node ? (node.description?.value.trim() ?? '') : '');

  it('has a description', () => {
    for (const path of [
      'Repository.recordings.filter',
      'RecordingFilter.hashStatus',
      'HashStatus.MISMATCHED',
      'At.branch',
      'DateTime',
      'PushResult',
    ])
      expect([...definitions.keys()]).toContain(path);
    expect([...definitions].filter(([, node]) => described(node) === '').map(([path]) => path)).toEqual([]);
  });

  it('is described by sentences that say more than its name', () => {
    const words = (text: string) => text.toLowerCase().replaceAll(/[^a-z]/g, '');
    const poor = [...definitions].filter(([path, node]) => {
      const text = described(node);
      return !/^[A-Z`"].*[.]$/s.test(text) || words(text) === words(path.split('.').at(-1) ?? '');
    });
    expect(poor.map(([path]) => path)).toEqual([]);
  });
});

describe('ids', () => {
  /** Names that end like an id, but name something outside of the registry, or a number that a person reads. */
  const NO_ID: Record<string, string> = {
    testId: 'a pytest node id, or what another test runner has instead',
    testIdPrefix: 'the beginning of one',
    fitsTestId: 'a pytest node id',
    testIds: 'pytest node ids',
    requestId: 'the response header `x-request-id`',
    tokenId: 'the number that `fixture-registry token list` prints',
    'Mutation.revokeToken.id': 'the same number; clients declare it as Int',
  };

  it('have the type ID, in fields, arguments and inputs', () => {
    const wrong = [...definitionsIn(PRINTED)].filter(([path, node]) => {
      const name = path.split('.').at(-1) ?? '';
      if (node.kind !== 'FieldDefinition' && node.kind !== 'InputValueDefinition') return false;
      if (!/(^id|Ids?)$/.test(name) || name in NO_ID || path in NO_ID) return false;
      let type = node.type;
      while (type.kind !== 'NamedType') type = type.type;
      return type.name.value !== 'ID';
    });
    expect(wrong.map(([path]) => path)).toEqual([]);
  });

  it('are what makes an object a node, and every node has one', () => {
    const isNode = (type: GraphQLObjectType) => type.getInterfaces().some(({ name }) => name === 'Node');
    const withId = objects.filter((type) => type.getFields()['id'] !== undefined);
    expect(withId.map(({ name }) => name)).toEqual(objects.filter(isNode).map(({ name }) => name));
    for (const type of withId) expect(String(type.getFields()['id']?.type), type.name).toBe('ID!');
  });
});

/** Lists that are computed a page at a time, so that nothing knows their length. */
const UNCOUNTED = new Set(['SupersededRecordingConnection']);

describe('connections', () => {
  const connections = objects.filter(({ name }) => name.endsWith('Connection'));
  it.each(connections.map((type) => [type.name, type] as const))(
    '%s has edges, nodes and a count',
    (name, type) => {
      const edge = name.replace(/Connection$/, 'Edge');
      const fields = Object.fromEntries(
        Object.values(type.getFields()).map((field) => [field.name, String(field.type)]),
      );
      const node = fields['nodes']?.slice(1, -2) ?? '';
      const expected = { edges: `[${edge}!]!`, nodes: `[${node}]!`, pageInfo: 'PageInfo!' };
      // A connection may have more fields, such as the number of runs that its list is based on.
      expect(fields).toMatchObject(UNCOUNTED.has(name) ? expected : { ...expected, totalCount: 'Int!' });
      const edgeType = schema.getType(edge) as GraphQLObjectType;
      expect(String(edgeType.getFields()['cursor']?.type)).toBe('String!');
      expect(String(edgeType.getFields()['node']?.type)).toBe(node);
    },
  );

  it('are what every field with a cursor returns', () => {
    for (const type of objects) {
      for (const field of Object.values(type.getFields())) {
        const takesCursor = field.args.some(({ name }) => name === 'after' || name === 'before');
        const isConnection = /Connection!?$/.test(String(field.type));
        expect(takesCursor, `${type.name}.${field.name}`).toBe(isConnection);
        const size = field.args.find(({ name }) => name === 'first');
        if (isConnection) expect(size?.description, `${type.name}.${field.name}`).toContain('at most 500');
      }
    }
  });
});

describe('deprecations', () => {
  /**
   * What breaks the policy in docs/graphql.md: a reason is "Use `Type.field` instead. Removed in 2.0.0.", its
   * replacement exists, and the version is a later major one.
   */
  function problemsOf(text: string, version: string): string[] {
    const definitions = definitionsIn(text);
    return [...definitions].flatMap(([path, node]) => {
      const directive =
        'directives' in node ? node.directives?.find((each) => each.name.value === 'deprecated') : null;
      if (!directive) return [];
      const value = directive.arguments?.find(({ name }) => name.value === 'reason')?.value;
      const reason = value?.kind === 'StringValue' ? value.value : '';
      const match = /^Use `([\w.]+)` instead\. Removed in (\d+)\.0\.0\.$/.exec(reason);
      if (!match) return [`${path}: "${reason}" is not "Use \`…\` instead. Removed in N.0.0."`];
      const [, replacement = '', major] = match;
      const known = definitions.get(replacement);
      if (!known) return [`${path}: its replacement ${replacement} does not exist`];
      const isReplaced =
        'directives' in known && known.directives?.some((each) => each.name.value === 'deprecated');
      if (isReplaced) return [`${path}: its replacement ${replacement} is deprecated, too`];
      const isDue = Number(major) <= Number(version.split('.')[0]);
      return isDue ? [`${path}: version ${version} must not have it`] : [];
    });
  }

  it('name their replacement and the version that removes them', () => {
    const { version } = JSON.parse(
      readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
    ) as { version: string };
    expect(problemsOf(PRINTED, version)).toEqual([]);
  });

  it.each([
    ['@deprecated(reason: "Use `Query.b` instead. Removed in 2.0.0.")', []],
    ['@deprecated', ['Query.a: "" is not "Use `…` instead. Removed in N.0.0."']],
    ['@deprecated(reason: "Old.")', ['Query.a: "Old." is not "Use `…` instead. Removed in N.0.0."']],
    [
      '@deprecated(reason: "Use `Query.c` instead. Removed in 2.0.0.")',
      ['Query.a: its replacement Query.c does not exist'],
    ],
    [
      '@deprecated(reason: "Use `Query.a` instead. Removed in 2.0.0.")',
      ['Query.a: its replacement Query.a is deprecated, too'],
    ],
    [
      '@deprecated(reason: "Use `Query.b` instead. Removed in 1.0.0.")',
      ['Query.a: version 1.4.0 must not have it'],
    ],
  ])('with %s: %j', (directive, problems) => {
    expect(problemsOf(`type Query { a: Int ${directive}, b: Int }`, '1.4.0')).toEqual(problems);
  });
});
