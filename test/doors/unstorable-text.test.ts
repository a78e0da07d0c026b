import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  GraphQLObjectType,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { planOf, pushFiles } from '../support/push-files.js';
import { filesOf, record } from '../support/recordings.js';
import { CHECKOUT, startRegistry, type TestRegistry } from '../support/registry.js';

// Text that Postgres cannot store is rejected as invalid input in every part of a request, never with
// an unexpected error.

const repository = 'acme/app';
const BAD = ['\0', '\ud800'];

const schema = buildSchema(readFileSync(join(CHECKOUT, 'schema.graphql'), 'utf8'));

/** A field with arguments, and its path from the root. */
interface Question {
  operation: 'query' | 'mutation';
  way: GraphQLField<unknown, unknown>[];
  argument: GraphQLArgument;
}

/** Every argument of every reachable field, by the shortest path. */
const QUESTIONS = findQuestions();

function findQuestions(): Question[] {
  const questions: Question[] = [];
  const seen = new Set<string>();
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
  ] as const;
  const open = roots.map(([operation, type]) => ({
    operation,
    type: type as GraphQLObjectType,
    way: [] as Question['way'],
  }));
  for (let next = open.shift(); next; next = open.shift()) {
    if (seen.has(next.type.name) || next.way.length > 6) continue;
    seen.add(next.type.name);
    for (const field of Object.values(next.type.getFields())) {
      const way = [...next.way, field];
      for (const argument of field.args) questions.push({ operation: next.operation, way, argument });
      const type = getNamedType(field.type);
      if (type instanceof GraphQLObjectType) open.push({ operation: next.operation, type, way });
    }
  }
  return questions;
}

type Path = (string | number)[];

/** The paths to the texts in a value of this type. */
function textsOf(type: GraphQLInputType, seen: string[] = []): Path[] {
  if (isNonNullType(type)) return textsOf(type.ofType, seen);
  if (isListType(type)) return textsOf(type.ofType, seen).map((path) => [0, ...path]);
  if (isInputObjectType(type)) {
    if (seen.includes(type.name)) return [];
    return Object.values(type.getFields()).flatMap((field) =>
      textsOf(field.type, [...seen, type.name]).map((path) => [field.name, ...path]),
    );
  }
  return ['String', 'ID', 'DateTime'].includes(type.name) ? [[]] : [];
}

/** The smallest value of this type that has `text` at the path. */
function valueWith(type: GraphQLInputType, path: Path | null, text: string, name = ''): unknown {
  if (isNonNullType(type)) return valueWith(type.ofType, path, text, name);
  if (isListType(type)) return path === null ? [] : [valueWith(type.ofType, path.slice(1), text, name)];
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => path?.[0] === field.name || (isNonNullType(field.type) && field.defaultValue === undefined),
    );
    return Object.fromEntries(
      fields.map((field) => {
        const inner = path?.[0] === field.name ? path.slice(1) : null;
        return [field.name, valueWith(field.type, inner, text, field.name)];
      }),
    );
  }
  if (path !== null) return text;
  if (isEnumType(type)) return type.getValues()[0]?.name;
  const known: Record<string, unknown> = { owner: 'acme', name: 'app', Int: 1, Boolean: true };
  return known[name] ?? known[type.name] ?? 'x';
}

/** A document that selects the field and passes the variable `$v` as the argument under test. */
function documentOf({ operation, way, argument }: Question): string {
  const asked = (field: GraphQLField<unknown, unknown>, isLast: boolean) => {
    const args = field.args.filter(
      (each) =>
        (isLast && each === argument) || (isNonNullType(each.type) && each.defaultValue === undefined),
    );
    const given = args.map((each) =>
      isLast && each === argument
        ? `${each.name}: $v`
        : `${each.name}: ${literalOf(each.type, valueWith(each.type, null, '', each.name))}`,
    );
    return given.length === 0 ? field.name : `${field.name}(${given.join(', ')})`;
  };
  const last = way.at(-1) as GraphQLField<unknown, unknown>;
  const innermost = isCompositeType(getNamedType(last.type)) ? ' { __typename }' : '';
  const body = way.reduceRight(
    (inner, field, index) =>
      index === way.length - 1 ? `${asked(field, true)}${innermost}` : `${asked(field, false)} { ${inner} }`,
    '',
  );
  return `${operation} ($v: ${argument.type}) { ${body} }`;
}

