import { type ASTNode, type DocumentNode, type FieldNode, GraphQLError, parse, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import {
  findUnstorableText,
  problemOfText,
  type UnstorableText,
} from '../../database/statements/unstorable-text.js';
import type { Context } from './context.js';

/** The argument with the content of a file. It can contain any text, because it is never stored. */
const CONTENT = { field: 'explain', argument: 'content' };

/** Refuses requests that contain text Postgres cannot store, before they are executed. */
export const refuseUnstorableText: Plugin<Context> = {
  onParams: ({ params: { query, operationName, variables } }) => {
    const named = findUnstorableText({ operationName });
    if (named) throw refusal(named);
    for (const [name, value] of Object.entries(isObject(variables) ? variables : {})) {
      const found = findUnstorableText({ [name]: value });
      if (found && !(typeof value === 'string' && isContent(query, name))) throw refusal(found);
    }
  },
  onValidate: ({ params: { documentAST } }) => {
    const error = errorIn(documentAST as DocumentNode);
    if (error) throw error;
  },
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Yoga caches parsed documents, so each document is checked once. */
const checked = new WeakMap<DocumentNode, GraphQLError | null>();

/** The first problem with a string literal in the document. */
function errorIn(document: DocumentNode): GraphQLError | null {
  const known = checked.get(document);
  if (known !== undefined) return known;
  let error: GraphQLError | null = null;
  let field = 'the query';
  visit(document, {
    Argument: ({ name }, _key, _parent, _path, ancestors) => {
      if (isContentOf(ancestors.at(-1), name.value)) return false;
      field = name.value;
      return undefined;
    },
    StringValue: (node) => {
      const problem = problemOfText(node.value);
      if (problem !== null) error ??= refusal({ field, problem }, node);
    },
  });
  checked.set(document, error);
  return error;
}

const isContentOf = (field: unknown, argument: string): boolean =>
  (field as FieldNode | undefined)?.name?.value === CONTENT.field && argument === CONTENT.argument;

/** Whether a variable is used only as the content of a file. */
function isContent(query: string | undefined, variable: string): boolean {
  let document: DocumentNode;
  try {
    document = parse(query ?? '', { maxTokens: 2_000 });
  } catch {
    // Parsing fails again later, with a better message.
    return true;
  }
  const uses: boolean[] = [];
  visit(document, {
    VariableDefinition: () => false,
    Field: (field) => {
      for (const { name, value } of field.arguments ?? []) {
        if (value.kind === 'Variable' && value.name.value === variable) {
          uses.push(isContentOf(field, name.value));
        }
      }
    },
    ObjectField: ({ value }) => {
      if (value.kind === 'Variable' && value.name.value === variable) uses.push(false);
    },
    ListValue: ({ values }) => {
      if (values.some((each) => each.kind === 'Variable' && each.name.value === variable)) uses.push(false);
    },
  });
  return uses.length > 0 && uses.every((use) => use);
}

function refusal({ field, problem }: UnstorableText, nodes: ASTNode | null = null): GraphQLError {
  const extensions = { code: 'INVALID_INPUT', field, http: { status: 400 } };
  return new GraphQLError(`${field === '' ? 'the name of a variable' : field} ${problem}`, {
    nodes,
    extensions,
  });
}