function literalOf(type: GraphQLInputType, value: unknown): string {
  if (isNonNullType(type)) return literalOf(type.ofType, value);
  if (isEnumType(type)) return String(value);
  if (Array.isArray(value)) {
    const inner = isListType(type) ? type.ofType : type;
    return `[${value.map((each) => literalOf(inner, each)).join(', ')}]`;
  }
  if (typeof value !== 'object' || value === null || !isInputObjectType(type)) return quoted(value);
  const fields = Object.entries(value).map(
    ([name, each]) => `${name}: ${literalOf(type.getFields()[name]?.type as GraphQLInputType, each)}`,
  );
  return `{ ${fields.join(', ')} }`;
}

/** GraphQL escapes characters as JSON does. */
const quoted = (value: unknown) => JSON.stringify(value);

/** The document with the value in place of the variable. */
const inlined = (document: string, type: GraphQLInputType, value: unknown): string =>
  document.replace(/ \(\$v: .*?\) \{/, ' {').replace('$v', () => literalOf(type, value));

const isContent = ({ way, argument }: Question) =>
  way.at(-1)?.name === 'explain' && argument.name === 'content';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    ...[...BAD, 'main', 'a'.repeat(40), 'a'.repeat(64), '%', '\\', "'", '+275760-09-13T00:00:00Z'],
    ...['Snapshot:1:1.1', 'Repository:\0', 'Recording:1:1.1:\0', 'x:\0'].map((id) =>
      Buffer.from(id).toString('base64url'),
    ),
  ),
);
const leaves = QUESTIONS.flatMap((question) =>
  textsOf(question.argument.type).map((path) => ({ question, path })),
);

it('the schema has the expected text arguments', () => {
  const named = leaves.map(({ question, path }) => [
    question.way.at(-1)?.name,
    question.argument.name,
    ...path,
  ]);
  for (const each of [
    ['repository', 'owner'],
    ['push', 'input', 'add', 0, 'path'],
    ['recordings', 'filter', 'search'],
    ['createToken', 'input', 'expiresAt'],
    ['audit', 'filter', 'who'],
  ]) {
    expect(named).toContainEqual(each);
  }
});

describe.each(['embedded', 'postgres'] as const)('text that cannot be stored, %s', (database) => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry({
      ...(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {}),
      environment: { FIXTURE_REGISTRY_RATE_LIMIT: '0' },
    });
    const add = filesOf(record({ test: 'tests/a.py::test_a', ask: 'Hello?', say: 'Hello.' }));
    await pushFiles(registry, { repository, ref: { branch: 'main' }, add });
    await pushFiles(registry, { repository, ref: { pullRequest: 1, base: 'main' }, add });
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  async function ask(body: object): Promise<{ status: number; text: string }> {
    const response = await fetch(`${registry.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${registry.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  }

  it('is rejected in every argument of every field, as a variable and as a literal', async () => {
    for (const { question, path } of leaves) {
      if (isContent(question)) continue;
      const document = documentOf(question);
      for (const bad of BAD) {
        const value = valueWith(question.argument.type, path, `a${bad}b`, question.argument.name);
        const place = path.map((each) => (typeof each === 'number' ? `[${each}]` : `.${each}`)).join('');
        const asVariable = await ask({ query: document, variables: { v: value } });
        expect(asVariable, document).toMatchObject({ status: 400 });
        const [error] = (JSON.parse(asVariable.text) as { errors: { message: string; extensions: object }[] })
          .errors;
        expect(error?.extensions).toEqual({ code: 'INVALID_INPUT', field: `v${place}` });
        expect(error?.message).toContain(bad === '\0' ? 'U+0000' : 'surrogate');

        const inDocument = await ask({ query: inlined(document, question.argument.type, value) });
        // GraphQL has no escape for a lone surrogate.
        if (bad !== '\0') expect(inDocument.text, document).toContain('GRAPHQL_PARSE_FAILED');
        else {
          expect(inDocument, document).toMatchObject({ status: 400 });
          expect(inDocument.text).toContain(`"field":"${question.argument.name}"`);
        }
      }
    }
  });

  it('never causes an unexpected error in any field', async () => {
    const property = fc.asyncProperty(
      fc.constantFrom(...leaves),
      anyText,
      fc.boolean(),
      async (leaf, text, inline) => {
        const document = documentOf(leaf.question);
        const { type, name } = leaf.question.argument;
        const value = valueWith(type, leaf.path, text, name);
        const { status, text: answer } = await ask(
          inline ? { query: inlined(document, type, value) } : { query: document, variables: { v: value } },
        );
        expect(status, answer).toBeLessThan(500);
        expect(answer).not.toMatch(/INTERNAL|Unexpected error|\bat .*\.js:\d/);
      },
    );
    await fc.assert(property, { numRuns: 400 });
    expect(registry.output.stderr).not.toContain('"msg":"unexpected error"');
  });

  it('is rejected as the name of an operation, a variable or a field', async () => {
    for (const body of [
      { query: '{ __typename }', operationName: '\0' },
      { query: '{ __typename }', variables: { 'a\0': 1 } },
      { query: '{ __typename }', variables: { a: { 'b\0': 1 } } },
    ]) {
      expect(await ask(body)).toMatchObject({ status: 400, text: expect.stringContaining('U+0000') });
    }
  });

  it('is accepted in the content of a file, which is only read', async () => {
    const query =
      'query ($v: String) { repository(owner: "acme", name: "app") { explain(content: $v) { text } } }';
    const content = '{"a": "\0"}';
    const variable = await ask({ query, variables: { v: content } });
    const literal = await ask({ query: inlined(query, schema.getType('String') as never, content) });
    expect(variable).toMatchObject({ status: 200, text: expect.stringContaining('This file') });
    expect(literal).toEqual(variable);
    const half = await ask({ query, variables: { v: '\ud800' } });
    expect(half).toMatchObject({ status: 200, text: expect.stringContaining('This file') });
    const both = query.replace('explain(content: $v)', 'explain(content: $v, path: $v)');
    expect(await ask({ query: both, variables: { v: 'a\0' } })).toMatchObject({ status: 400 });
  });

  it.each([
    ['GET', '/acme/a%00pp'],
    ['GET', '/acme%00'],
    ['GET', '/acme/app?branch=a%00'],
    ['GET', '/acme/app/recordings?search=a%00b'],
    ['GET', '/acme/app/recordings?a%00=b'],
    ['GET', '/acme/app/recording?path=%00'],
    ['GET', '/acme/app/compare/a%00...b'],
    ['GET', '/-/acme/app/archive.zip?branch=%00'],
    ['PUT', '/-/acme/app/content?branch=%00'],
    ['PUT', '/-/ac%00me/app/content'],
    ['POST', '/-/acme/a%00/content'],
    ['POST', '/-/acme/a%00/redact'],
    ['GET', '/graphql?query=%7B__typename%7D&operationName=%00'],
    ['GET', '/-/sign-in?return=%00'],
  ])('is rejected in a URL: %s %s', async (method, path) => {
    const answer = await fetch(registry.url + path, {
      method,
      headers: { authorization: `Bearer ${registry.adminToken}` },
    });
    const text = await answer.text();
    expect(answer.status, text).toBe(400);
    expect(JSON.parse(text)).toMatchObject({
      error: { code: 'INVALID', message: expect.stringContaining('U+0000') },
    });
  });

  it('is rejected in the form that accepts changes', async () => {
    const form = new URLSearchParams({ token: registry.adminToken, snapshot: '1:1.1', by: 'a\0b' });
    const answer = await fetch(`${registry.url}/acme/app/pull/1/accept`, { method: 'POST', body: form });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('The field by contains the character U+0000');
  });

  it('changes nothing', async () => {
    expect((await planOf(registry, repository, { ref: { branch: 'main' } })).files).toHaveLength(1);
  });
});
